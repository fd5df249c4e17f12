/** What the hub has applied once is not counted again, whatever is sent again: by a refill, a fork, or a store that was put back. */
import { decodePage, encodePullRequest, type Page, type PullRequest, type SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { keptChangeOf } from '../../../client/src/engine/kept-change.ts'
import { restore } from '../../../client/src/engine/restore.ts'
import { nodeStorage } from '../../../client/src/storage/node.ts'
import { temporaryDirectory } from '../../../hub/src/test/database.ts'
import { addNote, appWith, expectSame, liveOf, meet, rowOf, setTitle, twoWithNote, visit, worldOf } from '../test/history-kit.ts'
import { hubOnFile } from '../test/hub-on-file.ts'
import type { Device, HubWorld } from '../test/hub-world.ts'

const app = appWith()
const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE

test('[Q3] a restored hub that is refilled with thousands of changes, over many requests, counts each once', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  const records = Array.from({ length: 200 }, (_, k) => addNote(a, space, `Note ${k}`))
  for (let k = 0; k < 10; k += 1) for (const record of records) visit(a, space, record)
  await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + 10 * MINUTE }))
  await meet(b)
  await copy()
  addNote(b, space, 'Nest')
  await meet(a, b)
  await putBack()
  a.line.isSocketAllowed = false
  await meet(a, b, a, b)
  expectSame(a, b)
  expect(records.map((record) => rowOf(a, record)['visits'])).toEqual(records.map(() => 10))
}, 60_000)

test('[Q3] a restored hub whose records arrive before anything goes again: what it still has counts once', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const a = await world.device()
  const [first, space] = [a.newSpace(), a.newSpace()]
  addNote(a, first, 'Egret')
  const record = addNote(a, space, 'Heron')
  visit(a, space, record)
  await meet(a)
  await copy()
  addNote(a, space, 'Nest')
  await meet(a)
  await putBack()
  const { epoch } = a.store.state
  const shown = new Set<unknown>()
  const swapped = new Promise<void>((resolve) => {
    a.store.onCommit(() => {
      shown.add(rowOf(a, record)['visits'])
      if (a.store.state.epoch !== epoch && !a.store.state.spaces.get(space).rebuilding) resolve()
    })
  })
  a.line.isSocketAllowed = false
  // The push of the first space is under way until the records of the other one are shown.
  a.line.through = async (exchange, kind) => {
    if (kind === 'push' && a.store.state.epoch !== epoch) await swapped
    return exchange()
  }
  await meet(a)
  expect([...shown]).toEqual([1])
  expect(rowOf(a, record)).toMatchObject({ visits: 1, $state: 'synced' })
})

test('[Q3] a copy of the hub from before a space was made is noticed by the first push to it, also of a device that did not make it', async () => {
  const world = await worldOf(app)
  const { a, b, space } = await twoWithNote(world)
  await world.open(':memory:')
  addNote(b, space, 'Nest')
  await b.sync()
  expect(b.runner.status().waiting).toBeNull()
  await meet(a, b)
  expectSame(a, b)
  expect(liveOf(b).filter(({ status }) => status !== 'applied')).toEqual([])
  expect(b.store.state.database.prepare('SELECT title FROM notes ORDER BY title').all()).toEqual([{ title: 'Heron' }, { title: 'Nest' }])
})

test('[P2] a gap in a history that the hub still has: what goes again counts once', async () => {
  const { a, b, space, record } = await twoWithNote(await worldOf(app))
  visit(a, space, record)
  await meet(a, b)
  a.store.hub.refill()
  await meet(a, b)
  expectSame(a, b)
  expect(rowOf(a, record)).toMatchObject({ visits: 1, $state: 'synced' })
})

test('[P6] what goes again is retained once', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  await meet(a)
  const before = a.store.state.changes.retainedBytes
  expect(before).toBeGreaterThan(0)
  await world.open(':memory:', 'second')
  await meet(a)
  expect(a.store.state.changes.retainedBytes).toBe(before)
})

test('[P2] changes that were kept, put into a store that has read them from the hub meanwhile, count once', async () => {
  const { a, b, space, record } = await twoWithNote(await worldOf(app))
  visit(a, space, record)
  a.store.seal(space)
  const kept = { changes: liveOf(a).map((change) => keptChangeOf(a.store.state, change)), operations: [] }
  await meet(a, b)
  restore(b.store.state, kept)
  await meet(b, a)
  expectSame(a, b)
  expect(rowOf(b, record)).toMatchObject({ visits: 1, $state: 'synced' })
})

test('[P2] a fork with a change whose record was not read yet: reopened, the device begins its new chain at the beginning', async () => {
  const storage = nodeStorage({ directory: temporaryDirectory() })
  const world = await worldOf(app)
  const before = await world.device(await storage.open('a'))
  const b = await world.device()
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before, b)
  for (let k = 0; k < 3; k += 1) {
    visit(before, space, record)
    before.store.seal(space)
  }
  await meet(before, b)
  setTitle(before, space, record, 'Grey heron')
  addNote(b, space, 'Nest')
  await b.sync()
  before.line.isSocketAllowed = false
  before.line.through = async (exchange, kind) => (kind === 'pull' ? { type: 'network' } : exchange())
  await before.sync()
  before.store.hub.startNewChain()
  before.store.state.database.close()
  const a = await world.device(await storage.open('a'))
  expect(a.store.state.spaces.get(space).chain.n).toBe(0)
  visit(a, space, record)
  await meet(a, b)
  expectSame(a, b)
  expect(rowOf(a, record)).toMatchObject({ title: 'Grey heron', visits: 4, $state: 'synced' })
})

test.each([
  { read: 'as the log', before: async () => undefined },
  { read: 'as records that changed, for the log is forgotten', before: ({ time }: HubWorld) => time.pass(32 * DAY) },
  { read: 'anew', before: async (_: HubWorld, { store }: Device, space: SpaceId) => store.hub.readAnew(space) },
])(
  '[Q3] what a lost history had applied, and this device had not read, goes again where the copy has grown past it: read $read',
  async ({ before }) => {
    const { world, copy, putBack } = await hubOnFile(app)
    const [a, b, lost] = [await world.device(), await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b, lost)
    await copy()
    addNote(lost, space, 'Nest')
    await meet(lost)
    visit(a, space, record)
    a.line.isSocketAllowed = false
    a.line.through = async (exchange, kind) => (kind === 'pull' ? { type: 'network' } : exchange())
    await meet(a)
    expect(liveOf(a)).toMatchObject([{ status: 'applied', version: 3 }])
    a.line.through = (exchange) => exchange()
    await putBack()
    for (const title of ['Egret', 'Crane', 'Stork']) addNote(b, space, title)
    visit(b, space, record)
    await meet(b)
    await before(world, a, space)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ visits: 2 })
    expect(liveOf(a)).toEqual([])
  },
)

test('[Q3] what a device had read too goes again when it reads a space anew, for then no cursor proves that the hub still has it', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const { a, b, space, record } = await twoWithNote(world)
  await copy()
  visit(a, space, record)
  await meet(a)
  expect(a.store.state.changes.retained()).toHaveLength(2)
  await putBack()
  for (const title of ['Egret', 'Crane', 'Stork']) addNote(b, space, title)
  await meet(b)
  a.store.hub.readAnew(space)
  await meet(a, b)
  expectSame(a, b)
  expect(rowOf(b, record)).toMatchObject({ visits: 1 })
  expect(liveOf(a)).toEqual([])
})

test('[Q3] a page of records that was asked for before the verdict came does not tell that the hub still has the change', async () => {
  const { world, copy, putBack } = await hubOnFile(app)
  const { a, b, space, record } = await twoWithNote(world)
  const lost = await world.device()
  await meet(lost)
  await copy()
  addNote(lost, space, 'Nest')
  await meet(lost)
  a.line.isSocketAllowed = false
  a.line.through = async (exchange, kind) => (kind === 'pull' ? { type: 'network' } : exchange())
  a.store.hub.readAnew(space)
  const request = a.store.hub.nextPull(space, 1_000_000)
  visit(a, space, record)
  await a.sync()
  expect(liveOf(a).at(-1)).toMatchObject({ status: 'applied' })
  await putBack()
  for (const title of ['Egret', 'Crane', 'Stork']) addNote(b, space, title)
  await meet(b)
  expect(a.store.hub.pageArrived(request, await pageOf(world, a, request))).toBe(false)
  a.line.through = (exchange) => exchange()
  await meet(a, b)
  expectSame(a, b)
  expect(rowOf(b, record)).toMatchObject({ visits: 1 })
})

test('[Q2] [Q3] a page of records that was made before a change was applied does not tell that the hub has lost it', async () => {
  const world = await worldOf(app)
  const { a, b, space, record } = await twoWithNote(world)
  a.line.isSocketAllowed = false
  a.line.through = async (exchange, kind) => (kind === 'pull' ? { type: 'network' } : exchange())
  a.store.hub.readAnew(space)
  visit(a, space, record)
  a.store.hub.nextPush(space, { bytesMax: 1_000_000, changesMax: 10 })
  const request = a.store.hub.nextPull(space, 1_000_000)
  const page = await pageOf(world, a, request)
  await a.sync()
  expect(liveOf(a).at(-1)).toMatchObject({ status: 'applied' })
  expect(a.store.hub.pageArrived(request, page)).toBe(true)
  expect(liveOf(a)).toMatchObject([{ status: 'applied' }])
  expect(rowOf(a, record)).toMatchObject({ visits: 1 })
  a.line.through = (exchange) => exchange()
  await meet(a, b)
  expectSame(a, b)
  expect(rowOf(b, record)).toMatchObject({ visits: 1 })
})

async function pageOf(world: HubWorld, { sign }: Device, request: PullRequest): Promise<Page> {
  const options = { timeoutMs: 1000, signal: new AbortController().signal }
  const answer = await world.transport(sign).request('pull', encodePullRequest(request), options)
  const page = answer.type === 'answered' ? decodePage(answer.body) : null
  if (page?.ok !== true) throw new Error('the hub sent no page')
  return page.value
}
