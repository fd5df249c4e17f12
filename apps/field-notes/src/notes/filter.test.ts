import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { SpaceId } from '@tombolo/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleCandidates } from '../sample/candidates.ts'
import type { FieldStore } from '../store.ts'
import { openTestStore, type TestStore } from '../test/store.ts'
import { countOfConditions, type Filter, filtered, filterOf, NO_FILTER, searchOf, sorted } from './filter.ts'

const DESERT: Filter = {
  project: '00000000-0000-7000-8000-00000000000a' as SpaceId,
  words: 'heron & owl',
  tag: 'a=b',
  quality: 'none',
  state: 'pending',
  place: 'without',
  from: '1977-07',
  to: '1978',
  without: ['day', 'openings'],
  deleted: true,
  sort: 'title',
}

describe('a filter', () => {
  test.each([NO_FILTER, DESERT, { ...NO_FILTER, words: 'čaplja' }])('survives the address: %j', (filter) => {
    expect(filterOf(new URLSearchParams(searchOf(filter)))).toEqual(filter)
  })

  test('that nobody set is nothing in the address', () => {
    expect(searchOf(NO_FILTER)).toBe('')
    expect(countOfConditions(NO_FILTER)).toBe(0)
    expect(countOfConditions(DESERT)).toBe(9)
  })

  test('takes no words that it does not know', () => {
    expect(
      filterOf(new URLSearchParams('state=lost&sort=random&without=night&place=x&quality=fair&from=then&to=1977-13&deleted=yes')),
    ).toEqual(NO_FILTER)
  })
})

describe('in the sample', () => {
  let opened: TestStore
  let store: FieldStore
  let project: SpaceId

  beforeAll(async () => {
    opened = await openTestStore()
    ;({ store } = opened)
    project = (await store.createSpace('Ants')).id
    const packed = readFileSync(new URL('../../sample-data/portal-ants.json.gz', import.meta.url))
    const candidates = sampleCandidates(gunzipSync(packed).toString())
    // In fewer pieces than the app's import writes: nobody types meanwhile.
    for (let start = 0; start < candidates.length; start += 5000) {
      const piece = candidates.slice(start, start + 5000)
      await store.write((w) => piece.forEach(({ note }) => void w.notes.add(project, note)))
    }
  })

  afterAll(() => opened.end())

  const count = (filter: Partial<Filter>): Promise<number> => filtered(store, { ...NO_FILTER, project, ...filter }).count()

  test.each<[number, Partial<Filter>]>([
    [34_931, {}],
    [3953, { without: ['day'] }],
    [7432, { without: ['openings'] }],
    [248, { place: 'without' }],
    [34_931 - 248, { place: 'with' }],
    [9373, { words: 'xerophila' }],
    [9373, { words: 'pheidole xero' }],
    [34_931, { state: 'pending' }],
    [0, { state: 'failed' }],
    [34_931, { quality: 'none' }],
    [0, { quality: 'good' }],
    [845, { tag: 'Novomessor', words: 'cockerelli' }],
  ])('there are %i of %j', async (number, filter) => {
    expect(await count(filter)).toBe(number)
  })

  test('a range of dates takes what surely lies in it, and nothing without a date', async () => {
    const dates = ['1977', '1977-06', '1977-07', '1977-07-01', '1977-07-31', '1977-08', '1977-08-15', '1978']
    const { id: other } = await store.createSpace('Dates')
    await store.write((w) => [...dates, null].forEach((date) => void w.notes.add(other, { title: date ?? 'none', observedAt: date })))
    const found = async (from: string | null, to: string | null): Promise<string[]> => {
      const filter: Filter = { ...NO_FILTER, project: other, from, to, sort: 'title' }
      return (await sorted(filtered(store, filter), filter).all()).map(({ title }) => title)
    }
    expect(await found('1977-07', '1977-07')).toEqual(['1977-07', '1977-07-01', '1977-07-31'])
    expect(await found('1977-07-01', '1977-08')).toEqual(['1977-07-01', '1977-07-31', '1977-08', '1977-08-15'])
    expect(await found(null, '1977-08-14')).toEqual(['1977-06', '1977-07', '1977-07-01', '1977-07-31'])
    expect(await found('1977-08-15', null)).toEqual(['1977-08-15', '1978'])
    expect(await found('1977', '1977')).toEqual(dates.slice(0, -1))
  })

  test('what was deleted is found by the same conditions, and by no others', async () => {
    const { id: other } = await store.createSpace('Deleted')
    const { result: id } = await store.write((w) => w.notes.add(other, { title: 'Heron', tags: ['bird'] }))
    const there: Filter = { ...NO_FILTER, project: other, tag: 'bird' }
    await store.writeIn(other, (w) => w.notes.delete(id))
    expect([await filtered(store, there).count(), await filtered(store, { ...there, deleted: true }).count()]).toEqual([0, 1])
    expect(await filtered(store, { ...there, deleted: true, tag: 'plant' }).count()).toBe(0)
  })

  test('they are sorted as they are asked for', async () => {
    const first = async (sort: Filter['sort']): Promise<string | null | undefined> => {
      const filter: Filter = { ...NO_FILTER, project, sort }
      const [note] = await sorted(filtered(store, filter), filter).limit(1).all()
      return sort === 'title' ? note?.title : note?.observedAt
    }
    expect(await first('newest')).toBe('2009-07-16')
    expect(await first('observed')).toBe('2009-07-20')
    expect(await first('title')).toBe('Camponotus festinatus · plot 18 · stake 54')
  })
})
