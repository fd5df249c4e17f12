/** A hub that is put back to a backup, with devices that went on meanwhile: nothing is lost, and nothing counts twice. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, encodePushRequest, type RecordId, type SpaceId } from '@tombolo/core'
import { SILENT } from '@tombolo/hub'
import { makeBackup, openBackups, restoreBackup, type ShelvedBackup } from '@tombolo/hub/backup'
import { openLedger } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { mendedOf } from '../../../client/src/engine/mended.ts'
import { check } from '../test/damage.ts'
import { addNote, appWith, expectSame, liveOf, meet, rowOf, save, setTitle, twoWithNote, visit } from '../test/history-kit.ts'
import { type Device, HubWorld } from '../test/hub-world.ts'

const app = appWith()
const DAY = 24 * 60 * 60 * 1000
const KEY = new Uint8Array(32).fill(7)

/** Who runs a hub, with its files. */
class Operator {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'tombolo-operator-'))
  readonly database: string = join(this.directory, 'hub.sqlite')
  readonly shelf: string = join(this.directory, 'backups')
  readonly #backups = openBackups(this.shelf, SILENT)
  readonly #ledger = openLedger(join(this.directory, 'hub.ledger'))
  readonly world: HubWorld = new HubWorld(app, { backups: this.#backups, ledger: this.#ledger })
  #epochs = 0
  #close = async (): Promise<void> => undefined

  constructor() {
    onTestFinished(async () => {
      await this.#close()
      this.#backups.close()
      this.#ledger.close()
      rmSync(this.directory, { recursive: true })
    })
  }

  async open(): Promise<this> {
    const storage = openSqlite({ path: this.database, mintEpoch: () => 'epoch-0' })
    await this.world.openOn(storage)
    const { hub } = this.world
    this.#close = async () => {
      await hub.close()
      await storage.close()
    }
    return this
  }

  backUp(keep = 7): ShelvedBackup {
    const { database, shelf: directory, world } = this
    const backup = makeBackup({ database, directory, key: KEY, keep, nowMs: world.time.nowMs })
    this.#backups.refresh()
    return backup
  }

  /** As someone does who does not know of `tombolo restore`. */
  async putInPlace(backup: string): Promise<void> {
    await this.#close()
    cpSync(join(backup, 'hub.sqlite'), this.database)
    await this.open()
  }

  async restore(backup: string): Promise<void> {
    await this.#close()
    const mintEpoch = (): string => `epoch-${(this.#epochs += 1)}`
    const { database, world } = this
    await restoreBackup({ backup, database, key: KEY, schemaVersion: app.version, mintEpoch, nowMs: world.time.nowMs })
    await this.open()
  }
}

interface Scene {
  readonly operator: Operator
  readonly devices: readonly [Device, Device]
  readonly space: SpaceId
  readonly record: RecordId
}

async function openScene(): Promise<Scene> {
  const operator = await new Operator().open()
  const { a, b, space, record } = await twoWithNote(operator.world)
  return { operator, devices: [a, b], space, record }
}

const retainedBy = ({ store }: Device): number => store.state.changes.retained().length

/** Everybody meets the hub, and a new device has the same from it as they have. */
async function expectAllIsThere({ operator, devices }: Scene): Promise<void> {
  await meet(...devices, ...devices)
  const fresh = await operator.world.device()
  await meet(fresh)
  expectSame(...devices, fresh)
  expect(devices.flatMap((device) => liveOf(device).filter(({ status }) => status !== 'applied'))).toEqual([])
}

test('[P6] what came after a backup that is restored comes back from the devices, once, also from one that was away meanwhile', async () => {
  const scene = await openScene()
  const { operator, devices, space, record } = scene
  const [a, b] = devices
  const { path } = operator.backUp()
  for (let day = 1; day <= 20; day += 1) {
    await operator.world.time.pass(DAY)
    visit(a, space, record)
    addNote(a, space, `Of day ${day}`)
    await meet(a)
  }
  visit(b, space, record)
  await operator.restore(path)
  expect(rowOf(a, record)).toMatchObject({ visits: 20 })
  await expectAllIsThere(scene)
  expect(rowOf(b, record)).toMatchObject({ visits: 21, $state: 'synced' })
  expect(b.store.state.database.prepare('SELECT count(*) AS count FROM notes').get()).toEqual({ count: 21 })
})

test('[Q3] [Q5] a hub that was put back, and was sent again what it lost, is known for another history when records are compared, not for a wrong one', async () => {
  const { operator, devices, space, record } = await openScene()
  const { world } = operator
  const [a, b] = devices
  await meet(a, b)
  const { path } = operator.backUp()
  setTitle(a, space, record, 'Grey heron')
  const push = a.store.hub.nextPush(space, { bytesMax: 100_000, changesMax: 10 })
  assert(push !== null, 'a title waits')
  // As a gateway does that has kept what it passed on.
  const send = (): Promise<unknown> =>
    world.transport(a.sign).request('push', encodePushRequest(push), { timeoutMs: 1000, signal: new AbortController().signal })
  await send()
  await meet(a, b)
  const { epoch } = b.store.state
  await operator.putInPlace(path)
  await world.time.pass(DAY)
  await send()
  await check(world, space, b)
  expect(mendedOf(b.store.state)).toBeNull()
  expect(b.store.state.epoch).not.toBe(epoch)
  await expectAllIsThere({ operator, devices, space, record })
  expect(rowOf(b, record)).toMatchObject({ title: 'Grey heron' })
})

test('[P6] a hub that is restored twice, the second time to a backup of the first history, has all that came in the second', async () => {
  const scene = await openScene()
  const { operator, devices, space, record } = scene
  const [a, b] = devices
  const older = operator.backUp()
  await operator.world.time.pass(DAY)
  visit(a, space, record)
  await meet(a, b)
  const newer = operator.backUp()
  await operator.restore(older.path)
  await meet(a, b)
  for (let day = 0; day < 20; day += 1) {
    await operator.world.time.pass(DAY)
    visit(day % 2 === 0 ? a : b, space, record)
    await meet(a, b)
  }
  expect(rowOf(a, record)).toMatchObject({ visits: 21 })
  await operator.restore(newer.path)
  await expectAllIsThere(scene)
  expect(rowOf(b, record)).toMatchObject({ visits: 21 })
  await operator.restore(older.path)
  await expectAllIsThere(scene)
  expect(rowOf(b, record)).toMatchObject({ visits: 21 })
})

test('[P6] devices let go of what every backup has that may be restored, and of nothing else, however long it takes', async () => {
  const { operator, devices, space, record } = await openScene()
  const [a] = devices
  const retained = async (): Promise<number> => {
    await meet(a)
    return retainedBy(a)
  }
  await operator.world.time.pass(30 * DAY)
  expect(await retained()).toBe(1)
  operator.backUp()
  setTitle(a, space, record, 'Grey heron')
  expect(await retained()).toBe(1)
  await operator.world.time.pass(30 * DAY)
  operator.backUp()
  expect(await retained()).toBe(1)
  operator.backUp(1)
  expect(await retained()).toBe(0)
})

test('[P6] while a backup of an earlier history may be restored, devices let go of nothing', async () => {
  const scene = await openScene()
  const { operator, devices, space, record } = scene
  const [a] = devices
  await operator.restore(operator.backUp().path)
  setTitle(a, space, record, 'Grey heron')
  await meet(a)
  const retained = retainedBy(a)
  expect(retained).toBeGreaterThan(0)
  for (let day = 0; day < 3; day += 1) {
    await operator.world.time.pass(10 * DAY)
    operator.backUp(4)
    await meet(a)
    expect(retainedBy(a)).toBe(retained)
  }
  operator.backUp(4)
  await meet(a)
  expect(retainedBy(a)).toBe(0)
})

/** One note was deleted 200 days ago, and a copy from before that was put somewhere else. */
async function openOldScene(): Promise<Scene & { readonly gone: RecordId; readonly copy: string }> {
  const scene = await openScene()
  const { operator, devices, space, record } = scene
  const [a] = devices
  const gone = addNote(a, space, 'gone')
  await meet(...devices)
  const copy = join(operator.directory, 'copy-elsewhere')
  cpSync(operator.backUp().path, copy, { recursive: true })
  expect(save(a, space, gone, 'delete', {})).toMatchObject({ ok: true })
  await meet(...devices)
  await operator.world.time.pass(200 * DAY)
  setTitle(a, space, record, 'Grey heron')
  await meet(...devices)
  return { ...scene, gone, copy }
}

/** The row of a record on a device that has just read all that the hub has. */
async function freshRow({ operator }: Scene, record: RecordId): Promise<ReturnType<typeof rowOf>> {
  const fresh = await operator.world.device()
  await meet(fresh)
  return rowOf(fresh, record)
}

test('[Q4] a deleted record is remembered as long as a backup that may be restored holds it alive', async () => {
  const scene = await openOldScene()
  const { operator, gone } = scene
  await operator.world.hub.maintain()
  expect(await freshRow(scene, gone)).toMatchObject({ $deleted: 1 })
  operator.backUp(1)
  await operator.world.hub.maintain()
  expect(await freshRow(scene, gone)).toEqual({})
})

test.each([
  ['restored', (operator: Operator, copy: string) => operator.restore(copy)],
  ['put in place by hand', (operator: Operator, copy: string) => operator.putInPlace(copy)],
])('[P6] what is forgotten stays gone, also in a copy that is older than any backup counted on and is %s', async (_, putBack) => {
  const scene = await openOldScene()
  const { operator, devices, record, gone, copy } = scene
  operator.backUp(1)
  await operator.world.hub.maintain()
  await putBack(operator, copy)
  await meet(...devices)
  for (const device of devices) {
    expect(rowOf(device, record)).toMatchObject({ title: 'Grey heron' })
    expect(rowOf(device, gone)['$deleted'] ?? 1).toBe(1)
  }
  expect(await freshRow(scene, gone)).toEqual({})
})
