/** What becomes of a refused change, of a deleted record and of a conflict, with real devices and the real hub. */
import { type ConflictId, string } from '@tombolo/core'
import { describe, expect, test, vi } from 'vitest'
import { Describer } from '../../../client/src/engine/describe.ts'
import { pageOf } from '../test/download-kit.ts'
import {
  addNote,
  appWith,
  editBody,
  expectSame,
  failedOf,
  liveOf,
  meet,
  noDodo,
  rowOf,
  save,
  setTitle,
  twoWithNote,
  visit,
  withText,
  worldOf,
} from '../test/history-kit.ts'

const app = appWith()

async function threeWithNote() {
  const world = await worldOf(app)
  const two = await twoWithNote(world)
  const c = await world.device()
  await meet(c)
  return { ...two, c }
}

describe('refused changes', () => {
  test('[P7] amend keeps what the refused change did beside what is amended', async () => {
    const { a, b, space, record } = await twoWithNote(await worldOf(app, noDodo))
    const on = { collection: 'notes', record }
    a.store.write({
      space,
      steps: [
        { type: 'set', ...on, values: { title: 'Dodo' } },
        { type: 'increment', ...on, field: 'visits', by: 2 },
        { type: 'addTo', ...on, field: 'tags', element: 'reeds' },
      ],
    })
    await meet(a)
    const failed = liveOf(a)[0]
    expect(failed).toMatchObject({ status: 'failed', refused: { code: 'value.invalid' } })
    setTitle(b, space, record, 'Bittern')
    await meet(b, a)
    expect(a.store.amend(failed?.seq ?? 0, [{ type: 'set', ...on, values: { title: 'Egret' } }])).toMatchObject({ ok: true })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Egret', visits: 2, tags: '["reeds"]', $state: 'synced' })
  })

  test('[P7] what needs attention is listed by the names that its records have now', async () => {
    const { a, b, space, record } = await twoWithNote(await worldOf(app, noDodo))
    save(a, space, record, 'set', { values: { title: 'Dodo' } })
    await meet(a)
    const { outbox } = await pageOf(a)
    const names = (): readonly unknown[] => outbox.live.get()?.flatMap(({ records }) => records.map(({ title }) => title)) ?? []
    outbox.live.subscribe(() => undefined)
    await vi.waitFor(() => expect(names()).toEqual(['Heron']))
    setTitle(b, space, record, 'Bittern')
    await meet(b, a)
    await vi.waitFor(() => expect(names()).toEqual(['Bittern']))
  })

  test('[P7] a change discarded before it was offered is gone: the chain has no hole, and what follows goes', async () => {
    const world = await worldOf(app)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    addNote(a, space, 'Heron')
    addNote(a, space, 'Mistake')
    addNote(a, space, 'Nest')
    a.store.seal(space)
    expect(a.store.discard(liveOf(a)[1]?.seq ?? 0)).toMatchObject({ ok: true })
    expect(new Describer(a.store.state).outbox()).toHaveLength(2)
    expect(await a.sync()).toMatchObject({ outcome: 'complete', refused: 0, waiting: 0 })
    await meet(b, a)
    expectSame(a, b)
    expect(b.store.state.database.prepare('SELECT title FROM notes ORDER BY title').all()).toEqual([{ title: 'Heron' }, { title: 'Nest' }])
  })

  test('[P7] a discard while a pull is under way that lists the change stops nothing', async () => {
    const world = await worldOf(app, noDodo)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    addNote(a, space, 'Heron')
    addNote(a, space, 'Dodo')
    await meet(a, b)
    addNote(b, space, 'Nest')
    await b.sync()
    a.line.isSocketAllowed = false
    a.line.through = async (exchange, path) => {
      const answer = await exchange()
      const failed = liveOf(a).find(({ status }) => status === 'failed')
      if (path === 'pull' && failed !== undefined) a.store.discard(failed.seq)
      return answer
    }
    expect(await a.sync()).toMatchObject({ outcome: 'complete', received: 1 })
    expectSame(a, b)
    expect(liveOf(a)).toEqual([])
  })

  test('[P3] a record whose creation was refused takes a write that makes it whole', async () => {
    const world = await worldOf(app, noDodo)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Dodo')
    await meet(a)
    expect(rowOf(a, record)).toMatchObject({ title: 'Dodo', $state: 'failed' })
    expect(save(a, space, record, 'increment', { field: 'visits', by: 1 })).toMatchObject({ ok: false, error: { code: 'record.absent' } })
    setTitle(a, space, record, 'Egret')
    await meet(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Egret' })
    expect(rowOf(a, record)).toMatchObject({ title: 'Egret', $state: 'failed' })
    expect(a.store.discard(liveOf(a)[0]?.seq ?? 0)).toMatchObject({ ok: true })
    expectSame(a, b)
  })

  test('[P7] of two refused values of a field the row shows the one that was written last, whichever was refused last', async () => {
    const { a, space, record } = await twoWithNote(await worldOf(app, noDodo))
    for (const quality of ['poor', 'good']) {
      save(a, space, record, 'set', { values: { title: 'Dodo', quality } })
      await meet(a)
    }
    const shown = failedOf(a, record)
    expect(shown).toMatchObject({ quality: { value: 'good' } })
    a.store.retry(liveOf(a)[0]?.seq ?? 0)
    await meet(a)
    expect(liveOf(a)).toMatchObject([{ status: 'failed' }, { status: 'failed' }])
    expect(failedOf(a, record)).toEqual(shown)
  })
})

describe('life', () => {
  test.each([
    ['edit-wins', { $deleted: 0, visits: 1, $state: 'synced' }],
    ['delete-wins', { $deleted: 1, visits: 1, $state: 'synced' }],
    ['review', { $deleted: 0, visits: 1, $state: 'conflicted' }],
  ] as const)('[M3] deleted on one device while another edits, %s', async (rule, shown) => {
    const { a, b, space, record } = await twoWithNote(await worldOf(appWith(string(), rule)))
    save(a, space, record, 'delete', {})
    visit(b, space, record)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject(shown)
  })

  test('[M3] deleted, restored and edited on one device without a network is alive, with the edit', async () => {
    const { a, b, space, record } = await twoWithNote(await worldOf(app))
    save(a, space, record, 'delete', {})
    a.store.seal(space)
    save(a, space, record, 'restore', {})
    a.store.seal(space)
    setTitle(a, space, record, 'Grey heron')
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Grey heron', $deleted: 0, $state: 'synced' })
  })
})

describe('conflicts', () => {
  const conflictOn = (device: Parameters<typeof rowOf>[0]): ConflictId | undefined =>
    new Describer(device.store.state).conflicts(null)[0]?.id

  test('[M4] equal values on two devices are no conflict', async () => {
    const { a, b, space, record } = await twoWithNote(await worldOf(app))
    for (const device of [a, b]) save(device, space, record, 'set', { values: { quality: 'good' } })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject({ quality: 'good', $state: 'synced' })
  })

  test('[M4] one conflict resolved on two devices at once does not reopen', async () => {
    const { a, b, space, record } = await twoWithNote(await worldOf(app))
    save(a, space, record, 'set', { values: { quality: 'good' } })
    save(b, space, record, 'set', { values: { quality: 'poor' } })
    await meet(a, b)
    const conflict = conflictOn(a) as ConflictId
    expect(conflictOn(b)).toBe(conflict)
    save(a, space, record, 'resolve', { field: 'quality', value: 'good', conflict })
    save(b, space, record, 'resolve', { field: 'quality', value: 'fair', conflict })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject({ $state: 'synced' })
  })

  test('[M4] a decision about a conflict that has grown meanwhile is refused: it would be over a value that its author had not seen', async () => {
    const { a, b, c, space, record } = await threeWithNote()
    save(a, space, record, 'set', { values: { quality: 'poor' } })
    save(b, space, record, 'set', { values: { quality: 'good' } })
    save(c, space, record, 'set', { values: { quality: 'fair' } })
    await meet(a, b)
    const seen = conflictOn(a) as ConflictId
    await meet(c, a)
    const late = save(a, space, record, 'resolve', { field: 'quality', value: 'good', conflict: seen })
    expect(late).toMatchObject({ ok: false, error: { code: 'conflict.changed', field: 'quality' } })
    await meet(a, b, c)
    expectSame(a, b, c)
    expect(rowOf(a, record)).toMatchObject({ $state: 'conflicted' })
  })

  describe('a refused decision', () => {
    /** A device whose decision was refused for what else its change wrote, and the conflict that it decided. */
    async function refusedDecision() {
      const world = await worldOf(app, noDodo)
      const [a, b, c] = [await world.device(), await world.device(), await world.device()]
      const space = a.newSpace()
      const record = addNote(a, space, 'Heron')
      await meet(a, b, c)
      save(a, space, record, 'set', { values: { quality: 'good' } })
      save(b, space, record, 'set', { values: { quality: 'poor' } })
      await meet(a, b)
      const on = { collection: 'notes', record }
      const conflict = conflictOn(a) as ConflictId
      const decision = { type: 'resolve', ...on, field: 'quality', value: 'good', conflict } as const
      expect(a.store.write({ space, steps: [{ type: 'set', ...on, values: { title: 'Dodo' } }, decision] })).toMatchObject({ ok: true })
      await a.sync()
      const seq = liveOf(a)[0]?.seq ?? 0
      const corrected = { type: 'set', ...on, values: { title: 'Egret' } } as const
      return { a, b, c, space, record, decision, seq, corrected }
    }

    test('[M4] that is amended is still about that conflict: another one made at the same time does not reopen it', async () => {
      const { a, b, space, record, decision, seq, corrected } = await refusedDecision()
      save(b, space, record, 'resolve', { field: 'quality', value: 'fair', conflict: decision.conflict })
      expect(a.store.amend(seq, [corrected])).toMatchObject({ ok: true })
      await meet(a, b)
      expectSame(a, b)
      expect(rowOf(a, record)).toMatchObject({ title: 'Egret', $state: 'synced' })
    })

    test('[M4] is not amended over a value that came meanwhile, unless its author decides anew', async () => {
      const { a, b, c, space, record, decision, seq, corrected } = await refusedDecision()
      save(c, space, record, 'set', { values: { quality: 'fair' } })
      await meet(c, a)
      expect(a.store.amend(seq, [corrected])).toMatchObject({ ok: false, error: { code: 'conflict.changed' } })
      expect(liveOf(a)).toMatchObject([{ seq, status: 'failed' }])
      const anew = { ...decision, value: 'fair', conflict: conflictOn(a) as ConflictId }
      expect(a.store.amend(seq, [corrected, anew])).toMatchObject({ ok: true })
      await meet(a, b, c)
      expectSame(a, b, c)
      expect(rowOf(a, record)).toMatchObject({ title: 'Egret', quality: 'fair', $state: 'synced' })
    })
  })

  test.each([
    ['in the same way is decided', 'delete', { $deleted: 1, $state: 'synced' }],
    ['in opposite ways is a new conflict: no stamp decides whether there is a record', 'restore', { $deleted: 0, $state: 'conflicted' }],
  ] as const)('[M4] a life that two decide at once %s', async (_, other, shown) => {
    const { a, b, space, record } = await twoWithNote(await worldOf(appWith(string(), 'review')))
    save(a, space, record, 'delete', {})
    visit(b, space, record)
    await meet(a, b)
    const conflict = conflictOn(a) as ConflictId
    save(a, space, record, 'delete', {})
    save(b, space, record, other, {})
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject(shown)
    expect(conflictOn(a)).not.toBe(conflict)
  })

  test('[M4] a third value that arrives after a resolution was sealed is a new conflict', async () => {
    const { a, b, c, space, record } = await threeWithNote()
    save(a, space, record, 'set', { values: { quality: 'good' } })
    save(b, space, record, 'set', { values: { quality: 'poor' } })
    save(c, space, record, 'set', { values: { quality: 'fair' } })
    await meet(a, b)
    const conflict = conflictOn(a) as ConflictId
    save(a, space, record, 'resolve', { field: 'quality', value: 'good', conflict })
    await meet(a, c, b, a)
    expectSame(a, b, c)
    expect(rowOf(a, record)).toMatchObject({ $state: 'conflicted' })
    expect(conflictOn(a)).not.toBe(conflict)
  })
})

test('[P1] a text typed while the record changes elsewhere is sealed first, and both stay', async () => {
  const world = await worldOf(app)
  const [a, b] = [await world.device(), await world.device()]
  withText(a, b)
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  editBody(a, space, record, '', 'in the reeds')
  await meet(a, b)
  editBody(b, space, record, 'in the reeds', 'in the tall reeds')
  await b.sync()
  editBody(a, space, record, 'in the reeds', 'still in the reeds')
  await a.sync()
  editBody(a, space, record, String(rowOf(a, record)['body']), `${String(rowOf(a, record)['body'])}, at dawn`)
  await meet(a, b)
  expectSame(a, b)
  expect(rowOf(b, record)).toMatchObject({ body: 'still in the tall reeds, at dawn', $state: 'synced' })
})
