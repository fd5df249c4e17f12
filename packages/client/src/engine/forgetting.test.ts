import {
  collection,
  type Intent,
  type LogEntry,
  type Name,
  type RecordId,
  type RecordOperations,
  schema,
  type SpaceId,
  stampAt,
  string,
} from '@tombolo/core'
import { expect, test } from 'vitest'
import { openDevice, START_MS, type TestDevice } from '../test/local-store-kit.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string() }, { onDelete: 'delete-wins' }) } })
const STAMP = stampAt(START_MS)

class Scene {
  readonly space: SpaceId
  readonly device: TestDevice
  #version = 0

  constructor(device: TestDevice) {
    this.device = device
    this.space = device.newSpace()
  }

  /** A page with what the hub has applied since, and the horizon that it tells. */
  page(horizon: number, ...written: readonly Partial<RecordOperations>[]): void {
    const { store } = this.device
    const request = store.nextPull(this.space, 1e6)
    const entries = written.map((operations) => this.#entry(operations))
    const { cursor } = store.state.spaces.get(this.space)
    const place = { epoch: 'epoch', replica: store.state.replica, space: this.space, hubTimeMs: START_MS, from: cursor }
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
    if (!store.pageArrived(request, page)) throw new Error('the page was not taken')
  }

  #entry(operations: Partial<RecordOperations>): LogEntry {
    const n = ++this.#version
    const operation = { collection: 'notes', life: 'alive', lifeOver: [], fields: [], ...operations } as RecordOperations
    return {
      version: n,
      name: nameOf(n),
      content: { intent: intentOf(n), stamp: STAMP, space: this.space, schemaVersion: 1, label: null, operations: [operation] },
      by: 'ann',
      effectiveStamp: STAMP,
      hubStamp: STAMP,
      unverified: false,
      awaits: [],
    }
  }

  rows(): unknown[] {
    return this.device.store.state.database.prepare('SELECT id FROM notes ORDER BY rowid').values().flat()
  }

  histories(): unknown {
    return this.device.store.state.database.prepare('SELECT count(*) FROM _history').values()[0]?.[0]
  }
}

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
