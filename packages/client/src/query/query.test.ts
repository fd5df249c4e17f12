import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Query, Row } from '../engine/port.ts'
import { everything, sample, SampleTable, someQuery, someRow, SPACES } from '../test/query/samples.ts'
import { compareCodePoints, comparatorOf, predicateOf } from './evaluate.ts'
import { compileRows } from './compile.ts'
import { planQuery, QueryError } from './plan.ts'

let table: SampleTable

beforeAll(async () => {
  table = await SampleTable.open()
})
beforeEach(() => table.clear())

const someRows = fc.uniqueArray(someRow(), { maxLength: 12, selector: (row) => row.id })

/** What a query gives, said in JavaScript. */
function evaluate(rows: readonly Row[], query: Query): Row[] {
  const plan = planQuery(sample, query)
  const found = rows.filter(predicateOf(plan)).sort(comparatorOf(plan))
  return found.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit)
}

const blank: Row = fc.sample(someRow(), { numRuns: 1, seed: 1 })[0] as Row
const idOf = (n: number): Row['id'] => `00000000-0000-7000-8000-00000000000${n}` as Row['id']
const ids = (rows: readonly Row[]): string[] => rows.map((row) => row.id)

describe('a query in SQL', () => {
  test('finds what it says in JavaScript, in the same order', () => {
    fc.assert(
      fc.property(someRows, fc.array(someQuery, { minLength: 5, maxLength: 5 }), (rows, queries) => {
        table.clear()
        for (const row of rows) table.put(row)
        for (const query of queries) {
          expect(ids(table.rows(query))).toEqual(ids(evaluate(rows, query)))
          expect(table.count(query)).toBe(evaluate(rows, { ...query, limit: null }).length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('gives rows as they are told in commits, whatever the query says of them', () => {
    fc.assert(
      fc.property(someRow(), someQuery, (row, query) => {
        table.clear()
        table.put(row)
        expect(table.rows(everything)).toEqual([row])
        for (const found of table.rows({ ...query, limit: null })) expect(found).toEqual(row)
      }),
      { numRuns: 200 },
    )
  })

  test('compiles once for each shape', () => {
    const sqlOf = (value: string): string =>
      compileRows(planQuery(sample, { ...everything, where: [{ field: 'title', comparison: '=', value }] })).sql
    expect(sqlOf('a')).toBe(sqlOf('b'))
    const inSql = (count: number): string =>
      compileRows(
        planQuery(sample, { ...everything, where: [{ field: 'title', comparison: 'in', value: Array.from({ length: count }, String) }] }),
      ).sql
    expect(inSql(5)).toBe(inSql(8))
  })

  test('is answered by the index of its order, ties included', () => {
    const plan = (query: Partial<Query>): string => table.explain({ ...everything, space: SPACES[0] ?? null, limit: 10, ...query })
    expect(plan({})).toBe('SEARCH t USING INDEX _notes_space (space=?)')
    expect(plan({ orderBy: [{ field: 'title', direction: 'desc' }] })).toBe('SEARCH t USING INDEX _notes_title (space=?)')
    const byKind: Partial<Query> = {
      where: [{ field: 'kind', comparison: '=', value: 'a' }],
      orderBy: [{ field: 'weight', direction: 'desc' }],
    }
    expect(plan(byKind)).toBe('SEARCH t USING INDEX _notes_kind_weight (space=? AND kind=?)')
  })

  test('knows how much of a date is known', () => {
    const dates = ['1977', '1977-07', '1977-07-04', null]
    dates.forEach((seen, n) => table.put({ ...blank, id: idOf(n), seen }))
    const seen = (comparison: '=' | '!=', value: string): unknown[] =>
      table.rows({ ...everything, where: [{ field: 'seen.precision', comparison, value }] }).map((row) => row['seen'])
    expect(seen('=', 'month')).toEqual(['1977-07'])
    expect(seen('!=', 'day')).toEqual(['1977', '1977-07', null])
  })

  test('takes an offset', () => {
    fc.assert(
      fc.property(someRows, someQuery, fc.integer({ min: 0, max: 5 }), (rows, query, offset) => {
        table.clear()
        for (const row of rows) table.put(row)
        expect(ids(table.rows({ ...query, offset }))).toEqual(ids(evaluate(rows, { ...query, offset })))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a search', () => {
  const note = (n: number, title: string, body: string): Row => ({ ...blank, id: idOf(n), title, body })
  const titles = (words: string, query: Partial<Query> = {}): unknown[] =>
    table.rows({ ...everything, ...query, search: { words, rank: false } }).map((row) => row['title'])

  beforeEach(() => {
    table.put(note(1, 'Heron', 'by the pond'))
    table.put(note(2, 'Čaplja', 'heron again'))
    table.put(note(3, 'Herring', 'not a bird'))
  })

  test('finds all words, the last as a beginning, without regard to accents, newest first', () => {
    expect(titles('her')).toEqual(['Herring', 'Čaplja', 'Heron'])
    expect(titles('heron')).toEqual(['Čaplja', 'Heron'])
    expect(titles('heron po')).toEqual(['Heron'])
    expect(titles('her pond')).toEqual([])
    expect(titles('CAPL')).toEqual(['Čaplja'])
  })

  test('is in the order that was asked for, or by relevance', () => {
    expect(titles('her', { orderBy: [{ field: 'title', direction: 'asc' }] })).toEqual(['Heron', 'Herring', 'Čaplja'])
    expect(table.rows({ ...everything, search: { words: 'bird herring', rank: true } })).toHaveLength(1)
    expect(titles('her', { where: [{ field: 'title', comparison: '=', value: 'Heron' }] })).toEqual(['Heron'])
    expect(table.count({ ...everything, search: { words: 'heron', rank: false } })).toBe(2)
  })

  test('takes whatever is typed, and without a word in it finds everything', () => {
    expect(titles('  ')).toHaveLength(3)
    expect(titles('-')).toHaveLength(3)
    expect(titles('"heron" AND')).toEqual([])
    expect(titles('heron - po')).toEqual(['Heron'])
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (words) => void titles(words)))
  })
})

describe('a query that does not fit the schema', () => {
  const where = (field: string, comparison: Query['where'][number]['comparison'], value: Query['where'][number]['value']): Query => ({
    ...everything,
    where: [{ field, comparison, value }],
  })
  test.each<[string, Query]>([
    ['query.unknownCollection', { ...everything, collection: 'birds' }],
    ['query.unknownCollection', { ...everything, collection: 'constructor' }],
    ['query.unknownField', where('colour', '=', 1)],
    ['query.unknownField', where('$meta', '=', 1)],
    ['query.unknownField', where('place', '<', 1)],
    ['query.unknownField', where('place', '=', { latitude: 1 })],
    ['query.unknownField', { ...everything, orderBy: [{ field: 'title"; --', direction: 'asc' }] }],
    ['query.comparison', where('tags', '=', 'a')],
    ['query.comparison', where('title', 'contains', 'a')],
    ['query.comparison', where('title', '<', null)],
    ['query.comparison', where('done', '<', true)],
    ['query.value', where('title', '=', 1)],
    ['query.value', where('weight', '=', '1')],
    ['query.value', where('title', 'in', 'a')],
    ['query.value', where('title', 'in', Array.from({ length: 1001 }, String))],
    ['query.order', { ...everything, orderBy: [{ field: 'tags', direction: 'asc' }] }],
    ['query.limit', { ...everything, limit: -1 }],
    ['query.limit', { ...everything, offset: 0.5 }],
    ['query.search', { ...everything, collection: '$space', search: { words: 'a', rank: false } }],
  ])('is refused: %s', (code, query) => {
    expect(() => planQuery(sample, query)).toThrow(QueryError)
    expect(() => planQuery(sample, query)).toThrow(expect.objectContaining({ code }))
  })
})

test('text compares by code points', () => {
  const someText = fc.string({
    unit: fc.oneof(fc.constantFrom('\ud7ff', '\ue000', '\uffff', '😀', 'a'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
    maxLength: 4,
  })
  fc.assert(
    fc.property(someText, someText, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
    }),
  )
})
