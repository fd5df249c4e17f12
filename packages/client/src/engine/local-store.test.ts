import { collection, counter, group, number, oneOf, type RecordId, schema, set, type SpaceId, string, text } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { loadText, openDevice, sha256, type TestDevice } from '../test/local-store-kit.ts'
import { HubHalf } from './hub-half.ts'
import { LocalStore } from './local-store.ts'
import { loadSeldom } from '../load-seldom.ts'

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
  const push = device.store.hub.nextPush(space, { bytesMax: 1_000_000, changesMax: 100 })
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

test('a save of nothing is refused: it is no act of a person', async () => {
  const device = await openDevice(app)
  const space = device.newSpace()
  addNote(device, space)
  expect(device.store.write({ space, steps: [] })).toMatchObject({ ok: false, error: { code: 'change.empty' } })
  expect([...device.store.state.changes.live]).toHaveLength(1)
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
  device.store.hub.startNewChain()
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

describe('what a crash leaves', () => {
  /** Another store on the same database, as after a crash. */
  const reopened = async (device: TestDevice): Promise<LocalStore> => {
    const store = await LocalStore.open(device.store.state.database, app, {
      nowMs: () => device.clock.ms,
      random: device.random,
      hash: sha256,
      loadText,
      loadUpgrade: loadSeldom,
    })
    store.useHub(HubHalf)
    return store
  }

  const standing = ({ state }: LocalStore) => [...state.changes.live].map(({ seq, status, name }) => ({ seq, status, name }))

  test('[P1] what the next save has sealed is sealed, under the same name', async () => {
    const device = await openDevice(app)
    const space = device.newSpace()
    for (const title of ['Heron', 'Nest', 'Crane']) addNote(device, space, { title })
    const after = await reopened(device)
    expect(standing(after)).toEqual(standing(device.store))
    expect(standing(after).map(({ status }) => status)).toEqual(['queued', 'queued', 'unsealed'])
    const limits = { bytesMax: 1_000_000, changesMax: 100 }
    expect(after.hub.nextPush(space, limits)).toEqual((await reopened(device)).hub.nextPush(space, limits))
  })

  test('[P1] what was sealed stays so when the save that sealed it is discarded', async () => {
    const device = await openDevice(app)
    const space = device.newSpace()
    const first = addNote(device, space)
    addNote(device, space)
    expect(device.store.discard(2).ok).toBe(true)
    const after = await reopened(device)
    expect(standing(after)).toMatchObject([{ seq: 1, status: 'queued' }])
    after.write({ space, steps: [{ type: 'set', collection: 'notes', record: first, values: { title: 'Grey heron' } }] })
    expect(standing(after)).toMatchObject([{ seq: 1 }, { seq: 2, status: 'unsealed' }])
  })

  test('[P1] a store that holds an unsent edit of a text has its editor from the beginning: whatever is saved next is merged with it', async () => {
    const device = await openDevice(app)
    const space = device.newSpace()
    const record = addNote(device, space)
    device.store.seal(space)
    device.store.useText(await loadText())
    const edit = { type: 'edit', collection: 'notes', record, field: 'body', from: '', to: 'in the reeds' } as const
    expect(device.store.write({ space, steps: [edit] })).toMatchObject({ ok: true })
    const after = await reopened(device)
    const title = { type: 'set', collection: 'notes', record, values: { title: 'Grey heron' } } as const
    expect(after.write({ space, steps: [title] })).toMatchObject({ ok: true })
    expect(rowOf(device, record)).toMatchObject({ title: 'Grey heron', body: 'in the reeds' })
    const plain = await openDevice(app, 2)
    addNote(plain, plain.newSpace())
    expect((await reopened(plain)).state.text).toBeNull()
  })

  test('[P2] the chain goes on where it was, whatever was linked when', async () => {
    const device = await openDevice(app)
    const space = device.newSpace()
    const limits = { bytesMax: 1_000_000, changesMax: 100 }
    addNote(device, space)
    addNote(device, space)
    expect(device.store.hub.nextPush(space, limits)?.changes.map(({ n }) => n)).toEqual([1, 2])
    addNote(device, space)
    addNote(device, space)
    const after = await reopened(device)
    expect(after.hub.nextPush(space, limits)?.changes.map(({ n }) => n)).toEqual([1, 2, 3, 4])
    const links = [...after.state.changes.live].map(({ previous }) => previous)
    expect([...(await reopened(device)).state.changes.live].map(({ previous }) => previous)).toEqual(links)
  })
})
