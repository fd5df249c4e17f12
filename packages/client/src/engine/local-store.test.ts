import { collection, counter, group, number, oneOf, type RecordId, schema, set, type SpaceId, string, text } from '@tombolo/core'
import { expect, test } from 'vitest'
import { openDevice, type TestDevice } from '../test/local-store-kit.ts'

const app = schema({
  version: 1,
  collections: {
    notes: collection(
      {
        title: string(),
        body: text(),
        tags: set(string()),
        visits: counter(),
        quality: oneOf('poor', 'good').review().optional(),
        place: group({ lat: number(), lon: number() }).optional(),
      },
      { search: ['title', 'body'] },
    ),
  },
})

const rowOf = (device: TestDevice, id: RecordId): Record<string, unknown> =>
  device.store.state.database.prepare('SELECT * FROM notes WHERE id = ?').get(id) ?? {}

function addNote(
  device: TestDevice,
  space: SpaceId,
  values: Record<string, never> | Record<string, string> = { title: 'Heron' },
): RecordId {
  const record = device.newId()
  const written = device.store.write({ space, createsSpace: true, steps: [{ type: 'add', collection: 'notes', record, values }] })
  expect(written.ok).toBe(true)
  return record
}

test('[P1] a saved note is in the view and in the outbox, unsealed', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  const id = addNote(device, space)
  expect(rowOf(device, id)).toMatchObject({ title: 'Heron', body: '', tags: '[]', visits: 0, $state: 'pending', $deleted: 0 })
  expect([...device.store.state.changes.live].map((change) => change.status)).toEqual(['unsealed'])
})

test('[P1] further edits of the same record fold into the unsealed change: one intent, the last stamp', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  const id = addNote(device, space)
  device.clock.ms += 300
  device.store.write({ space, steps: [{ type: 'set', collection: 'notes', record: id, values: { title: 'Grey heron' } }] })
  device.store.write({ space, steps: [{ type: 'increment', collection: 'notes', record: id, field: 'visits', by: 2 }] })
  device.store.write({ space, steps: [{ type: 'increment', collection: 'notes', record: id, field: 'visits', by: 1 }] })
  const live = [...device.store.state.changes.live]
  expect(live).toHaveLength(1)
  expect(device.store.state.changes.content(live[0]?.seq ?? 0).operations[0]?.fields).toEqual([
    { kind: 'set', field: 'title', value: 'Grey heron', over: [] },
    { kind: 'increment', field: 'visits', by: 3 },
  ])
  expect(rowOf(device, id)).toMatchObject({ title: 'Grey heron', visits: 3 })
})

test('[P1] a write to another record seals what was unsealed; the chain links them', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  addNote(device, space)
  addNote(device, space)
  const push = device.store.nextPush(space, { bytesMax: 1_000_000, changesMax: 100 })
  expect(push?.changes.map((change) => change.n)).toEqual([1, 2])
  expect(push?.create).toBe(true)
  expect(push?.base.n).toBe(0)
})

test('[P3] a form saved twice under its own intent is one change; other content is refused', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  const record = device.newId()
  const save = (title: string) =>
    device.store.write({
      space,
      createsSpace: true,
      intent: 'visit-17',
      steps: [{ type: 'add', collection: 'notes', record, values: { title } }],
    })
  expect(save('Nest')).toEqual(save('Nest'))
  expect(save('Other')).toMatchObject({ ok: false, error: { code: 'intent.used' } })
  expect([...device.store.state.changes.live]).toHaveLength(1)
})

test('[P5] what the hub would refuse is refused when the person saves, and changes nothing', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  const record = device.newId()
  const refused = device.store.write({
    space,
    createsSpace: true,
    steps: [{ type: 'add', collection: 'notes', record, values: { title: 7 } }],
  })
  expect(refused).toMatchObject({ ok: false, error: { code: 'value.type', field: 'title' } })
  expect(rowOf(device, record)).toEqual({})
  expect(device.store.state.spaces.all()).toEqual([])
})

test('[P3] a form saved again after a fork is still the same change', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  const record = device.newId()
  const save = () =>
    device.store.write({
      space,
      createsSpace: true,
      intent: 'visit-17',
      steps: [{ type: 'add', collection: 'notes', record, values: { title: 'Nest' } }],
    })
  const first = save()
  device.store.startNewChain()
  expect(save()).toEqual(first)
})

test('[P1] a record is added and written on in one save', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  const record = device.newId()
  const on = { collection: 'notes', record }
  const written = device.store.write({
    space,
    createsSpace: true,
    steps: [
      { type: 'add', values: { title: 'Nest' }, ...on },
      { type: 'increment', field: 'visits', by: 2, ...on },
    ],
  })
  expect(written.ok).toBe(true)
  expect(rowOf(device, record)).toMatchObject({ title: 'Nest', visits: 2 })
})
