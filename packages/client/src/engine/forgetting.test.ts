import {
  collection,
  type Entry,
  type Intent,
  type LogEntry,
  type Name,
  oneOf,
  type RecordId,
  type RecordOperations,
  schema,
  type SpaceId,
  stampAt,
  string,
} from '@tombolo/core'
import { expect, test, vi } from 'vitest'
import { StorageError } from '../storage/port.ts'
import { loadText, openDevice, sha256, START_MS, type TestDevice } from '../test/local-store-kit.ts'
import { HubHalf } from './hub-half.ts'
import { LocalStore } from './local-store.ts'
import { loadSeldom } from '../load-seldom.ts'

const note = { title: string(), quality: oneOf('poor', 'good').review().optional() }
const app = schema({ version: 1, collections: { notes: collection(note, { onDelete: 'delete-wins' }) } })
const STAMP = stampAt(START_MS)

class Scene {
  readonly space: SpaceId
  device: TestDevice
  hubTimeMs = START_MS
  readonly #named = new Set<Name>()
  #version = 0

  constructor(device: TestDevice) {
    this.device = device
    this.space = device.newSpace()
  }

  /** A page with what the hub has applied since, and the horizon that it tells. */
  page(horizon: number, ...written: readonly Partial<RecordOperations>[]): void {
    const { store } = this.device
    const request = store.hub.nextPull(this.space, 1e6)
    const entries = written.map((operations) => this.#entry(operations))
    const { cursor } = store.state.spaces.get(this.space)
    const place = { epoch: 'epoch', replica: store.state.replica, space: this.space, hubTimeMs: this.hubTimeMs, from: cursor }
    const body = { type: 'log', entries } as const
    const page = {
      ...place,
      cursor: `at-${this.#version}`,
      more: false,
      head: this.#version,
      verdicts: [],
      body,
      durableThrough: 0,
      horizon,
    }
    if (!store.hub.pageArrived(request, page)) throw new Error('the page was not taken')
  }

  #entry(operations: Partial<RecordOperations>): LogEntry {
    const n = ++this.#version
    this.#named.add(nameOf(n))
    const operation = { collection: 'notes', life: 'alive', lifeOver: [], fields: [], ...operations } as RecordOperations
    return {
      version: n,
      name: nameOf(n),
      content: { intent: intentOf(n), stamp: STAMP, space: this.space, schemaVersion: 1, label: null, operations: [operation] },
      by: 'ann',
      effectiveStamp: STAMP,
      hubStamp: STAMP,
      unverified: false,
      awaits: overOf(operation).filter((name) => !this.#named.has(name)),
    }
  }

  rows(): unknown[] {
    return this.device.store.state.database.prepare('SELECT id FROM notes ORDER BY rowid').values().flat()
  }

  histories(): unknown {
    return this.device.store.state.database.prepare('SELECT count(*) FROM _history').values()[0]?.[0]
  }
}

const overOf = ({ fields }: RecordOperations): Name[] => fields.flatMap((operation) => ('over' in operation ? operation.over : []))
const intentOf = (n: number): Intent => `Intent-------${n}` as Intent
const nameOf = (n: number): Name => `${intentOf(n)}Content-` as Name

const adding = (record: RecordId): Partial<RecordOperations> => ({
  record,
  fields: [{ kind: 'set', field: 'title', value: 'Heron', over: [] }],
})
const setting = (record: RecordId, over: readonly number[], lifeOver: readonly number[] = []): Partial<RecordOperations> => ({
  record,
  lifeOver: lifeOver.map(nameOf),
  fields: [{ kind: 'set', field: 'title', value: 'Bittern', over: over.map(nameOf) }],
})
const deleting = (record: RecordId, over: readonly number[]): Partial<RecordOperations> => ({
  record,
  life: 'deleted',
  lifeOver: over.map(nameOf),
})

test('[Q4] at the horizon the device forgets the records that everyone has deleted, with their histories, and no others', async () => {
  const scene = new Scene(await openDevice(app))
  const [gone, alive, late, edited] = [1, 2, 3, 4].map(() => scene.device.newId()) as [RecordId, RecordId, RecordId, RecordId]
  scene.page(0, adding(gone), adding(alive), adding(late), adding(edited))
  scene.page(0, setting(gone, [1]), deleting(gone, [1, 5]))
  // One was edited while another person deleted it: the deletion wins on the screen, and both are kept.
  scene.page(0, setting(edited, [4]), deleting(edited, [4]), deleting(late, [3]))
  expect(scene.histories()).toBe(2)
  scene.page(0)
  expect(scene.rows()).toEqual([gone, alive, late, edited])
  scene.page(8)
  expect(scene.rows()).toEqual([alive, late, edited])
  expect(scene.histories()).toBe(1)
  scene.page(9)
  expect(scene.rows()).toEqual([alive, edited])
})

test('[Q4] what a failing disk kept from being forgotten is forgotten with the next page', async () => {
  const scene = new Scene(await openDevice(app))
  const record = scene.device.newId()
  scene.page(0, adding(record))
  scene.page(0, deleting(record, [1]))
  const { database } = scene.device.store.state
  const transaction = database.transaction.bind(database)
  const failing = vi.spyOn(database, 'transaction').mockImplementation((work) =>
    transaction(() => {
      work()
      throw new StorageError('storage.io', new Error('the disk fails'))
    }),
  )
  expect(() => scene.page(2)).toThrow('storage.io')
  failing.mockRestore()
  expect(scene.rows()).toEqual([record])
  scene.page(2)
  expect(scene.rows()).toEqual([])
})

test('[Q4] a deleted record that an own change waits for is kept until that has its verdict', async () => {
  const scene = new Scene(await openDevice(app))
  const record = scene.device.newId()
  scene.page(0, adding(record))
  const { store } = scene.device
  store.write({ space: scene.space, steps: [{ type: 'set', collection: 'notes', record, values: { title: 'Curlew' } }] })
  scene.page(2, deleting(record, [1]))
  expect(scene.rows()).toEqual([record])
  const [own] = store.state.changes.live
  expect(store.discard(own?.seq ?? 0)).toMatchObject({ ok: true })
  scene.page(3, adding(scene.device.newId()))
  expect(scene.rows()).not.toContain(record)
})

const DAY_MS = 24 * 60 * 60 * 1000

const judging = (record: RecordId, value: string): Partial<RecordOperations> => ({
  record,
  fields: [{ kind: 'set', field: 'quality', value, over: [] }],
})

/** The records that have a history. */
const withHistory = ({ device }: Scene): ReadonlySet<unknown> =>
  new Set(device.store.state.database.prepare('SELECT id FROM _history').values().flat())

test('[M9] a superseded value goes after a year, but for one that somebody has to look at, and one that no known write has gone over', async () => {
  const scene = new Scene(await openDevice(app))
  const { store, clock } = scene.device
  const [plain, disputed, edited, unseen] = [1, 2, 3, 4].map(() => scene.device.newId()) as [RecordId, RecordId, RecordId, RecordId]
  scene.page(0, adding(plain), adding(disputed), adding(edited))
  scene.page(0, setting(plain, [1]), setting(disputed, [2]), setting(edited, [3]))
  scene.page(0, judging(disputed, 'poor'), judging(disputed, 'good'))
  // The later one is older: it comes when it is written over already.
  scene.page(0, setting(unseen, [10]), adding(unseen))
  store.write({ space: scene.space, steps: [{ type: 'set', collection: 'notes', record: edited, values: { title: 'Curlew' } }] })
  const all = new Set([plain, disputed, edited, unseen])
  expect(withHistory(scene)).toEqual(all)
  // The clock of the device is wrong, and the hub's is not.
  clock.ms += 3650 * DAY_MS
  scene.hubTimeMs += 364 * DAY_MS
  scene.page(0)
  expect(withHistory(scene)).toEqual(all)
  scene.hubTimeMs += 2 * DAY_MS
  scene.page(0)
  expect(withHistory(scene)).toEqual(new Set([disputed, edited, unseen]))
  const [own] = store.state.changes.live
  expect(store.discard(own?.seq ?? 0)).toMatchObject({ ok: true })
  scene.page(0, { record: disputed, fields: [{ kind: 'set', field: 'quality', value: 'good', over: [7, 8].map(nameOf) }] })
  scene.hubTimeMs += DAY_MS
  scene.page(0)
  // What the decision went over has been there for a day.
  expect(withHistory(scene)).toEqual(new Set([disputed, unseen]))
  expect(store.state.records.history.ofRecord('notes', disputed).map(({ field }) => field)).toEqual(['quality', 'quality'])
})

test('[M9] a long history is gone through a slice at a time, however short the sessions are', async () => {
  const device = await openDevice(app)
  const scene = new Scene(device)
  const entry = (k: number): Entry => ({ name: nameOf(k), value: k, stamp: STAMP, hubStamp: STAMP, by: 'ann', over: [] })
  for (let k = 100; k < 2600; k += 1)
    device.store.state.records.history.keep({ collection: 'notes', id: device.newId(), field: 'title' }, entry(k), nameOf(1))
  scene.hubTimeMs += 366 * DAY_MS
  const left: unknown[] = []
  for (let session = 0; session < 3; session += 1) {
    const { state } = device.store
    const ports = { nowMs: () => device.clock.ms, random: device.random, hash: sha256, loadText, loadUpgrade: loadSeldom }
    scene.page(0)
    left.push(scene.histories())
    const store = await LocalStore.open(state.database, app, ports)
    store.useHub(HubHalf)
    scene.device = { ...device, store }
  }
  expect(left).toEqual([1500, 500, 0])
})

test('[M9] a value that an older app has kept without the time goes a year after it is seen', async () => {
  const scene = new Scene(await openDevice(app))
  const record = scene.device.newId()
  scene.page(0, adding(record), setting(record, [1]))
  scene.device.store.state.database.exec('UPDATE _history SET kept_at = NULL')
  const left = [0, 364, 2].map((days) => {
    scene.hubTimeMs += days * DAY_MS + 60 * 60 * 1000
    scene.page(0)
    return scene.histories()
  })
  expect(left).toEqual([1, 1, 0])
})
