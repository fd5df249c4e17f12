import {
  collection,
  counter,
  type Intent,
  type LogEntry,
  type Name,
  type Page,
  type PageBody,
  type PushAnswer,
  type PushRequest,
  type RecordId,
  type RecordOperations,
  schema,
  type SpaceId,
  stampAt,
  string,
} from '@tombolo/core'
import { expect, test } from 'vitest'
import { openDevice, START_MS, type TestDevice } from '../test/local-store-kit.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string(), visits: counter() }) } })
const STAMP = stampAt(START_MS)
const RECEIPT = { effectiveStamp: STAMP, hubStamp: STAMP, mac: 'SignatureOfTheHub----A' }
const LIMITS = { bytesMax: 1e6, changesMax: 10 }

const entryOf = (n: number, content: LogEntry['content']): LogEntry => ({
  version: n,
  name: `Intent-------${n}Content-` as Name,
  content,
  by: 'ann',
  effectiveStamp: STAMP,
  hubStamp: STAMP,
  unverified: false,
  awaits: [],
})

const contentOf = (n: number, space: SpaceId, operations: RecordOperations): LogEntry['content'] => ({
  intent: `Intent-------${n}` as Intent,
  stamp: STAMP,
  space,
  schemaVersion: 1,
  label: null,
  operations: [operations],
})

const adding = (record: RecordId): RecordOperations => ({
  collection: 'notes',
  record,
  life: 'alive',
  lifeOver: [],
  fields: [{ kind: 'set', field: 'title', value: 'Heron', over: [] }],
})

function pageOf({ store }: TestDevice, space: SpaceId, body: PageBody, head: number): Page {
  const { cursor } = store.state.spaces.get(space)
  const place = { epoch: 'epoch', replica: store.state.replica, space, hubTimeMs: START_MS, from: cursor, cursor: `at-${head}` }
  return { ...place, more: false, head, verdicts: [], body, durableThrough: 0 }
}

async function openScene() {
  const device = await openDevice(app)
  const [space, record] = [device.newSpace(), device.newId()]
  const take = (body: PageBody, head: number): boolean => {
    const request = device.store.hub.nextPull(space, 1000)
    return device.store.hub.pageArrived(request, pageOf(device, space, body, head))
  }
  return { device, space, record, take }
}

const titlesOf = ({ store }: TestDevice): unknown[] => store.state.database.prepare('SELECT title FROM notes').all()

test('[Q2] a page that leaves out what this device does not hold is dropped, and what it tells of is had as records', async () => {
  const { device, space, record, take } = await openScene()
  expect(take({ type: 'log', entries: [entryOf(1, contentOf(1, space, adding(record)))] }, 1)).toBe(true)
  expect(take({ type: 'log', entries: [entryOf(2, null)] }, 2)).toBe(false)
  expect(titlesOf(device)).toEqual([{ title: 'Heron' }])
  expect(device.store.hub.nextPull(space, 1000)).toMatchObject({ cursor: null, accept: 'records' })
  expect(take({ type: 'records', whole: true, records: [], sentThrough: 0 }, 2)).toBe(true)
  expect(device.store.hub.nextPull(space, 1000)).toMatchObject({ cursor: 'at-2' })
  expect(titlesOf(device)).toEqual([])
})

test('[Q2] so is one that writes to a field as if it were of another kind', async () => {
  const { device, space, record, take } = await openScene()
  expect(take({ type: 'log', entries: [entryOf(1, contentOf(1, space, adding(record)))] }, 1)).toBe(true)
  const strange: RecordOperations = { ...adding(record), fields: [{ kind: 'increment', field: 'title', by: 1 }] }
  expect(take({ type: 'log', entries: [entryOf(2, contentOf(2, space, strange))] }, 2)).toBe(false)
  expect(device.store.hub.nextPull(space, 1000)).toMatchObject({ cursor: null, accept: 'records' })
  expect(titlesOf(device)).toEqual([{ title: 'Heron' }])
})

test('[P3] a verdict about a change that this device does not hold is no log, whatever cursor comes with it', async () => {
  const { device, space, record } = await openScene()
  device.store.write({ space, createsSpace: true, steps: [{ type: 'add', collection: 'notes', record, values: { title: 'Heron' } }] })
  const request = device.store.hub.nextPush(space, LIMITS) as PushRequest
  const [own] = device.store.state.changes.live
  if (own === undefined || own.name === null || own.contentHash === null) throw new Error('what is sent is sealed')
  const applied = (name: Name, version: number) =>
    ({ type: 'applied', name, contentHash: own.contentHash, attempt: 0, version, receipt: RECEIPT }) as PushAnswer['verdicts'][number]
  device.store.hub.pushAnswered(request, {
    epoch: 'epoch',
    replica: request.replica,
    space,
    hubTimeMs: START_MS,
    account: 'ann',
    verdicts: [applied(own.name, 1), applied('Intent-------9Content-' as Name, 2)],
    head: 2,
    cursor: 'at-2',
    durableThrough: 0,
  })
  expect(device.store.state.spaces.get(space)).toMatchObject({ cursor: null, head: 2 })
  expect([...device.store.state.changes.live]).toMatchObject([{ status: 'applied', version: 1 }])
})
