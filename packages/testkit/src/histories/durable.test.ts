/** How long devices keep what the hub has applied, and what they keep it for. */
import { expect, test } from 'vitest'
import { addNote, appWith, expectSame, meet, rowOf, setTitle, twoWithNote, worldOf } from '../test/history-kit.ts'
import { hubOnFile } from '../test/hub-on-file.ts'
import type { Device } from '../test/hub-world.ts'

const app = appWith()
const DAY = 24 * 60 * 60 * 1000

const retainedBy = ({ store }: Device): number => store.state.changes.retained().length

test('[P6] a device keeps what the hub has applied for a week, and lets go of it then', async () => {
  const world = await worldOf(app)
  const { a, b, space, record } = await twoWithNote(world)
  await world.time.pass(6 * DAY)
  setTitle(a, space, record, 'Grey heron')
  await meet(a, b)
  expect(retainedBy(a)).toBe(2)
  await world.time.pass(2 * DAY)
  await meet(a, b)
  expect(retainedBy(a)).toBe(1)
  await world.time.pass(7 * DAY)
  await meet(a, b)
  expect(retainedBy(a)).toBe(0)
  expect(a.store.state.changes.retainedBytes).toBe(0)
  expectSame(a, b)
})

test('[P6] what is durable is not said again by what is written over it', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  await meet(a)
  const namesOver = (): number => {
    setTitle(a, space, record, `at ${world.time.nowMs}`)
    const request = a.store.hub.nextPush(space, { bytesMax: 1e6, changesMax: 10 })
    const [operation] = request?.changes[0]?.content.operations[0]?.fields ?? []
    return operation !== undefined && 'over' in operation ? operation.over.length : 0
  }
  expect(namesOver()).toBe(1)
  await meet(a)
  expect(namesOver()).toBe(2)
  await meet(a)
  await world.time.pass(8 * DAY)
  await meet(a)
  expect(namesOver()).toBe(1)
})

test('[P6] a copy of the hub from six days ago, put back, is refilled with all that came since', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const { a, b, space, record } = await twoWithNote(world)
  await world.time.pass(9 * DAY)
  setTitle(a, space, record, 'Grey heron')
  await meet(a, b)
  await copy()
  for (let day = 1; day <= 6; day += 1) {
    await world.time.pass(DAY)
    setTitle(day % 2 === 0 ? a : b, space, record, `Day ${day}`)
    addNote(a, space, `Of day ${day}`)
    await meet(a, b)
  }
  await putBack()
  await meet(a, b, a, b)
  expect(rowOf(a, record)).toMatchObject({ title: 'Day 6', $state: 'synced' })
  const fresh = await world.device()
  await meet(fresh)
  expect(fresh.store.state.database.prepare('SELECT count(*) AS count FROM notes').get()).toEqual({ count: 7 })
  expectSame(a, b, fresh)
})

test('[P6] while the records of a lost history are shown, nothing of them counts as durable', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const { a, b, space } = await twoWithNote(world)
  await copy()
  addNote(a, space, 'Egret')
  await meet(a, b)
  await putBack()
  await meet(a)
  await world.time.pass(9 * DAY)
  await meet(a)
  expect(a.store.state.spaces.get(space).durable).toBe(2)
  b.line.isSocketAllowed = false
  b.line.through = async (exchange, kind) =>
    kind === 'pull' && b.store.state.epoch === world.hub.epoch() ? { type: 'network' } : exchange()
  addNote(b, space, 'Bittern')
  await b.sync()
  expect(b.store.state.spaces.get(space)).toMatchObject({ rebuilding: true, durable: 0 })
  b.line.through = (exchange) => exchange()
  await meet(b)
  expect(b.store.state.spaces.get(space)).toMatchObject({ rebuilding: false, durable: 2 })
})

test('[P6] how far a hub says that it is durable counts for the history that the device has read, and for no other', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const { a, b, space } = await twoWithNote(world)
  await copy()
  addNote(a, space, 'Egret')
  await meet(a)
  await putBack()
  // The hub cannot know that it was put back: what this device has read is in the copy. Its head passes the version that is lost.
  for (const title of ['Bittern', 'Crane']) addNote(b, space, title)
  await meet(b)
  await world.time.pass(9 * DAY)
  await meet(b, a, b, a)
  const titles = b.store.state.database.prepare('SELECT title FROM notes ORDER BY title').all()
  expect(titles.map(({ title }) => title)).toEqual(['Bittern', 'Crane', 'Egret', 'Heron'])
  expectSame(a, b)
})
