/** What becomes of the words that a person typed into a text when the change that holds them, or one before it, is refused or discarded. */
import type { RecordId } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { describe, expect, test } from 'vitest'
import { Describer } from '../../../client/src/engine/describe.ts'
import { keptChangeOf } from '../../../client/src/engine/kept-change.ts'
import { restore } from '../../../client/src/engine/restore.ts'
import { addNote, appWith, editBody, expectSame, failedOf, liveOf, meet, rowOf, save, visit } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'
import { Gate, twoWriters, typeOn, writeOn } from '../test/text-kit.ts'

const seqOf = (device: Device, at: number): number => liveOf(device)[at]?.seq ?? 0
const codesOf = (device: Device): unknown[] => liveOf(device).map(({ status, refused }) => refused?.code ?? status)

describe('a refused edit of a text', () => {
  test('[P7] says what its author had wanted, and amend sends it with the rest', async () => {
    const { a, b, space, record } = await twoWriters(new Gate().app)
    writeOn(a, space, record, 'Dodo', '', 'a page')
    await meet(a)
    expect(failedOf(a, record)).toMatchObject({ title: { value: 'Dodo' }, body: { value: 'a page', code: 'value.invalid' } })
    expect(a.store.amend(seqOf(a, 0), [{ type: 'set', collection: 'notes', record, values: { title: 'Egret' } }])).toMatchObject({
      ok: true,
    })
    expect(rowOf(a, record)).toMatchObject({ title: 'Egret', body: 'a page', $state: 'pending' })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Egret', body: 'a page', $state: 'synced' })
  })

  test('[P7] is amended over what others wrote meanwhile: nobody loses a word', async () => {
    const { a, b, space, record } = await twoWriters(new Gate().app, 'stood in the reeds')
    writeOn(a, space, record, 'Dodo', 'stood in the reeds', 'stood still in the reeds')
    await a.sync()
    editBody(b, space, record, 'stood in the reeds', 'stood in the tall reeds')
    await meet(b, a)
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'stood still in the tall reeds' } })
    a.store.amend(seqOf(a, 0), [{ type: 'set', collection: 'notes', record, values: { title: 'Egret' } }])
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ body: 'stood still in the tall reeds' })
  })

  test.each(['amend', 'retry'] as const)('[P7] of a text that somebody replaced: %s puts the words into the new one', async (door) => {
    const hub = new Gate()
    const { a, b, space, record } = await twoWriters(hub.app, 'one')
    writeOn(a, space, record, 'Dodo', 'one', 'one and an hour of work')
    await a.sync()
    save(b, space, record, 'set', { values: { body: 'two' } })
    await meet(b, a)
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'one and an hour of work' } })
    hub.isOpen = true
    const [seq] = liveOf(a).map((change) => change.seq)
    expect(door === 'retry' ? a.store.retry(seq ?? 0) : a.store.amend(seq ?? 0, [])).toMatchObject({ ok: true })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ body: 'two and an hour of work', $state: 'synced' })
  })

  test('[P7] whose text is not on the device any more still gives the words that it brought', async () => {
    const hub = new Gate()
    const { world, a, b, space, record } = await twoWriters(hub.app, 'one')
    writeOn(a, space, record, 'Dodo', 'one', 'one and an hour of work')
    await a.sync()
    const kept = { changes: liveOf(a).map((change) => keptChangeOf(a.store.state, change)), operations: [] }
    const anew = await world.device()
    anew.store.useText(yjsEditor(() => 3000))
    restore(anew.store.state, kept)
    expect(failedOf(anew, record)).toMatchObject({ body: { value: ' and an hour of work' } })
    save(b, space, record, 'set', { values: { body: 'two' } })
    await meet(b, anew)
    hub.isOpen = true
    expect(anew.store.retry(seqOf(anew, 0))).toMatchObject({ ok: true })
    await meet(anew, b)
    expectSame(anew, b)
    expect(rowOf(b, record)).toMatchObject({ body: 'two and an hour of work', $state: 'synced' })
  })
})

describe('an edit that stands on a refused one', () => {
  test('[M5] is text.depends, and both together are shown as the text was left', async () => {
    const { a, space, record } = await twoWriters(new Gate().app)
    writeOn(a, space, record, 'Dodo', '', 'stood')
    typeOn(a, space, record, 'stood', 'stood still')
    await meet(a)
    expect(codesOf(a)).toEqual(['value.invalid', 'text.depends'])
    expect(rowOf(a, record)).toMatchObject({ title: 'Heron', body: '', $state: 'failed' })
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'stood still', code: 'text.depends' } })
  })

  test('[P7] that is typed on before it is known is shown with it, also while it still waits', async () => {
    const { a, space, record } = await twoWriters(new Gate().app)
    save(a, space, record, 'set', { values: { title: 'Dodo', body: 'stood' } })
    a.store.seal(space)
    a.line.isSocketAllowed = false
    a.line.through = async (exchange, path) => {
      const answer = await exchange()
      if (path !== 'push') return answer
      a.line.through = async (next, kind) => (kind === 'push' ? { type: 'network' } : next())
      editBody(a, space, record, 'stood', 'stood still')
      return answer
    }
    await a.sync()
    expect(codesOf(a)).toEqual(['value.invalid', 'queued'])
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'stood still' } })
  })

  test('[P7] is retried with the refused one, as they were written', async () => {
    const hub = new Gate()
    const { a, b, space, record } = await twoWriters(hub.app)
    writeOn(a, space, record, 'Dodo', '', 'stood')
    typeOn(a, space, record, 'stood', 'stood still')
    await meet(a)
    const intents = liveOf(a).map(({ intent }) => intent)
    hub.isOpen = true
    expect(a.store.retry(seqOf(a, 1))).toMatchObject({ ok: true })
    expect(liveOf(a).map(({ intent }) => intent)).toEqual(intents)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Dodo', body: 'stood still', $state: 'synced' })
  })

  test('[P7] is amended with the refused one, as one new change', async () => {
    const { a, b, space, record } = await twoWriters(new Gate().app)
    writeOn(a, space, record, 'Dodo', '', 'stood')
    typeOn(a, space, record, 'stood', 'stood still')
    await meet(a)
    a.store.amend(seqOf(a, 1), [{ type: 'set', collection: 'notes', record, values: { title: 'Egret' } }])
    expect(codesOf(a)).toEqual(['unsealed'])
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Egret', body: 'stood still', $state: 'synced' })
  })

  test('[P7] is made anew where the refused one was amended before it', async () => {
    const { a, b, space, record } = await twoWriters(new Gate().app)
    writeOn(a, space, record, 'Dodo', '', 'stood')
    typeOn(a, space, record, 'stood', 'stood still')
    await meet(a)
    a.store.amend(seqOf(a, 0), [{ type: 'set', collection: 'notes', record, values: { title: 'Egret' } }])
    await meet(a)
    expect(rowOf(a, record)).toMatchObject({ body: 'stood' })
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'stood still' } })
    expect(a.store.retry(seqOf(a, 0))).toMatchObject({ ok: true })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Egret', body: 'stood still', $state: 'synced' })
  })

  test('[P7] keeps its words where the refused one is discarded', async () => {
    const { a, b, space, record } = await twoWriters(new Gate().app, 'Heron.')
    writeOn(a, space, record, 'Dodo', 'Heron.', 'Heron, grey.')
    typeOn(a, space, record, 'Heron, grey.', 'Heron, grey, with an hour of work.')
    await meet(a)
    expect(a.store.discard(seqOf(a, 0))).toMatchObject({ ok: true })
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'Heron, grey, with an hour of work.' } })
    expect(a.store.retry(seqOf(a, 0))).toMatchObject({ ok: true })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Heron', body: 'Heron, with an hour of work.', $state: 'synced' })
  })
})

describe('an edit of a text that is discarded before it was sent', () => {
  test.each(['sealed', 'not sealed'] as const)('[P7] fails at once, with its words, and what else waits goes: %s', async (standing) => {
    const { a, b, space, record } = await twoWriters(appWith())
    save(a, space, record, 'set', { values: { body: 'draft' } })
    a.store.seal(space)
    editBody(a, space, record, 'draft', 'draft with an hour of work')
    if (standing === 'sealed') addNote(a, space, 'Nest')
    expect(a.store.discard(seqOf(a, 0))).toMatchObject({ ok: true })
    expect(rowOf(a, record)).toMatchObject({ body: '', $state: 'failed' })
    expect(failedOf(a, record)).toMatchObject({ body: { value: 'draft with an hour of work', code: 'text.depends' } })
    expect(await a.sync()).toMatchObject({ outcome: 'complete', refused: 0, waiting: 0 })
    expect(a.store.retry(liveOf(a).find(({ status }) => status === 'failed')?.seq ?? 0)).toMatchObject({ ok: true })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ body: ' with an hour of work', $state: 'synced' })
  })

  test('[P7] takes along what stands on it in turn, and its other fields', async () => {
    const { a, b, space, record } = await twoWriters(appWith())
    save(a, space, record, 'set', { values: { body: 'draft' } })
    a.store.seal(space)
    writeOn(a, space, record, 'Egret', 'draft', 'draft two')
    typeOn(a, space, record, 'draft two', 'draft two three')
    a.store.discard(seqOf(a, 0))
    expect(codesOf(a)).toEqual(['text.depends', 'text.depends'])
    expect(failedOf(a, record)).toMatchObject({ title: { value: 'Egret' }, body: { value: 'draft two three' } })
    expect(a.store.retry(seqOf(a, 1))).toMatchObject({ ok: true })
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Egret', body: ' two three', $state: 'synced' })
  })
})

describe('typing on while an answer comes', () => {
  /** Types in the note after the hub has answered the push, and before anything more can be sent. */
  const typeAfterPush = (a: Device, type: () => void): void => {
    a.line.isSocketAllowed = false
    a.line.through = async (exchange, path) => {
      const answer = await exchange()
      if (path !== 'push') return answer
      a.line.through = async (next, kind) => (kind === 'push' ? { type: 'network' } : next())
      type()
      return answer
    }
  }

  test('[P7] in a note whose creation is refused: all of it stays, and what is written next as well', async () => {
    const hub = new Gate()
    const { a, b, space } = await twoWriters(hub.app)
    const record = a.newId()
    save(a, space, record, 'add', { values: { title: 'Dodo', body: 'stood' } })
    typeAfterPush(a, () => {
      editBody(a, space, record, 'stood', 'stood still')
      visit(a, space, record)
    })
    await a.sync()
    expect(rowOf(a, record)).toMatchObject({ title: 'Dodo', body: 'stood still', visits: 1, $state: 'failed' })
    editBody(a, space, record, 'stood still', 'stood still there')
    expect(rowOf(a, record)).toMatchObject({ title: 'Dodo', body: 'stood still there', visits: 1 })
    a.line.through = (exchange) => exchange()
    await meet(a)
    expect(rowOf(a, record)).toMatchObject({ title: 'Dodo', body: 'stood still there', visits: 1, $state: 'failed' })
    hub.isOpen = true
    const newest = Math.max(...liveOf(a).map(({ seq }) => seq))
    expect(a.store.retry(newest)).toMatchObject({ ok: true })
    await meet(a, b)
    expect(rowOf(b, record)).toMatchObject({ title: 'Dodo', body: 'stood still there' })
  })
})

describe('an edit of a text that somebody replaced meanwhile', () => {
  const toldOf = ({ store }: Device, record: RecordId): readonly unknown[] => {
    const { notes } = store.state.schema.collections
    return notes === undefined ? [] : new Describer(store.state).history(notes, record)
  }

  test.each([
    ['in the history, in the text that it was made in', 'one', 'one and an hour of work', 'past'],
    ['beside the new one, where there was none before', '', 'an hour of work', 'beside'],
  ])('[M3] stands %s', async (_, before, words, standing) => {
    const { a, b, space, record } = await twoWriters(appWith())
    if (before !== '') save(a, space, record, 'set', { values: { body: before } })
    await meet(a, b)
    save(b, space, record, 'set', { values: { body: 'two' } })
    await b.sync()
    typeOn(a, space, record, before, words)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject({ body: 'two', $state: 'synced' })
    for (const device of [a, b])
      expect(toldOf(device, record)).toContainEqual(expect.objectContaining({ field: 'body', value: words, standing }))
  })

  test('[M3] stands in its history also where what it stood on was refused', async () => {
    const { a, b, space, record } = await twoWriters(new Gate().app, 'one')
    writeOn(a, space, record, 'Dodo', 'one', 'one and')
    typeOn(a, space, record, 'one and', 'one and an hour')
    typeOn(a, space, record, 'one and an hour', 'one and an hour of work')
    save(b, space, record, 'set', { values: { body: 'two' } })
    await b.sync()
    await meet(a)
    expect(codesOf(a)).toEqual(['value.invalid'])
    expect(rowOf(a, record)).toMatchObject({ body: 'two', $state: 'failed' })
    expect(toldOf(a, record)).toContainEqual(expect.objectContaining({ value: 'one and an hour of work', standing: 'past', by: 'ann' }))
  })

  test('[M3] stands in its history also where the device reads the space anew, without the changes between', async () => {
    const { a, b, space, record } = await twoWriters(appWith(), 'one')
    typeOn(a, space, record, 'one', 'one and an hour of work')
    save(b, space, record, 'set', { values: { body: 'two' } })
    await b.sync()
    a.store.hub.readAnew(space)
    await meet(a)
    expect(rowOf(a, record)).toMatchObject({ body: 'two', $state: 'synced' })
    expect(toldOf(a, record)).toContainEqual(expect.objectContaining({ field: 'body', value: 'one and an hour of work' }))
  })
})
