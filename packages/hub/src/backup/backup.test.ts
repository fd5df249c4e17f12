import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { SILENT } from '../log.ts'
import { openSqlite } from '../sqlite/index.ts'
import type { Storage } from '../storage.ts'
import { type Bench, good, openBench } from '../test/bench-hub.ts'
import { dump, temporaryDirectory } from '../test/database.ts'
import { type Device, setTitle } from '../test/device.ts'
import { makeBackup, openBackups, restoreBackup, type ShelvedBackup } from './index.ts'

const KEY = new Uint8Array(32).fill(7)
const DAY_MS = 24 * 60 * 60 * 1000

/** A hub with its files, as an operator has them. */
class Place {
  readonly #directory = temporaryDirectory()
  readonly database: string = join(this.#directory, 'hub.sqlite')
  readonly shelf: string = join(this.#directory, 'backups')
  readonly opened: { readonly bench: Bench; readonly storage: Storage }[] = []
  nowMs = 1_800_000_000_000

  async open(): Promise<Bench> {
    const storage = openSqlite({ path: this.database, mintEpoch: () => 'first-epoch' })
    const bench = await openBench({ storage })
    bench.clock.now = this.nowMs
    this.opened.push({ bench, storage })
    return bench
  }

  async close(): Promise<void> {
    for (const { bench, storage } of this.opened.splice(0)) {
      await bench.hub.close()
      await storage.close()
    }
  }

  backUp(keep = 7): ShelvedBackup {
    return makeBackup({ database: this.database, directory: this.shelf, key: KEY, keep, nowMs: this.nowMs })
  }

  restore(backup: string, over: Partial<Parameters<typeof restoreBackup>[0]> = {}): ReturnType<typeof restoreBackup> {
    const { database, nowMs } = this
    return restoreBackup({ backup, database, key: KEY, schemaVersion: 1, mintEpoch: () => 'second-epoch', nowMs, ...over })
  }

  /** The files of the hub, without those of open connections. */
  files(): readonly string[] {
    return readdirSync(this.#directory)
      .filter((name) => !/-(wal|shm)$/.test(name))
      .sort()
  }
}

async function write(bench: Bench, device: Device, title: string): Promise<void> {
  device.note([setTitle(title)])
  good(await bench.push(device.push(device.written.length - 1)))
}

/** A hub with one note, which was backed up, and one that came later. */
async function backedUp(): Promise<{ place: Place; bench: Bench; device: Device; backup: ShelvedBackup }> {
  const place = new Place()
  const bench = await place.open()
  const device = bench.device()
  await write(bench, device, 'one')
  const backup = place.backUp()
  await write(bench, device, 'two')
  return { place, bench, device, backup }
}

describe('a backup', () => {
  it('[P6] is the database of a running hub at one moment, in one file, with what it is and how to check it', async () => {
    const { place, bench, device, backup } = await backedUp()
    const size = statSync(join(backup.path, 'hub.sqlite')).size
    expect(readdirSync(backup.path).sort()).toEqual(['hub.sqlite', 'manifest.json'])
    expect(JSON.parse(readFileSync(join(backup.path, 'manifest.json'), 'utf8'))).toEqual(backup.manifest)
    expect(backup.manifest).toMatchObject({
      epoch: 'first-epoch',
      schemaVersion: 1,
      spaces: 1,
      changes: 1,
      bytes: size,
      madeMs: place.nowMs,
    })
    const copy = new BetterSqlite3(join(backup.path, 'hub.sqlite'), { readonly: true })
    expect(copy.prepare('SELECT head FROM space WHERE space = ?').pluck().get(device.space)).toBe(1)
    expect(copy.pragma('journal_mode', { simple: true })).toBe('delete')
    copy.close()
    await write(bench, device, 'three')
    await place.close()
  })

  it('[P6] takes the place of the oldest one when there are enough, and of none when it fails', async () => {
    const { place } = await backedUp()
    const made = [place.backUp(3).path, place.backUp(3).path, place.backUp(3).path]
    expect(
      readdirSync(place.shelf)
        .map((name) => join(place.shelf, name))
        .sort(),
    ).toEqual(made)
    const before = readdirSync(place.shelf)
    const failing = { directory: place.shelf, key: KEY, keep: 1, nowMs: place.nowMs }
    expect(() => makeBackup({ ...failing, database: join(place.shelf, 'nothing.sqlite') })).toThrow('unable to open')
    expect(readdirSync(place.shelf).filter((name) => !name.endsWith('.part'))).toEqual(before)
    await place.close()
  })

  it('[P6] is there before the oldest one goes: where it cannot get its name, none is gone', async () => {
    const { place, backup } = await backedUp()
    const taken = join(place.shelf, new Date(backup.manifest.madeMs + 1).toISOString().replaceAll(':', '-'))
    mkdirSync(join(taken, 'of somebody else'), { recursive: true })
    expect(() => place.backUp(1)).toThrow('rename')
    expect(existsSync(backup.path)).toBe(true)
    await place.close()
  })

  it('[P6] is made after the others, also where the clock has gone back', async () => {
    const { place, backup } = await backedUp()
    place.nowMs -= DAY_MS
    expect(place.backUp().manifest.madeMs).toBeGreaterThan(backup.manifest.madeMs)
    await place.close()
  })

  it('what a run left that was cut off is cleared away a day later', async () => {
    const { place } = await backedUp()
    const [old, fresh] = [join(place.shelf, 'old.part'), join(place.shelf, 'fresh.part')]
    for (const path of [old, fresh]) mkdirSync(path)
    utimesSync(old, new Date(place.nowMs - 2 * DAY_MS), new Date(place.nowMs - 2 * DAY_MS))
    utimesSync(fresh, new Date(place.nowMs), new Date(place.nowMs))
    place.backUp()
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true])
    await place.close()
  })
})

describe('what can no longer be lost', () => {
  it('[P6] is what every backup has that may be restored; nothing without one', async () => {
    const { place, bench, device } = await backedUp()
    const backups = openBackups(place.shelf, SILENT)
    const none = openBackups(join(place.shelf, 'elsewhere'), SILENT)
    const through = (): number => backups.durableThrough(device.space, 'first-epoch')
    expect([through(), none.durableThrough(device.space, 'first-epoch')]).toEqual([1, 0])
    expect(backups.durableThrough(bench.device().space, 'first-epoch')).toBe(0)
    place.backUp()
    backups.refresh()
    expect(through()).toBe(1)
    place.backUp(1)
    backups.refresh()
    expect(through()).toBe(2)
    backups.close()
    await place.close()
  })

  it('[P6] is nothing while a backup is of another epoch, or cannot be read', async () => {
    const { place, device, backup } = await backedUp()
    await place.close()
    await place.restore(backup.path)
    const told: object[] = []
    const backups = openBackups(place.shelf, { ...SILENT, error: (facts) => void told.push(facts) })
    const through = (epoch = 'second-epoch'): number => backups.durableThrough(device.space, epoch)
    expect(through()).toBe(0)
    place.backUp()
    backups.refresh()
    expect([through(), through('first-epoch')]).toEqual([0, 0])
    place.backUp(2)
    backups.refresh()
    expect(through()).toBe(1)
    expect(told).toEqual([])
    writeFileSync(join(place.backUp().path, 'hub.sqlite'), 'garbage')
    backups.refresh()
    expect(through()).toBe(0)
    expect(told).toMatchObject([{ code: 'hub.backups' }])
    backups.close()
  })

  it('[P6] is told to devices by backups, not by age, where there are any', async () => {
    const place = new Place()
    const storage = openSqlite({ path: place.database, mintEpoch: () => 'first-epoch' })
    const backups = openBackups(place.shelf, SILENT)
    const bench = await openBench({ storage, backups })
    const device = bench.device()
    await write(bench, device, 'one')
    place.backUp()
    await write(bench, device, 'two')
    bench.clock.now += 30 * DAY_MS
    expect(good(await bench.pull(device.pull())).durableThrough).toBe(0)
    backups.refresh()
    expect(good(await bench.pull(device.pull())).durableThrough).toBe(1)
    device.note([setTitle('three')])
    expect(good(await bench.push(device.push(2))).durableThrough).toBe(1)
    backups.close()
  })
})

describe('restoring', () => {
  it('[P6] puts the backup in place under a new epoch, and sets the present database aside, whole', async () => {
    const { place, device, backup } = await backedUp()
    const before = dump(place.database)
    await place.close()
    const restored = await place.restore(backup.path)
    expect(restored).toMatchObject({ epoch: 'second-epoch', manifest: backup.manifest })
    expect(dump(restored.setAside ?? '')).toBe(before)
    expect(place.files()).toEqual(['backups', 'hub.sqlite', expect.stringMatching(/^hub\.sqlite\.before-/)])
    const bench = await place.open()
    expect(await bench.pull(device.pull({ epoch: 'first-epoch' }))).toMatchObject({ code: 'epoch', epoch: 'second-epoch' })
    expect(good(await bench.pull(device.pull())).head).toBe(1)
    await place.close()
  })

  it('[P6] the same backup again is another epoch again', async () => {
    const { place, backup } = await backedUp()
    await place.close()
    await place.restore(backup.path)
    await place.restore(backup.path, { mintEpoch: () => 'third-epoch', nowMs: place.nowMs + 1 })
    const storage = openSqlite({ path: place.database, mintEpoch: () => 'none' })
    expect(await storage.epoch()).toBe('third-epoch')
    await storage.close()
  })

  it('[P6] sets aside also what a killed hub had in its WAL only', async () => {
    const { place, backup } = await backedUp()
    const killed = new Place()
    for (const suffix of ['', '-wal']) copyFileSync(place.database + suffix, killed.database + suffix)
    const { setAside } = await killed.restore(backup.path)
    expect(dump(setAside ?? '')).toBe(dump(place.database))
    await place.close()
  })

  it('[P6] sets a damaged database aside as it is', async () => {
    const { place, device, backup } = await backedUp()
    await place.close()
    writeFileSync(place.database, 'garbage'.repeat(1000))
    writeFileSync(`${place.database}-wal`, 'more garbage')
    const { setAside } = await place.restore(backup.path)
    expect(readFileSync(setAside ?? '', 'utf8')).toBe('garbage'.repeat(1000))
    expect(readFileSync(`${setAside}-wal`, 'utf8')).toBe('more garbage')
    expect(good(await (await place.open()).pull(device.pull())).head).toBe(1)
    await place.close()
  })

  it('[P6] needs no database to be there', async () => {
    const { place, device, backup } = await backedUp()
    await place.close()
    rmSync(place.database)
    expect(await place.restore(backup.path)).toMatchObject({ setAside: null })
    expect(good(await (await place.open()).pull(device.pull())).head).toBe(1)
    await place.close()
  })

  it('[P6] is refused while a hub runs, and the hub goes on', async () => {
    const { place, bench, device, backup } = await backedUp()
    await expect(place.restore(backup.path)).rejects.toMatchObject({ code: 'storage.inUse' })
    await write(bench, device, 'three')
    expect(place.files()).toEqual(['backups', 'hub.sqlite'])
    await place.close()
  })

  const manifestOf = (backup: ShelvedBackup): string => join(backup.path, 'manifest.json')
  const altered = (backup: ShelvedBackup, member: object): void =>
    writeFileSync(manifestOf(backup), JSON.stringify({ ...backup.manifest, ...member }))
  const flipByte = (path: string): void => {
    const bytes = readFileSync(path)
    bytes[5000] = (bytes[5000] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }

  it.each<readonly [string, string, (backup: ShelvedBackup) => void, object]>([
    ['has one bit that is wrong', 'backup.damaged', ({ path }) => flipByte(join(path, 'hub.sqlite')), {}],
    ['has no database', 'backup.damaged', ({ path }) => rmSync(join(path, 'hub.sqlite')), {}],
    ['has no manifest', 'backup.damaged', ({ path }) => rmSync(join(path, 'manifest.json')), {}],
    ['has half a manifest', 'backup.damaged', (backup) => writeFileSync(manifestOf(backup), '{"format": 1, "madeMs"'), {}],
    ['has a manifest of another format', 'backup.damaged', (backup) => altered(backup, { format: 2 }), {}],
    ['belongs to another key', 'backup.key', () => undefined, { key: new Uint8Array(32).fill(8) }],
    ['is of a newer hub', 'storage.newer', (backup) => altered(backup, { storageVersion: 99 }), {}],
    ['is of an older hub', 'storage.older', (backup) => altered(backup, { storageVersion: 1 }), {}],
    ['is of a newer app', 'schema.older', () => undefined, { schemaVersion: 0 }],
  ])('[P6] a backup that %s is %s, and nothing has changed', async (_, code, spoil, over) => {
    const { place, backup } = await backedUp()
    await place.close()
    const before = dump(place.database)
    spoil(backup)
    await expect(place.restore(backup.path, over)).rejects.toMatchObject({ code })
    expect(dump(place.database)).toBe(before)
    expect(place.files()).toEqual(['backups', 'hub.sqlite'])
  })
})
