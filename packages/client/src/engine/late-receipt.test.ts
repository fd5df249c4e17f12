/** The answer to a push is lost, and a log confirms its changes before the hub can be asked for their verdicts [P6]. */
import { decodePage, decodePushAnswer, encodePushRequest, type PushRequest } from '@tombolo/core'
import { expect, test } from 'vitest'
import { loadText, seededRandom, sha256 } from '../test/local-store-kit.ts'
import { addNote, addSealed, notes, openScene, type SyncScene } from '../test/sync-kit.ts'
import { HubHalf } from './hub-half.ts'
import { LocalStore } from './local-store.ts'
import { loadSeldom } from '../load-seldom.ts'

const LIMITS = { bytesMax: 1_000_000, changesMax: 10 }

interface Lost {
  readonly scene: SyncScene
  /** The answer that did not arrive. */
  readonly push: PushRequest
}

/** The hub has applied two notes. Both are confirmed here, the second by the log alone. */
async function confirmedByLog(): Promise<Lost> {
  const scene = await openScene()
  const { store, hub, space, time } = scene
  addSealed(scene, 'Heron')
  await time.result(scene.runner.syncOnce())
  addSealed(scene, 'Nest')
  const push = store.hub.nextPush(space, LIMITS)
  if (push === null) throw new Error('nothing waits')
  await time.result(hub.request('push', encodePushRequest(push), { signal: new AbortController().signal, timeoutMs: 60_000 }))
  const page = decodePage(hub.delta(space, store.state.replica, 1))
  expect(page.ok && store.hub.pageArrived(null, page.value)).toBe(true)
  expect([...store.state.changes.live]).toEqual([])
  expect(isReceiptHere(scene)).toEqual([true, false])
  return { scene, push }
}

const isReceiptHere = ({ store }: Pick<SyncScene, 'store'>): boolean[] =>
  store.state.changes.retained().map(({ receipt }) => receipt !== null)

test('[P6] a pull brings the receipt, also where nothing moves, and the change comes with it to a hub that has lost it', async () => {
  const { scene } = await confirmedByLog()
  const { store, space } = scene
  scene.runner.start()
  await scene.time.pass(60_000)
  expect(isReceiptHere(scene)).toEqual([true, true])
  expect(store.hub.nextPull(space, 1e6).waiting).toEqual([])
  store.hub.refill()
  expect(store.hub.nextPush(space, LIMITS)?.changes.map(({ receipt }) => receipt !== null)).toEqual([true, true])
})

test('[P6] an answer that comes after the log brings the receipt as well, and nothing else: the person sees all of it as sent', async () => {
  const { scene, push } = await confirmedByLog()
  const again = scene.hub.request('push', encodePushRequest(push), { signal: new AbortController().signal, timeoutMs: 60_000 })
  const exchange = await scene.time.result(again)
  const answer = decodePushAnswer(exchange.type === 'answered' ? exchange.body : null)
  if (!answer.ok) throw new Error('the hub answered otherwise')
  scene.store.hub.pushAnswered(push, answer.value)
  expect(isReceiptHere(scene)).toEqual([true, true])
  expect([...scene.store.state.changes.live]).toEqual([])
})

test('[P6] a device that was started anew meanwhile asks for it too', async () => {
  const { scene, push } = await confirmedByLog()
  const ports = { nowMs: () => scene.time.nowMs, random: seededRandom(9), hash: sha256, loadText, loadUpgrade: loadSeldom }
  const after = await LocalStore.open(scene.store.state.database, notes, ports)
  after.useHub(HubHalf)
  expect(after.hub.nextPull(scene.space, 1e6).waiting).toEqual(push.changes.map(({ content }) => content.intent))
})

test('[P2] what a copy of the device has sent is retained under its name, also where its row did not say yet that it was sealed', async () => {
  const scene = await openScene()
  const { hub, space, store, time } = scene
  addSealed(scene, 'Egg')
  await time.result(scene.runner.syncOnce())
  addNote(scene, 'Heron')
  addNote(scene, 'Nest')
  const heron = [...store.state.changes.live].find(({ status }) => status === 'queued')
  if (heron === undefined || heron.name === null) throw new Error('the second note seals the first')
  hub.add(space, {
    name: heron.name,
    content: store.state.changes.sealedContent(heron.seq),
    by: hub.account,
    effectiveStamp: heron.stamp,
    hubStamp: heron.stamp,
    unverified: false,
    awaits: [],
  })
  const page = decodePage(hub.delta(space, store.state.replica, 1))
  expect(page.ok && store.hub.pageArrived(null, page.value)).toBe(true)
  expect(store.state.changes.retained()[1]).toMatchObject({ name: heron.name, contentHash: heron.contentHash })

  // As where the hub was put back: everything goes again.
  store.hub.refill()
  expect(store.hub.nextPush(space, LIMITS)?.changes.map(({ content }) => content.intent)).toContain(heron.intent)
})

test('[P3] what was applied is at the attempt that the hub has judged: a copy may have had to try less often', async () => {
  const scene = await openScene()
  const { hub, runner, space, store, time } = scene
  addSealed(scene, 'Heron')
  const heron = [...store.state.changes.live][0]?.seq ?? 0
  // It is refused, and tried again.
  for (let fault = 0; fault < 5; fault++) store.hub.faulted(heron)
  await time.result(runner.syncOnce())
  store.retry(heron)
  const push = store.hub.nextPush(space, LIMITS)
  if (push === null) throw new Error('nothing waits')
  expect(push.changes).toMatchObject([{ attempt: 1 }])
  const exchange = await time.result(
    hub.request('push', encodePushRequest(push), { signal: new AbortController().signal, timeoutMs: 60_000 }),
  )
  const answer = decodePushAnswer(exchange.type === 'answered' ? exchange.body : null)
  if (!answer.ok) throw new Error('the hub answered otherwise')
  store.hub.pushAnswered(push, { ...answer.value, verdicts: answer.value.verdicts.map((verdict) => ({ ...verdict, attempt: 0 })) })
  expect([...store.state.changes.live, ...store.state.changes.retained()]).toMatchObject([{ status: 'applied', attempt: 0 }])
})

test('[P6] a refusal that a page tells does not take what goes with its receipt: a copy without one was first, and the receipt wins', async () => {
  const scene = await openScene()
  const { hub, runner, space, store, time } = scene
  addSealed(scene, 'Heron')
  await time.result(runner.syncOnce())
  const [heron] = store.state.changes.retained()
  if (heron === undefined || heron.name === null || heron.contentHash === null)
    throw new Error('what was applied is retained under its name')
  // As where the hub was put back to before it, and a copy of this device then sent it to stricter rules.
  store.hub.refill()
  const page = decodePage(hub.delta(space, store.state.replica, 1))
  if (!page.ok) throw new Error('the hub sends a page')
  const { name, contentHash, attempt } = heron
  const refusal = { type: 'rejected', name, contentHash, attempt, code: 'rule', message: 'Not any more' } as const
  const { cursor, head } = store.state.spaces.get(space)
  expect(store.hub.pageArrived(null, { ...page.value, from: cursor, head, verdicts: [refusal], body: { type: 'log', entries: [] } })).toBe(
    true,
  )
  expect([...store.state.changes.live]).toMatchObject([{ name, status: 'queued' }])

  // What the hub then says to the receipt itself counts.
  const push = store.hub.nextPush(space, LIMITS)
  if (push === null) throw new Error('nothing waits')
  expect(push.changes[0]?.receipt).not.toBeNull()
  const { epoch, account } = store.state
  if (epoch === null || account === null) throw new Error('the device has met the hub')
  const answer = { epoch, account, space, replica: push.replica, hubTimeMs: time.nowMs, head, durableThrough: 0, cursor: null }
  store.hub.pushAnswered(push, { ...answer, verdicts: [refusal] })
  expect([...store.state.changes.live]).toMatchObject([{ name, status: 'failed' }])
})
