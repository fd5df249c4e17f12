import { parseContent, stampAt } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { expect, test } from 'vitest'
import type { TestDevice } from '../test/local-store-kit.ts'
import { addSealed, openScene } from '../test/sync-kit.ts'
import { keptChangeOf, type Kept } from './kept-change.ts'
import { editsText, restore } from './restore.ts'

type Kit = Pick<TestDevice, 'store'>

const kept = ({ store }: Kit): Kept => ({
  changes: [...store.state.changes.live].filter(({ status }) => status !== 'unsealed').map((change) => keptChangeOf(store.state, change)),
  operations: store.state.operations.since(0),
})

const rows = ({ store }: Kit): unknown[] =>
  store.state.database.prepare('SELECT title, body, visits, "$state" AS state FROM notes ORDER BY id').all()

const contents = ({ store }: Kit): string[] => [...store.state.changes.live].map(({ seq }) => store.state.changes.contentText(seq))

test('[P2] changes come back with their content and intents, in order, chained under the replica that the store has now', async () => {
  const before = await openScene()
  for (const title of ['Heron', 'Bittern', 'Curlew']) addSealed(before, title)
  const after = await before.another()
  expect(restore(after.store.state, kept(before))).toBe(3)
  expect(contents(after)).toEqual(contents(before))
  expect(rows(after)).toEqual(rows(before))
  const push = after.store.hub.nextPush(before.space, { bytesMax: 1_000_000, changesMax: 100 })
  expect(push).toMatchObject({ create: true, replica: after.store.state.replica, base: { n: 0 } })
  expect(push?.changes.map(({ n }) => n)).toEqual([1, 2, 3])
  expect(after.store.state.replica).not.toBe(before.store.state.replica)
})

test('[P2] they go behind what the store has of its own, and what is written next is later than all of them', async () => {
  const before = await openScene()
  before.clock.aheadMs = 60_000
  addSealed(before, 'Heron')
  const after = await before.another()
  addSealed(after, 'Own')
  restore(after.store.state, kept(before))
  addSealed(after, 'Next')
  const live = [...after.store.state.changes.live]
  expect(live.map(({ n }) => n)).toEqual([1, 2, 3])
  expect(live[2]?.stamp).toBeGreaterThan(live[1]?.stamp ?? 0)
})

test('[P1] they keep the order in which the person acted, also where the clock went back between them', async () => {
  const before = await openScene()
  before.clock.aheadMs = 3_600_000
  const id = addSealed(before, 'Heron')
  before.clock.aheadMs = 0
  before.store.state.setClockBack(stampAt(before.time.nowMs))
  before.store.write({ space: before.space, steps: [{ type: 'increment', collection: 'notes', record: id, field: 'visits', by: 1 }] })
  before.store.seal(null)
  const items = kept(before)
  const [create, edit] = items.changes.map(({ content }) => parseContent(content).stamp)
  expect(edit).toBeLessThan(create ?? 0)
  const after = await before.another()
  restore(after.store.state, { ...items, changes: items.changes.toReversed() })
  expect(contents(after)).toEqual(contents(before))
  expect(await before.time.result(after.runner.syncOnce())).toMatchObject({ outcome: 'complete', refused: 0 })
})

test('[P3] what the hub has already it answers with its first verdict: nothing is applied twice', async () => {
  const before = await openScene()
  for (const title of ['Heron', 'Bittern']) addSealed(before, title)
  const items = kept(before)
  await before.time.result(before.runner.syncOnce())
  const after = await before.another()
  restore(after.store.state, items)
  expect(await before.time.result(after.runner.syncOnce())).toMatchObject({ outcome: 'complete', waiting: 0 })
  expect([...before.hub.applied.values()]).toEqual([1, 1])
  expect(rows(after)).toEqual(rows(before))
})

test('[P7] a failed change comes back as failed, with its reason, and can be retried', async () => {
  const before = await openScene()
  addSealed(before, 'Heron')
  const [change] = before.store.state.changes.live
  if (change === undefined) throw new Error('nothing was saved')
  const refused = { code: 'policy.denied', message: 'Not yours.' }
  const item = { ...keptChangeOf(before.store.state, change), status: 'failed' as const, refused, attempt: 2 }
  const after = await before.another()
  restore(after.store.state, { changes: [item], operations: [] })
  expect(rows(after)).toMatchObject([{ title: 'Heron', state: 'failed' }])
  const [failed] = after.store.state.changes.live
  expect(failed).toMatchObject({ status: 'failed', refused, attempt: 2, n: null })
  expect(after.store.retry(failed?.seq ?? 0)).toMatchObject({ ok: true })
  expect(rows(after)).toMatchObject([{ title: 'Heron', state: 'pending' }])
})

test('what the store knows is left as it is: restoring again does nothing', async () => {
  const before = await openScene()
  addSealed(before, 'Heron')
  const after = await before.another()
  expect(restore(after.store.state, kept(before))).toBe(1)
  expect(restore(after.store.state, kept(before))).toBe(0)
  expect(restore(before.store.state, kept(before))).toBe(0)
  expect(contents(after)).toEqual(contents(before))
})

test('a batch that was carried out is answered as it was, with the number that its change has now', async () => {
  const before = await openScene()
  const answer = before.store.once('operation-1', () => {
    addSealed(before, 'Heron')
    const [change] = before.store.state.changes.live
    return { ok: true, intent: change?.intent ?? null, seq: change?.seq ?? null }
  })
  const after = await before.another()
  addSealed(after, 'Own')
  restore(after.store.state, kept(before))
  const again = after.store.once('operation-1', () => expect.fail('carried out twice'))
  expect(again).toEqual({ ...answer, seq: 2 })
})

test('a text that was edited in place comes back with its edit', async () => {
  const before = await openScene()
  const id = addSealed(before, 'Heron')
  before.store.useText(yjsEditor(() => 7))
  before.store.write({
    space: before.space,
    steps: [{ type: 'edit', collection: 'notes', record: id, field: 'body', from: '', to: 'grey' }],
  })
  before.store.seal(null)
  const items = kept(before)
  expect(editsText(items)).toBe(true)
  const after = await before.another()
  after.store.useText(yjsEditor(() => 8))
  restore(after.store.state, items)
  expect(rows(after)).toMatchObject([{ title: 'Heron', body: 'grey' }])
})
