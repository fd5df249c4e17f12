/** A clock that was wrong, and what it has stamped. */
import { decodePage, decodePushAnswer, encodePullRequest, encodePushRequest, type PushRequest, stampAt } from '@tombolo/core'
import { expect, test } from 'vitest'
import { nodeStorage } from '../../../client/src/storage/node.ts'
import { temporaryDirectory } from '../../../hub/src/test/database.ts'
import { addNote, appWith, liveOf, meet, noDodo, rowOf, setTitle, worldOf } from '../test/history-kit.ts'
import type { Device, HubWorld } from '../test/hub-world.ts'

const HOUR = 60 * 60 * 1000
const YEAR = 365 * 24 * HOUR

interface Restarting {
  readonly world: HubWorld
  readonly before: Device
  /** The same device, opened again on its disk. */
  readonly reopened: () => Promise<Device>
}

async function restarting(hubApp = appWith()): Promise<Restarting> {
  const storage = nodeStorage({ directory: temporaryDirectory() })
  const world = await worldOf(appWith(), hubApp)
  const before = await world.device(await storage.open('a'))
  const reopened = async (): Promise<Device> => {
    before.store.state.database.close()
    return await world.device(await storage.open('a'))
  }
  return { world, before, reopened }
}

/** The clock of a device has gone ahead by a year, and it has renamed a note that another one knows. */
async function ahead() {
  const { world, before, reopened } = await restarting()
  const b = await world.device()
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before, b)
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'from the future')
  return { world, before, reopened, b, space, record }
}

/** A device whose note has reached a hub that refuses another title. */
async function withHeron() {
  const { world, before, reopened } = await restarting(noDodo)
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before)
  return { world, before, reopened, space, record }
}

test('[C2] a device whose clock was cut back stays cut back when it is opened again: what is written later wins', async () => {
  const { world, before, reopened, b, space, record } = await ahead()
  await meet(before, b)
  const a = await reopened()
  await meet(a)
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
  setTitle(a, space, record, 'earlier')
  a.store.seal(space)
  await world.time.pass(HOUR)
  setTitle(b, space, record, 'later')
  await b.sync()
  await world.time.pass(HOUR)
  await meet(a, b)
  expect(rowOf(a, record)).toMatchObject({ title: 'later' })
  expect(rowOf(b, record)).toMatchObject({ title: 'later' })
})

test('[C2] a refused change does not keep a clock ahead that was cut back', async () => {
  const { before, reopened, space, record } = await withHeron()
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'from the future')
  before.store.seal(space)
  setTitle(before, space, record, 'Dodo')
  await meet(before)
  expect(rowOf(before, record)).toMatchObject({ title: 'from the future', $state: 'failed' })
  const a = await reopened()
  await meet(a)
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
})

test('[C2] nor does one that is tried again, when the store is opened before the hub has answered', async () => {
  const { before, reopened, space, record } = await withHeron()
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'Dodo')
  await meet(before)
  const refused = liveOf(before).find(({ status }) => status === 'failed')
  before.store.retry(refused?.seq ?? 0)
  const a = await reopened()
  a.store.state.clockOffsetMs = 0
  setTitle(a, space, record, 'Egret')
  expect(liveOf(a)).toMatchObject([{ status: 'queued', attempt: 1 }, { status: 'unsealed' }])
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
})

test('[C2] a clock is set back also where the log brings the change before its verdict', async () => {
  const { world, before, reopened, b, space, record } = await ahead()
  const push = before.store.hub.nextPush(space, { bytesMax: 100_000, changesMax: 10 })
  const options = { timeoutMs: 1000, signal: new AbortController().signal }
  await world.transport(before.sign).request('push', encodePushRequest(push as PushRequest), options)
  const pull = b.store.hub.nextPull(space, 100_000)
  const answer = await world.transport(b.sign).request('pull', encodePullRequest(pull), options)
  const page = answer.type === 'answered' ? decodePage(answer.body) : null
  before.store.state.clockOffsetMs = 0
  expect(page?.ok === true && before.store.hub.pageArrived(null, page.value)).toBe(true)
  expect(rowOf(before, record)).toMatchObject({ title: 'from the future', $state: 'synced' })
  expect(before.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
  const a = await reopened()
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
})

test('[C2] a refused change that was stamped by a right clock keeps its place: what is saved after a restart is stamped later', async () => {
  const { before, reopened, space, record } = await withHeron()
  // The clock was some seconds ahead when it was saved.
  before.store.state.clockOffsetMs = 20_000
  setTitle(before, space, record, 'Dodo')
  await meet(before)
  const refused = [...before.store.state.changes.live].find(({ status }) => status === 'failed')
  const a = await reopened()
  a.store.state.clockOffsetMs = 0
  setTitle(a, space, record, 'Egret')
  const next = [...a.store.state.changes.live].find(({ status }) => status === 'unsealed')
  expect(next?.stamp).toBeGreaterThan(refused?.stamp ?? Infinity)
})

test('[C2] such a change keeps its place also where the clock is behind when the store is opened again', async () => {
  const { world, before, reopened, space, record } = await withHeron()
  await world.time.pass(HOUR)
  setTitle(before, space, record, 'Dodo')
  await meet(before)
  const refused = [...before.store.state.changes.live].find(({ status }) => status === 'failed')
  before.store.state.write('clockOffsetMs', -YEAR)
  const a = await reopened()
  setTitle(a, space, record, 'Egret')
  const next = [...a.store.state.changes.live].find(({ status }) => status === 'unsealed')
  expect(next?.stamp).toBeGreaterThan(refused?.stamp ?? Infinity)
})

test('[C2] the only change that a wrong clock has stamped, and that was refused, does not keep it ahead', async () => {
  const { before, reopened, space, record } = await withHeron()
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'Dodo')
  before.line.isSocketAllowed = false
  before.line.through = async (exchange, path) => {
    const answer = await exchange()
    // It goes wrong again behind the hello, which has set it right.
    if (path === 'push') before.store.state.clockOffsetMs = YEAR
    return answer
  }
  await before.sync()
  const a = await reopened()
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
})

test.each([
  ['sent together with it', 10],
  ['sent after it', 1],
] as const)(
  '[C2] a clock is not set back behind what it stamped when it was right, %s: what is saved then is stamped later',
  async (_, changesMax) => {
    const world = await worldOf(appWith())
    const device = await world.device()
    const { state } = device.store
    const space = device.newSpace()
    const record = addNote(device, space, 'Heron')
    await meet(device)
    state.clockOffsetMs = YEAR
    setTitle(device, space, record, 'from the future')
    device.store.seal(space)
    // The verdict of another space has set the clock right, but for some seconds.
    state.clockOffsetMs = 20_000
    state.setClockBack(stampAt(state.nowMs()))
    setTitle(device, space, record, 'Egret')
    device.store.seal(space)
    const before = liveOf(device).at(-1)?.stamp
    state.clockOffsetMs = 0
    const push = device.store.hub.nextPush(space, { bytesMax: 100_000, changesMax }) as PushRequest
    const options = { timeoutMs: 1000, signal: new AbortController().signal }
    const answer = await world.transport(device.sign).request('push', encodePushRequest(push), options)
    const verdicts = answer.type === 'answered' ? decodePushAnswer(answer.body) : null
    if (verdicts?.ok !== true) throw new Error('the hub does not answer')
    device.store.hub.pushAnswered(push, verdicts.value)
    setTitle(device, space, record, 'Bittern')
    expect(liveOf(device).at(-1)?.stamp).toBeGreaterThan(before ?? Infinity)
  },
)
