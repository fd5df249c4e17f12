/** A clock that was wrong, and what it has stamped. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePage, decodePushAnswer, encodePullRequest, encodePushRequest, type PushRequest, stampAt, string } from '@tombolo/core'
import { expect, onTestFinished, test } from 'vitest'
import { nodeStorage } from '../../../client/src/storage/node.ts'
import { addNote, appWith, liveOf, meet, rowOf, setTitle, worldOf } from '../test/history-kit.ts'

const HOUR = 60 * 60 * 1000
const YEAR = 365 * 24 * HOUR

test('[C2] a device whose clock was cut back stays cut back when it is opened again: what is written later wins', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-clocks-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const storage = nodeStorage({ directory })
  const world = await worldOf(appWith())
  const before = await world.device(await storage.open('a'))
  const b = await world.device()
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before, b)
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'from the future')
  await meet(before, b)
  before.store.state.database.close()
  const a = await world.device(await storage.open('a'))
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
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-clocks-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const storage = nodeStorage({ directory })
  const world = await worldOf(appWith(string().check((title) => (title === 'Dodo' ? 'There are none.' : null))))
  world.schema = appWith()
  const before = await world.device(await storage.open('a'))
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before)
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'from the future')
  before.store.seal(space)
  setTitle(before, space, record, 'Dodo')
  await meet(before)
  expect(rowOf(before, record)).toMatchObject({ title: 'from the future', $state: 'failed' })
  before.store.state.database.close()
  const a = await world.device(await storage.open('a'))
  await meet(a)
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
})

test('[C2] a clock is set back also where the log brings the change before its verdict', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-clocks-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const storage = nodeStorage({ directory })
  const world = await worldOf(appWith())
  const [before, b] = [await world.device(await storage.open('a')), await world.device()]
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before, b)
  before.store.state.clockOffsetMs = YEAR
  setTitle(before, space, record, 'from the future')
  const push = before.store.nextPush(space, { bytesMax: 100_000, changesMax: 10 })
  const options = { timeoutMs: 1000, signal: new AbortController().signal }
  await world.transport(before.sign).request('push', encodePushRequest(push as PushRequest), options)
  const pull = b.store.nextPull(space, 100_000)
  const answer = await world.transport(b.sign).request('pull', encodePullRequest(pull), options)
  const page = answer.type === 'answered' ? decodePage(answer.body) : null
  before.store.state.clockOffsetMs = 0
  expect(page?.ok === true && before.store.pageArrived(null, page.value)).toBe(true)
  expect(rowOf(before, record)).toMatchObject({ title: 'from the future', $state: 'synced' })
  expect(before.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
  before.store.state.database.close()
  const a = await world.device(await storage.open('a'))
  expect(a.store.state.clockStandsBehindMs()).toBeLessThan(120_000)
})

test('[C2] a refused change that was stamped by a right clock keeps its place: what is saved after a restart is stamped later', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-clocks-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const storage = nodeStorage({ directory })
  const world = await worldOf(appWith(string().check((title) => (title === 'Dodo' ? 'There are none.' : null))))
  world.schema = appWith()
  const before = await world.device(await storage.open('a'))
  const space = before.newSpace()
  const record = addNote(before, space, 'Heron')
  await meet(before)
  // The clock was some seconds ahead when it was saved.
  before.store.state.clockOffsetMs = 20_000
  setTitle(before, space, record, 'Dodo')
  await meet(before)
  const refused = [...before.store.state.changes.live].find(({ status }) => status === 'failed')
  before.store.state.database.close()
  const a = await world.device(await storage.open('a'))
  a.store.state.clockOffsetMs = 0
  setTitle(a, space, record, 'Egret')
  const next = [...a.store.state.changes.live].find(({ status }) => status === 'unsealed')
  expect(next?.stamp).toBeGreaterThan(refused?.stamp ?? Infinity)
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
    const push = device.store.nextPush(space, { bytesMax: 100_000, changesMax }) as PushRequest
    const options = { timeoutMs: 1000, signal: new AbortController().signal }
    const answer = await world.transport(device.sign).request('push', encodePushRequest(push), options)
    const verdicts = answer.type === 'answered' ? decodePushAnswer(answer.body) : null
    if (verdicts?.ok !== true) throw new Error('the hub does not answer')
    device.store.pushAnswered(push, verdicts.value)
    setTitle(device, space, record, 'Bittern')
    expect(liveOf(device).at(-1)?.stamp).toBeGreaterThan(before ?? Infinity)
  },
)
