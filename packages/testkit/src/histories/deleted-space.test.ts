/** What becomes of work in a space that another device has deleted. */
import type { RecordId, SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { Describer } from '../../../client/src/engine/describe.ts'
import { Overview } from '../../../client/src/engine/overview.ts'
import type { RecordStep } from '../../../client/src/engine/port.ts'
import { addNote, appWith, expectSame, liveOf, meet, rowOf, visit, worldOf } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'

const stepOn = (space: SpaceId, step: Pick<Extract<RecordStep, { type: 'delete' | 'restore' }>, 'type'>): RecordStep => ({
  ...step,
  collection: '$space',
  record: space as string as RecordId,
})

async function openScene() {
  const world = await worldOf(appWith())
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  const name: RecordStep = { type: 'add', collection: '$space', record: space as string as RecordId, values: { name: 'Estuary' } }
  expect(a.store.write({ space, createsSpace: true, steps: [name] })).toMatchObject({ ok: true })
  const note = addNote(a, space, 'Heron')
  await meet(a, b)
  const deletes = (device: Device): void =>
    expect(device.store.write({ space, steps: [stepOn(space, { type: 'delete' })] })).toMatchObject({ ok: true })
  const restores = (device: Device): void =>
    expect(device.store.write({ space, steps: [stepOn(space, { type: 'restore' })] })).toMatchObject({ ok: true })
  return { world, a, b, space, note, deletes, restores }
}

test('[Q8] unsent work fails with its reason, stays where it is, and can be exported', async () => {
  const { a, b, space, note, deletes } = await openScene()
  const written = addNote(b, space, 'hours of work')
  visit(b, space, note)
  deletes(a)
  await meet(a, b, a)
  const described = new Describer(b.store.state)
  expect(new Overview(b.store.state).spaces()).toEqual([])
  expect(described.outbox()).toMatchObject([
    { status: 'failed', refused: { code: 'space.deleted' }, canRetry: true },
    { status: 'failed', refused: { code: 'space.deleted' }, canRetry: true },
  ])
  expect(rowOf(b, written)).toMatchObject({ title: 'hours of work', $state: 'failed' })
  expect(described.exported(described.outbox()[0]?.seq ?? 0)).toContain('hours of work')
  expect(rowOf(a, written)).toEqual({})
})

test('[M4] what was deleted with its space is nothing to review, until the space is restored', async () => {
  const { a, b, space, note, deletes, restores } = await openScene()
  const sets = (device: Device, quality: string): void =>
    expect(device.store.write({ space, steps: [{ type: 'set', collection: 'notes', record: note, values: { quality } }] })).toMatchObject({
      ok: true,
    })
  const toReview = ({ store: { state } }: Device): readonly number[] => [
    new Overview(state).counts().toReview,
    new Describer(state).conflicts(null).length,
  ]
  sets(a, 'good')
  sets(b, 'poor')
  await meet(a, b, a)
  expect([toReview(a), toReview(b)]).toEqual([
    [1, 1],
    [1, 1],
  ])
  const told: boolean[] = []
  b.store.onCommit(({ conflicts }) => told.push(conflicts))
  deletes(a)
  await meet(a, b)
  expect(told).toContain(true)
  expect([toReview(a), toReview(b)]).toEqual([
    [0, 0],
    [0, 0],
  ])
  restores(b)
  await meet(b, a)
  expect([toReview(a), toReview(b)]).toEqual([
    [1, 1],
    [1, 1],
  ])
})

test('[Q8] when the space is restored, a retry brings the work in', async () => {
  const { a, b, space, note, deletes, restores } = await openScene()
  const written = addNote(b, space, 'hours of work')
  visit(b, space, note)
  deletes(a)
  await meet(a, b)
  restores(b)
  await meet(b, a)
  expect(new Overview(a.store.state).spaces()).toMatchObject([{ id: space, name: 'Estuary' }])
  for (const { seq } of liveOf(b)) expect(b.store.retry(seq)).toMatchObject({ ok: true })
  await meet(b, a)
  expect(liveOf(b)).toEqual([])
  expect(rowOf(a, written)).toMatchObject({ title: 'hours of work', $state: 'synced' })
  expect(rowOf(a, note)).toMatchObject({ visits: 1 })
  expectSame(a, b)
})

test('[Q8] what was written before its author deleted the space is in it; an emptied change fails nowhere', async () => {
  const { a, b, space, deletes } = await openScene()
  addNote(b, space, 'Mistake')
  b.store.seal(space)
  expect(b.store.discard(liveOf(b)[0]?.seq ?? 0)).toMatchObject({ ok: true })
  const early = addNote(b, space, 'Early')
  deletes(b)
  await meet(b, a)
  expect(liveOf(b)).toEqual([])
  expect(rowOf(a, early)).toMatchObject({ title: 'Early' })
  addNote(a, space, 'Mistake')
  a.store.seal(space)
  expect(a.store.discard(liveOf(a)[0]?.seq ?? 0)).toMatchObject({ ok: true })
  await meet(a)
  expect(liveOf(a)).toEqual([])
})

test('[P6] a hub that has lost the space takes back with their receipts what it had accepted, deleted or not', async () => {
  const { world, a, b, space, note, deletes } = await openScene()
  visit(b, space, note)
  await meet(b, a)
  deletes(a)
  await meet(a, b)
  await world.hub.close()
  await world.open(':memory:', 'second-epoch')
  await meet(a, b, a, b)
  expect([...liveOf(a), ...liveOf(b)].filter(({ status }) => status === 'failed')).toEqual([])
  expect(rowOf(a, note)).toMatchObject({ visits: 1 })
  expectSame(a, b)
})
