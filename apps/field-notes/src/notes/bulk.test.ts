import type { RecordId, SpaceId } from '@tombolo/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FieldStore } from '../store.ts'
import { openTestStore, type TestStore } from '../test/store.ts'
import { changeAll, type Doing, moveAll } from './bulk.ts'
import { isSameValue } from './fields.ts'
import type { NewNote } from './note.ts'

let opened: TestStore
let store: FieldStore
let pond: SpaceId
let lake: SpaceId

beforeEach(async () => {
  opened = await openTestStore()
  ;({ store } = opened)
  pond = (await store.createSpace('Pond')).id
  lake = (await store.createSpace('Lake')).id
})

afterEach(() => opened.end())

async function add(space: SpaceId, notes: readonly NewNote[]): Promise<readonly RecordId[]> {
  const { result } = await store.write((w) => notes.map((note) => w.notes.add(space, note)))
  return result
}

const many = (count: number): readonly NewNote[] => Array.from({ length: count }, (_, index) => ({ title: `Ant ${index}` }))

function doing(ids: readonly RecordId[], more: Partial<Doing> = {}): Doing {
  return { store, some: { from: store.db.notes, ids }, label: 'Tag', signal: new AbortController().signal, progress: () => {}, ...more }
}

describe('many notes', () => {
  test('of several projects are changed, a hundred at a time, and no others', async () => {
    const ids = [...(await add(pond, many(150))), ...(await add(lake, many(60)))]
    await add(pond, [{ title: 'Not meant' }])
    const progress: number[] = []
    const changed = await changeAll(doing(ids, { progress: (done) => progress.push(done) }), (w, note) => w.addTo(note, 'tags', 'ant'))
    expect([changed, progress]).toEqual([210, [100, 200, 210]])
    expect(await store.db.notes.where('tags', 'contains', 'ant').count()).toBe(210)
    expect(await store.db.notes.where({ title: 'Not meant' }).elements('tags')).toEqual([])
  })

  test('stay as they are from where a person stops it', async () => {
    const ids = await add(pond, many(250))
    const stop = new AbortController()
    const changed = await changeAll(doing(ids, { signal: stop.signal, progress: () => stop.abort() }), (w, note) => w.delete(note))
    expect([changed, await store.db.notes.count()]).toEqual([100, 150])
  })

  test('are moved with all that was put into them; what was there already stays', async () => {
    const whole: NewNote = {
      title: 'Heron',
      body: 'Two juveniles',
      tags: ['bird'],
      observedAt: '2026-07',
      observedTime: '06:40',
      place: { lat: 46, lon: 14, accuracy: 8 },
      quality: 'good',
      visits: 3,
      count: 2,
      openings: 1,
    }
    const [id] = await add(pond, [whole])
    const [there] = await add(lake, [{ title: 'Owl' }])
    const ids = [id, there].filter((one) => one !== undefined)
    expect(await moveAll(doing(ids), lake)).toEqual({ moved: 1, left: 0 })
    expect(await store.db.notes.in(pond).count()).toBe(0)
    const notes = await store.db.notes.in(lake).orderBy('title').all()
    expect(notes.map(({ title }) => title)).toEqual(['Heron', 'Owl'])
    expect(notes[1]?.id).toBe(there)
    for (const [key, value] of Object.entries(whole))
      expect([key, isSameValue(notes[0]?.[key as keyof NewNote], value)]).toEqual([key, true])
    expect((await store.db.notes.in(pond).deleted().all()).map(({ title }) => title)).toEqual(['Heron'])
  })
})
