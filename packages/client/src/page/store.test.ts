import { collection, type ConflictId, counter, group, number, oneOf, type RecordId, ref, schema, set, string, text } from '@tombolo/core'
import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { EPOCH, judgeAll, openPage, settle, type TestPage } from '../test/page/kit.ts'
import type { EnginePort, SpaceItem } from '../engine/port.ts'
import {
  Absent,
  asTomboloError,
  Changed,
  errorOf,
  Invalid,
  Misuse,
  SchemaMismatch,
  StorageFailed,
  StoreFull,
  TomboloError,
  TooBig,
} from './errors.ts'
import { SAVE_AFTER_MS } from './field-session.ts'
import { RecordIds } from './ids.ts'
import { Store } from './store.ts'
import type { StoredRow } from './types.ts'

const app = schema({
  version: 1,
  collections: {
    notes: collection(
      {
        title: string(),
        body: text(),
        kind: oneOf('bird', 'plant').optional(),
        visits: counter(),
        tags: set(string()),
        place: group({ lat: number(), name: string().optional() }).optional(),
        parent: ref('notes').optional(),
      },
      { search: ['title', 'body'] },
    ),
  },
})

let page: TestPage<typeof app>
let store: Store<typeof app>
let project: SpaceItem

beforeEach(async () => {
  page = await openPage(app)
  ;({ store } = page)
  project = await store.createSpace('Pond')
})

const titles = async (): Promise<string[]> => (await store.db.notes.all()).map((note) => note.title)

async function addNote(title: string): Promise<StoredRow<typeof app, 'notes'>> {
  const { result: id } = await store.write((w) => w.notes.add(project, { title }))
  const note = await store.db.notes.get(id)
  if (note === null) throw new Error('the note is not there')
  return note
}

describe('writing', () => {
  test('saves everything that one function says, as one change', async () => {
    const saved = await store.write((w) => {
      const id = w.notes.add(project, { title: 'Heron', tags: ['b', 'a'], place: { lat: 46 } })
      w.notes.add(project, { title: 'Nest', parent: id })
      return id
    })
    expect(saved).toMatchObject({ saved: true, change: expect.any(String) })
    expect(await titles()).toEqual(['Heron', 'Nest'])
    expect(await store.db.notes.get(saved.result)).toMatchObject({
      title: 'Heron',
      body: '',
      visits: 0,
      tags: ['a', 'b'],
      place: { lat: 46, name: null },
      $state: 'pending',
    })
    expect(await store.outbox.all()).toMatchObject([{}, { intent: saved.change, recordCount: 2 }])
  })

  test('knows all that can be done to a record', async () => {
    const note = await addNote('Heron')
    await store.write((w) => {
      w.notes.set(note, { title: 'Grey heron', kind: 'bird' })
      w.notes.edit(note, 'body', { from: '', to: 'by the pond' })
      w.notes.increment(note, 'visits')
      w.notes.increment(note, 'visits', 2)
      w.notes.addTo(note, 'tags', 'grey')
      w.notes.addTo(note, 'tags', 'tall')
      w.notes.removeFrom(note, 'tags', 'grey')
    })
    expect(await store.db.notes.get(note.id)).toMatchObject({
      title: 'Grey heron',
      kind: 'bird',
      body: 'by the pond',
      visits: 3,
      tags: ['tall'],
    })
    await store.write((w) => w.notes.delete(note))
    expect(await store.db.notes.get(note.id)).toBeNull()
    await store.write((w) => w.notes.restore(note))
    expect(await titles()).toEqual(['Grey heron'])
  })

  test('what was deleted is listed as it was last, live, until it is restored', async () => {
    const note = await addNote('Heron')
    await addNote('Owl')
    const seen: string[][] = []
    const stop = store.db.notes.deleted().watch((rows) => seen.push(rows.map(({ title }) => title)))
    const found = store.db.notes.in(project).deleted().search('her').liveCount
    const counts: (number | undefined)[] = []
    const stopCount = found.subscribe(() => counts.push(found.get()))
    await settle()
    await store.write((w) => {
      w.notes.addTo(note, 'tags', 'grey')
      w.notes.delete(note)
    })
    await settle()
    const [deleted] = await store.db.notes.in(project).deleted().all()
    expect(deleted).toMatchObject({ id: note.id, title: 'Heron', tags: ['grey'] })
    expect(await titles()).toEqual(['Owl'])
    if (deleted !== undefined) await store.write((w) => w.notes.restore(deleted))
    await settle()
    expect([seen, counts]).toEqual([
      [[], ['Heron'], []],
      [0, 1, 0],
    ])
    expect((await store.db.notes.get(note.id))?.tags).toEqual(['grey'])
    stop()
    stopCount()
  })

  test('of a set gives every element once', async () => {
    await store.write((w) => {
      w.notes.add(project, { title: 'Heron', tags: ['shore', 'bird', 'quo"te'] })
      w.notes.add(project, { title: 'Owl', tags: ['bird', 'night'] })
    })
    expect(await store.db.notes.in(project).elements('tags')).toEqual(['bird', 'night', 'quo"te', 'shore'])
    expect(await store.db.notes.where({ title: 'Owl' }).limit(1).elements('tags')).toEqual(['bird'])
    // @ts-expect-error: a text has none
    await expect(store.db.notes.elements('title')).rejects.toMatchObject({ code: 'query.comparison' })
  })

  test('what went with its space is not listed among what was deleted', async () => {
    const note = await addNote('Heron')
    await store.write((w) => w.notes.delete(note))
    const seen: number[] = []
    const stop = store.db.notes.deleted().watch((rows) => seen.push(rows.length))
    await settle()
    await store.deleteSpace(project)
    await settle()
    expect(seen).toEqual([1, 0])
    stop()
  })

  test('to a record that was begun adds it; one that nobody wrote to leaves nothing', async () => {
    const begun = store.begin('notes', project, { title: '', tags: ['bird'] })
    expect(begun).toMatchObject({ title: '', body: '', tags: ['bird'], visits: 0, place: null, space: project.id, $collection: 'notes' })
    await settle()
    expect([await store.db.notes.get(begun.id), (await store.outbox.all()).length]).toEqual([null, 1])

    await Promise.all([
      store.write((w) => w.notes.set(begun, { title: 'Heron' })),
      store.writeIn(project, (w) => w.notes.increment(begun.id, 'visits')),
    ])
    await store.write((w) => w.notes.addTo(begun, 'tags', 'grey'))
    expect(await store.db.notes.all()).toMatchObject([{ id: begun.id, title: 'Heron', tags: ['bird', 'grey'], visits: 1 }])
    expect(await store.outbox.all()).toHaveLength(2)
  })

  test('to a record that was begun before the page was loaded anew does not begin it again', async () => {
    const { id } = store.begin('notes', project, { title: '' })
    const other = await page.anotherPage()
    const again = other.begin('notes', project, { title: '' }, id)
    await store.writeIn(project, (w) => w.notes.set(id, { title: 'Heron' }))
    await other.write((w) => w.notes.increment(again, 'visits'))
    expect(await titles()).toEqual(['Heron'])
    expect((await store.db.notes.get(id))?.visits).toBe(1)
  })

  test('that is refused leaves what was begun as it is', async () => {
    const begun = store.begin('notes', project, { title: '' })
    await expect(store.write((w) => w.notes.set(begun, { kind: 'fish' as 'bird' }))).rejects.toBeInstanceOf(Invalid)
    expect(await store.db.notes.count()).toBe(0)
    await store.write((w) => w.notes.set(begun, { kind: 'bird' }))
    expect(await store.db.notes.get(begun.id)).toMatchObject({ title: '', kind: 'bird' })
  })

  test('by a field of a record that was begun does not wait for a pause before the first letter', async () => {
    const delays: number[] = []
    const startTimer = (_: () => void, delayMs: number): (() => void) => (delays.push(delayMs), () => {})
    const patient = await Store.open({ schema: app, port: page.engine, startTimer })
    const title = patient.field(patient.begin('notes', project, { title: '' }), 'title')
    const stop = title.subscribe(() => {})
    title.input('H')
    await title.flush()
    title.input('He')
    expect(delays).toEqual([0, SAVE_AFTER_MS])
    stop()
  })

  test('by fields of a record that was begun adds it once', async () => {
    const begun = store.begin('notes', project, { title: '' })
    const [title, body] = [store.field(begun, 'title'), store.field(begun, 'body')]
    const stops = [title.subscribe(() => {}), body.subscribe(() => {})]
    title.input('H')
    body.input('I')
    const saved = { title: 'H', body: 'I' }
    await Promise.all([title.flush(), body.flush()])
    expect(await store.db.notes.get(begun.id)).toMatchObject(saved)
    title.input('He')
    await title.flush()
    expect(await store.db.notes.all()).toMatchObject([{ ...saved, title: 'He' }])
    for (const stop of stops) stop()
  })

  test('in a named space takes ids', async () => {
    const { id } = await addNote('Heron')
    await store.writeIn(project, (w) => {
      w.notes.increment(id, 'visits', 5)
      w.notes.add({ title: 'Nest', parent: id })
    })
    expect((await store.db.notes.first())?.visits).toBe(5)
    expect(await store.db.notes.where({ parent: id }).count()).toBe(1)
  })

  // The engine refuses a step on a record that the same write adds: `record.absent`.
  test('can go on with what it has just added', async () => {
    await store.writeIn(project, (w) => w.notes.increment(w.notes.add({ title: 'Heron' }), 'visits', 5))
    expect((await store.db.notes.first())?.visits).toBe(5)
  })

  test('concerns one space', async () => {
    const other = await store.createSpace('Lake')
    const note = await addNote('Heron')
    const both = store.write((w) => {
      w.notes.add(other, { title: 'Nest' })
      w.notes.set(note, { title: 'Grey heron' })
    })
    await expect(both).rejects.toThrow(
      expect.objectContaining({ code: 'write.manySpaces', help: expect.stringContaining('one write for each space') }),
    )
    await expect(store.writeIn(other, (w) => w.notes.set(note, { title: '' }))).rejects.toThrow(Misuse)
    await expect(store.writeIn(other, (w) => w.notes.set(note.id, { title: '' }))).rejects.toThrow(
      expect.objectContaining({ code: 'write.manySpaces' }),
    )
    await expect(store.write((w) => w.notes.set(note.id as never, { title: '' }))).rejects.toThrow(
      expect.objectContaining({ code: 'write.noSpace' }),
    )
    expect(await titles()).toEqual(['Heron'])
  })

  test('is said at once', async () => {
    // @ts-expect-error a promise may not be returned
    const late = store.write(async (w) => w.notes.add(project, { title: 'x' }))
    await expect(late).rejects.toThrow(expect.objectContaining({ code: 'write.async' }))
  })

  test('of nothing is nothing', async () => {
    const saved = await store.write(() => {})
    expect(saved.change).toBeNull()
    expect(await saved.settled).toEqual({ type: 'applied', version: 0 })
  })

  test('leaves out what is undefined', async () => {
    const note = await addNote('Heron')
    await store.write((w) => w.notes.set(note, { title: undefined, kind: 'bird' } as { kind: 'bird' }))
    expect(await store.db.notes.get(note.id)).toMatchObject({ title: 'Heron', kind: 'bird' })
  })

  test('throws what is wrong, by name, and saves nothing then', async () => {
    const note = await addNote('Heron')
    await expect(store.write((w) => w.notes.set(note, { title: 7 as never }))).rejects.toThrow(
      expect.objectContaining({ code: 'value.type', collection: 'notes', field: 'title' }),
    )
    await expect(store.write((w) => w.notes.set(note, { title: null as never }))).rejects.toThrow(Invalid)
    await expect(store.write((w) => w.notes.set(note, { title: 'x'.repeat(2_000_000) }))).rejects.toThrow(TooBig)
    await expect(
      store.writeIn(project, (w) => w.notes.set('00000000-0000-7000-8000-000000000000' as RecordId, { title: '' })),
    ).rejects.toThrow(Absent)
    await store.seal()
    await store.write((w) => w.notes.set(note, { title: 'Grey heron' }))
    await expect(store.write((w) => w.notes.set(note, { title: 'x' }, { ifUnchanged: note.$version }))).rejects.toThrow(Changed)
    expect(await titles()).toEqual(['Grey heron'])
  })

  test('a form that is saved twice is one change', async () => {
    const id = (await addNote('Heron')).id
    const save = () => store.writeIn(project, (w) => w.notes.increment(id, 'visits'), { intent: 'form-1', label: 'Count' })
    const [first, second] = [await save(), await save()]
    expect(second.change).toBe(first.change)
    expect((await store.db.notes.first())?.visits).toBe(1)
    await expect(store.writeIn(project, (w) => w.notes.increment(id, 'visits', 9), { intent: 'form-1' })).rejects.toThrow(
      expect.objectContaining({ code: 'intent.used' }),
    )
  })

  test('does not decide a conflict that is not there as the person saw it', async () => {
    const note = await addNote('Heron')
    const write = store.write((w) => w.notes.resolve(note, 'kind', 'AAAAAAAAAAAAAAAAAAAAAA' as ConflictId, 'bird'))
    await expect(write).rejects.toMatchObject({ code: 'conflict.changed' })
  })
})

describe('what is saved', () => {
  test('is settled when the hub has judged it', async () => {
    const saved = await store.write((w) => w.notes.add(project, { title: 'Heron' }))
    let outcome: unknown
    void saved.settled.then((settled) => (outcome = settled))
    await settle()
    expect(outcome).toBeUndefined()
    judgeAll(page.device.store, project.id, { type: 'applied' })
    await settle()
    expect(outcome).toMatchObject({ type: 'applied' })
    expect(await saved.settled).toEqual(outcome)
  })

  test('that is refused stays in the outbox, to be retried, amended, exported or discarded', async () => {
    const note = await addNote('Heron')
    const saved = await store.write((w) => w.notes.set(note, { title: 'Hern' }), { label: 'Rename' })
    judgeAll(page.device.store, project.id, { type: 'rejected', code: 'title.unknown', message: 'No such bird.' })
    expect(await saved.settled).toEqual({ type: 'rejected', code: 'title.unknown', message: 'No such bird.' })
    const item = (await store.outbox.all()).find(({ label }) => label === 'Rename')
    if (item === undefined) throw new Error('nothing failed')
    expect(JSON.parse(await store.outbox.export(item))).toMatchObject({ format: 'tombolo-change' })
    await store.outbox.amend(item, (w) => w.notes.set(note.id, { title: 'Heron' }))
    expect((await store.outbox.all()).map(({ seq }) => seq)).not.toContain(item.seq)
    await expect(store.outbox.discard(item)).rejects.toThrow(expect.objectContaining({ code: 'change.gone' }))
    await expect(store.outbox.amend(item, () => undefined)).rejects.toThrow(expect.objectContaining({ code: 'change.gone' }))
    await expect(store.outbox.retry(item.intent)).rejects.toThrow(expect.objectContaining({ code: 'change.gone' }))
    await store.outbox.sendNow()
  })

  test('and discarded is settled so', async () => {
    const saved = await store.write((w) => w.notes.add(project, { title: 'Heron' }))
    const { settled } = saved
    const [, item] = await store.outbox.all()
    if (item === undefined) throw new Error('nothing waits')
    await store.outbox.discard(item)
    expect(await settled).toEqual({ type: 'discarded' })
  })

  test('waits no longer than the store is open', async () => {
    const { settled } = await store.write((w) => w.notes.add(project, { title: 'Heron' }))
    const outcome = settled.catch((error: unknown) => error)
    await store.close()
    expect(await outcome).toMatchObject({ code: 'store.closed' })
    await expect(store.spaces()).rejects.toThrow(expect.objectContaining({ code: 'store.closed' }))
    await store.close()
  })
})

describe('reading', () => {
  beforeEach(async () => {
    await store.write((w) => {
      for (const [index, title] of ['Heron', 'Čaplja', 'Rush'].entries()) {
        const place = index === 0 ? null : { lat: index, name: 'pond' }
        w.notes.add(project, { title, kind: index === 2 ? 'plant' : 'bird', visits: index, tags: [title.slice(0, 1)], place })
      }
    })
  })

  test('is a chain that ends in a question', async () => {
    const { notes } = store.db
    const of = async (query: typeof notes | ReturnType<typeof notes.limit>): Promise<string[]> =>
      (await query.all()).map((note) => note.title)
    expect(await of(notes.in(project).where({ kind: 'bird' }).orderBy('title', 'desc'))).toEqual(['Čaplja', 'Heron'])
    expect(await of(notes.where('visits', '>=', 1).where('place.name', '=', 'pond').limit(1))).toEqual(['Čaplja'])
    expect(await of(notes.where('kind', 'in', ['plant', null]))).toEqual(['Rush'])
    expect(await of(notes.where('tags', 'contains', 'R'))).toEqual(['Rush'])
    expect(await of(notes.where({ place: null }))).toEqual(['Heron'])
    expect(await of(notes.search('capl'))).toEqual(['Čaplja'])
    expect(await of(notes.orderBy('visits').offset(1).limit(1))).toEqual(['Čaplja'])
    expect(await notes.where({ $state: 'pending' }).count()).toBe(3)
    expect((await notes.orderBy('visits', 'desc').first())?.title).toBe('Rush')
    expect(await notes.where({ title: 'none' }).first()).toBeNull()
    expect(await of(notes.in((await store.createSpace('Lake')).id))).toEqual([])
  })

  test('refuses what does not fit the schema', async () => {
    expect(() => store.db.notes.where({ title: undefined } as never)).toThrow(Misuse)
    await expect(store.db.notes.where('colour' as 'title', '=', 'red').all()).rejects.toThrow(
      expect.objectContaining({ code: 'query.unknownField' }),
    )
  })

  test('is typed by the schema', () => {
    const { notes } = store.db
    type Note = StoredRow<typeof app, 'notes'>
    expectTypeOf<Note['kind']>().toEqualTypeOf<'bird' | 'plant' | null>()
    expectTypeOf<Note['id']>().toEqualTypeOf<RecordId>()
    expectTypeOf(notes.all).returns.resolves.toEqualTypeOf<readonly Note[]>()
    // Never called: only the compiler reads it.
    const wrong = (): void => {
      // @ts-expect-error no such field
      notes.where({ colour: 'red' })
      // @ts-expect-error not of its type
      notes.where({ kind: 'fish' })
      // @ts-expect-error a set is not compared
      notes.where('tags', 'contains', 7)
      // @ts-expect-error null has no order
      notes.where('place.lat', '<', null)
      // @ts-expect-error no such member
      notes.orderBy('place.height')
      // @ts-expect-error a title is required
      void store.write((w) => w.notes.add(project, {}))
      // @ts-expect-error an id alone does not say which space
      void store.write((w) => w.notes.set('x' as RecordId, { title: 'x' }))
    }
    expect(wrong).toBeTypeOf('function')
  })
})

describe('watching', () => {
  test('gives rows now and after each change', async () => {
    const seen: string[][] = []
    const stop = store.db.notes.orderBy('title').watch((notes) => seen.push(notes.map((note) => note.title)))
    await addNote('Heron')
    await addNote('Coot')
    stop()
    await addNote('Rush')
    expect(seen).toEqual([[], ['Heron'], ['Coot', 'Heron']])
  })

  test('is shared, keeps its snapshot and the rows that did not change', async () => {
    const asked: string[] = []
    const counting = await openPage(app, (engine) => {
      const watch: EnginePort['watch'] = (request, notify) => {
        asked.push(request.type)
        return engine.watch(request, notify)
      }
      return { ...bound(engine), watch }
    })
    const space = await counting.store.createSpace('Pond')
    const query = () => counting.store.db.notes.in(space).limit(10)
    const stops = [query().live.subscribe(() => {}), query().live.subscribe(() => {})]
    await counting.store.write((w) => w.notes.add(space, { title: 'Heron' }))
    const before = query().live.get()
    expect(query().live.get()).toBe(before)
    await counting.store.write((w) => w.notes.add(space, { title: 'Coot' }))
    expect(query().live.get()?.[0]).toBe(before?.[0])
    expect(asked).toEqual(['query'])
    for (const stop of stops) stop()
    const again = query().live.subscribe(() => {})
    await settle()
    expect(query().live.get()).toHaveLength(2)
    again()
    await settle()
    expect(query().live.get()).toBeUndefined()
    expect(asked).toEqual(['query'])
  })

  test('of a record, a count, the spaces, the outbox, status and history', async () => {
    const note = await addNote('Heron')
    const lives = {
      record: store.db.notes.record(note.id),
      count: store.db.notes.orderBy('title').limit(1).liveCount,
      spaces: store.liveSpaces,
      outbox: store.outbox.live,
      status: store.status,
      history: store.liveHistory(note),
    }
    for (const live of Object.values<{ subscribe: (onChange: () => void) => void }>(lives)) live.subscribe(() => {})
    await store.write((w) => w.notes.set(note, { title: 'Grey heron' }))
    await store.renameSpace(project, 'Big pond')
    await settle()
    expect(lives.record.get()?.title).toBe('Grey heron')
    expect(lives.count.get()).toBe(1)
    expect(lives.spaces.get()).toMatchObject([{ id: project.id, name: 'Big pond' }])
    expect(lives.outbox.get()).toHaveLength(3)
    expect(lives.status.get()).toMatchObject({ toSend: 2, connection: 'offline' })
    expect(lives.history.get()?.map(({ field }) => field)).toContain('title')
    expect(await store.history(note)).toMatchObject([{ field: 'title', value: 'Grey heron', standing: 'shown' }])
    await store.write((w) => w.notes.delete(note))
    expect(lives.record.get()).toBeNull()
  })

  test('of the spaces, with how far the hub is and when this device last had everything', async () => {
    const live = store.liveSpaces
    live.subscribe(() => {})
    const { device } = page
    const { state } = device.store
    const pulled = async (head: number): Promise<void> => {
      device.clock.ms += 60_000
      const { cursor } = state.spaces.get(project.id)
      const body = { type: 'log', entries: [] } as const
      const place = { epoch: EPOCH, replica: state.replica, space: project.id, hubTimeMs: device.clock.ms, from: cursor }
      expect(
        device.store.hub.pageArrived(null, { ...place, cursor: `at-${head}`, more: false, head, verdicts: [], body, durableThrough: 0 }),
      ).toBe(true)
      await settle()
      expect(live.get()).toMatchObject([{ head, completeAt: device.clock.ms }])
    }
    judgeAll(device.store, project.id, { type: 'applied' })
    await settle()
    expect(live.get()).toMatchObject([{ head: 1, completeAt: null }])
    await pulled(3)
    await pulled(5)
  })

  test('of a history, with who deleted the record and who put in each element of a set', async () => {
    const note = await addNote('Heron')
    await store.write((w) => w.notes.addTo(note, 'tags', 'grey'))
    const said = async (): Promise<unknown[]> => (await store.history(note)).map(({ field, value, standing }) => [field, value, standing])
    expect(await said()).toEqual(expect.arrayContaining([['tags', 'grey', 'shown']]))
    await store.write((w) => w.notes.delete(note))
    const life = (await store.history(note)).find(({ field }) => field === '$life')
    expect(life).toMatchObject({ value: 'deleted', standing: 'shown', at: page.device.clock.ms })
    await store.write((w) => w.notes.restore(note))
    expect((await said()).filter((item) => Array.isArray(item) && item[0] === '$life')).toEqual([])
  })

  test('of a history, also of a record that is watched already', async () => {
    const note = await addNote('Heron')
    store.db.notes.record(note.id).subscribe(() => {})
    await settle()
    const history = store.liveHistory(note)
    history.subscribe(() => {})
    await settle()
    expect(history.get()).toMatchObject([{ field: 'title', value: 'Heron' }])
  })

  test('of conflicts', async () => {
    const conflicts = store.conflicts.liveIn(project)
    conflicts.subscribe(() => {})
    await settle()
    expect(conflicts.snapshot()).toEqual({ value: [], error: undefined })
    expect(conflicts.get()).toBe(conflicts.get())
    expect(await store.conflicts.all(project)).toEqual([])
  })

  test('tells what is wrong', async () => {
    const wrong = store.db.notes.orderBy('colour' as 'title')
    const errors: TomboloError[] = []
    const stop = wrong.watch(
      () => {},
      (error) => errors.push(error),
    )
    expect(errors).toMatchObject([{ code: 'query.unknownField' }])
    expect(wrong.live.snapshot()).toMatchObject({ value: undefined, error: { code: 'query.unknownField' } })
    stop()
  })
})

describe('a space', () => {
  test('is made, renamed and deleted without a network', async () => {
    expect(await store.spaces()).toMatchObject([{ id: project.id, name: 'Pond' }])
    await store.renameSpace(project.id, 'Lake')
    expect((await store.spaces())[0]?.name).toBe('Lake')
    await store.deleteSpace(project)
    await store.seal()
    await store.seal(project)
  })
})

describe('errors', () => {
  test('are classes by their code, each with what to do', () => {
    expect(errorOf('storage.full', '')).toBeInstanceOf(StoreFull)
    expect(errorOf('storage.io', '')).toBeInstanceOf(StorageFailed)
    expect(errorOf('value.invalid', 'Too old.')).toMatchObject({
      name: 'Invalid',
      message: 'Too old.',
      help: 'Correct the value and save again.',
    })
    expect(errorOf('visit.closed', '')).toMatchObject({ name: 'TomboloError', help: expect.stringContaining('docs') })
    expect(asTomboloError('odd')).toMatchObject({ code: 'store.failed', message: 'odd' })
    const cause = Object.assign(new Error('disk'), { code: 'storage.busy' })
    expect(asTomboloError(cause)).toMatchObject({ code: 'storage.busy', cause, help: expect.stringContaining('Close other windows') })
  })

  test('of two schemas that differ name both', async () => {
    const other = schema({
      version: 2,
      collections: { notes: collection({ title: string() }) },
      upgrades: { 1: { change: (operations) => operations, record: (_, record) => record } },
    })
    const opening = Store.open({ schema: other, port: page.engine })
    await expect(opening).rejects.toThrow(SchemaMismatch)
    await expect(opening).rejects.toThrow(/version 2 .* version 1/)
  })

  test('of what is not a row', async () => {
    const note = await addNote('Heron')
    await expect(store.history({ ...note })).resolves.toHaveLength(1)
    await expect(store.history({ id: note.id } as never)).rejects.toThrow(Misuse)
  })
})

test('ids ascend, also when the clock stands still or goes back', () => {
  let now = 1_790_000_000_000
  const ids = new RecordIds(
    () => now,
    (count) => new Uint8Array(count).fill(255),
  )
  const minted = Array.from({ length: 5000 }, (_, index) => {
    if (index === 100) now -= 5000
    return ids.mint()
  })
  expect(minted).toEqual([...new Set(minted)].sort())
  expect(minted[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

function bound(engine: EnginePort): EnginePort {
  return {
    open: () => engine.open(),
    read: (request) => engine.read(request),
    write: (batch) => engine.write(batch),
    watch: (request, notify) => engine.watch(request, notify),
    status: (notify) => engine.status(notify),
    close: () => engine.close(),
  }
}
