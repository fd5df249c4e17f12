/**
 * Something goes wrong at any operation on files, while a hub is backed up or put back: what was there is still there, what is there is
 * whole, and doing it again does it.
 */
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type * as Files from 'node:fs'
import { makeBackup, restoreBackup, type ShelvedBackup } from '@tombolo/hub/backup'
import { openSqlite } from '@tombolo/hub/sqlite'
import { expect, test, vi } from 'vitest'
import { listBackups } from '../../../../hub/src/backup/shelf.ts'
import { verifyBackup } from '../../../../hub/src/backup/verify.ts'
import { dump, temporaryDirectory } from '../../../../hub/src/test/database.ts'
import { addNote, appWith, meet } from '../../test/history-kit.ts'
import { HubWorld } from '../../test/hub-world.ts'
import { FILE_FAULTS, type FilePoint } from './gated-files.ts'

const faults = await vi.hoisted(async () => {
  const { FileFaults } = await import('./gated-files.ts')
  return new FileFaults()
})
vi.mock('node:fs', async (original) => faults.gated(await original<typeof Files>()))

const app = appWith()
const KEY = new Uint8Array(32).fill(7)
const NOTHING: FilePoint = { at: 0, fault: 'fails once' }

/** A hub's files: a database, and backups of how it was before. */
class Operator {
  readonly directory: string = temporaryDirectory()
  readonly database: string = join(this.directory, 'hub.sqlite')
  readonly shelf: string = join(this.directory, 'backups')
  nowMs = Date.UTC(2027, 0, 1)

  /** What a copy of these files is. */
  copy(): Operator {
    const copied = new Operator()
    cpSync(this.directory, copied.directory, { recursive: true })
    copied.nowMs = this.nowMs
    return copied
  }

  backUp(): ShelvedBackup {
    this.nowMs += 1000
    return makeBackup({ database: this.database, directory: this.shelf, key: KEY, keep: 2, nowMs: this.nowMs })
  }

  async restore(): Promise<void> {
    this.nowMs += 1000
    const [backup] = listBackups(this.shelf)
    const to = { database: this.database, key: KEY, schemaVersion: app.version, mintEpoch: () => `epoch-${this.nowMs}`, nowMs: this.nowMs }
    await restoreBackup({ backup: backup?.path ?? '', ...to })
  }

  get setAside(): readonly string[] {
    return filesIn(this.directory).filter((name) => name.includes('.before-') && !/-(wal|shm)$/.test(name))
  }

  /** The notes of a hub that starts on this file, and its epoch. */
  async contents(database: string = this.database): Promise<string> {
    const storage = openSqlite({ path: database, mintEpoch: () => 'an epoch that is new' })
    await storage.close()
    return dump(database)
  }
}

const filesIn = (directory: string): readonly string[] => (existsSync(directory) ? listed(directory) : [])
const { readdirSync: listed } = await vi.importActual<typeof Files>('node:fs')

/** Two backups, and notes that came after each of them. `isLeft`: the hub's process was killed, and its log lies beside the database. */
async function prepared(isLeft: boolean): Promise<Operator> {
  const operator = new Operator()
  const storage = openSqlite({ path: operator.database, mintEpoch: () => 'epoch-0' })
  const world = await new HubWorld(app).openOn(storage)
  const device = await world.device()
  const space = device.newSpace()
  for (const title of ['Heron', 'Egret', 'Crane']) {
    addNote(device, space, title)
    await meet(device)
    if (title !== 'Crane') operator.backUp()
  }
  const left = operator.copy()
  await world.hub.close()
  await storage.close()
  return isLeft ? left : operator.copy()
}

/** In `npm test` every so manieth point, so that each fault is met in turn; all of them with `npm run crash-points -- --all`. */
const STEP = process.env['TOMBOLO_CRASH_POINTS'] === 'all' ? 1 : 7

const pointsOf = (operations: readonly string[]): readonly FilePoint[] =>
  operations.flatMap((_, index) => FILE_FAULTS.map((fault) => ({ at: index + 1, fault }))).filter((_, index) => index % STEP === 0)

test('[P6] whatever goes wrong with files while a hub is backed up: no older backup goes before the new one is there, and each is whole', async () => {
  const start = await prepared(false)
  const database = await start.contents()
  const names = (one: Operator): readonly string[] => listBackups(one.shelf).map(({ path }) => path.slice(one.shelf.length))
  const clean = start.copy()
  expect(faults.meets(NOTHING, () => clean.backUp())).toBe(true)
  const points = pointsOf(faults.operations)
  expect(points.length).toBeGreaterThan(100 / STEP)
  for (const point of points) {
    const operator = start.copy()
    const isTold = faults.meets(point, () => operator.backUp())
    const shelved = names(operator)
    const isMade = shelved.some((name) => !names(start).includes(name))
    expect({ point, isKept: isMade || shelved.length === 2, isThere: isMade || !isTold }).toEqual({ point, isKept: true, isThere: true })
    for (const { path } of listBackups(operator.shelf)) expect(verifyBackup(path, KEY).format).toBe(1)
    expect(await operator.contents()).toBe(database)
    operator.backUp()
    expect({ point, count: listBackups(operator.shelf).length }).toEqual({ point, count: 2 })
  }
}, 120_000)

test.each([
  ['one that was stopped', false],
  ['one that was killed', true],
])(
  '[P6] whatever goes wrong with files while %s is put back to a backup: its database is the old one or the restored one, and the old one is kept',
  async (_, isLeft) => {
    const start = await prepared(isLeft)
    const before = await start.copy().contents()
    const restored = start.copy()
    expect(await faults.meetsLater(NOTHING, () => restored.restore())).toBe(true)
    const points = pointsOf(faults.operations)
    const after = await restored.contents()
    expect(after).not.toBe(before)
    expect(points.length).toBeGreaterThan(60 / STEP)
    for (const point of points) {
      const operator = start.copy()
      const isTold = await faults.meetsLater(point, () => operator.restore())
      const now = await operator.contents()
      const isRestored = now === after
      expect({ point, isOneOfThem: isRestored || now === before, isDone: isRestored || !isTold }).toEqual({
        point,
        isOneOfThem: true,
        isDone: true,
      })
      const aside = await Promise.all(operator.setAside.map((name) => operator.contents(join(operator.directory, name))))
      expect({ point, isKept: !isRestored || aside.includes(before) }).toEqual({ point, isKept: true })
      await operator.restore()
      const again = await Promise.all(operator.setAside.map((name) => operator.contents(join(operator.directory, name))))
      expect({ point, isKept: again.includes(before) }).toEqual({ point, isKept: true })
    }
  },
  120_000,
)
