/** A collection with every kind of column, random rows and queries for it, and a table of it in SQLite. */
import {
  boolean,
  collection,
  counter,
  date,
  group,
  integer,
  json,
  number,
  oneOf,
  schema,
  set,
  string,
  text,
  type SpaceId,
} from '@tombolo/core'
import type { CollectionDefinition, Json, RecordId, SchemaDefinition } from '@tombolo/core'
import fc from 'fast-check'
import { columnsOf } from '../../engine/columns.ts'
import type { Condition, Query, Row } from '../../engine/port.ts'
import { rowOf } from '../../engine/row.ts'
import { quoted } from '../../engine/sql.ts'
import { createTables } from '../../engine/tables.ts'
import { memoryStorage } from '../../storage/node.ts'
import type { Database, SqlValue } from '../../storage/port.ts'
import { compileCount, compileRows } from '../../query/compile.ts'
import { planQuery } from '../../query/plan.ts'

export const sample: SchemaDefinition = schema({
  version: 1,
  collections: {
    notes: collection(
      {
        title: string(),
        body: text(),
        kind: oneOf('a', 'b', 'c').optional(),
        weight: number().optional(),
        count: integer().optional(),
        done: boolean().optional(),
        seen: date().optional(),
        visits: counter(),
        tags: set(string()),
        sizes: set(number()),
        extra: json().optional(),
        place: group({ lat: number(), name: string().optional() }).optional(),
      },
      { search: ['title', 'body'], indexes: [['title'], ['kind', 'weight']] },
    ),
  },
})

export const notes = sample.collections['notes'] as CollectionDefinition

export const SPACES = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b'] as SpaceId[]

const idOf = (n: number): RecordId => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as RecordId
export const someId = (max: number): fc.Arbitrary<RecordId> => fc.integer({ min: 0, max }).map(idOf)

/** Few values, so that rows tie and queries hit; characters on both sides of the surrogates. */
const someText = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', 'é', 'ﬀ', '😀', '\u{10ffff}', '"', '\\', ',', ' ', '1'), maxLength: 3 })
const someNumber = fc.oneof(
  fc.constantFrom(0, -0, 1, 2, -1, 0.1, 0.30000000000000004, 1e21, -1e-7, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
/** Canonical JSON knows no -0. */
const stored = (value: fc.Arbitrary<number>): fc.Arbitrary<number> => value.map((one) => (one === 0 ? 0 : one))
const someInteger = fc.integer({ min: -3, max: 3 })
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 3 })
const aSet = <T extends Json>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(element, { maxLength: 3 })
const someDate = fc.constantFrom('1977', '1977-07', '1977-07-04', '2026-11-22')
const someJson = fc.oneof(someText, someInteger, fc.constant({ b: 1, a: [true, null] }))

const someValues: fc.Arbitrary<Readonly<Record<string, Json>>> = fc.record({
  title: someText,
  body: fc.constantFrom('', 'Heron on the pond', 'herring soup', 'čaplja'),
  kind: orNull(fc.constantFrom('a', 'b', 'c')),
  weight: orNull(stored(someNumber)),
  count: orNull(someInteger),
  done: orNull(fc.boolean()),
  seen: orNull(someDate),
  visits: someInteger,
  tags: aSet(someText),
  sizes: aSet(fc.constantFrom(0.1, 1, 2, 0.30000000000000004, 1e21)),
  extra: orNull(someJson),
  place: orNull(fc.record({ lat: stored(someNumber), name: orNull(someText) })),
})

/** A record is in one space for ever: here, by its id. */
export const someRow = (id: fc.Arbitrary<RecordId> = someId(40)): fc.Arbitrary<Row> =>
  fc
    .record({ id, values: someValues, state: fc.constantFrom('synced' as const, 'pending' as const) })
    .map((parts) => rowOf({ ...parts, collection: 'notes', space: spaceOf(parts.id), version: 1, edited: 0, conflicts: [], failed: null }))

const spaceOf = (id: RecordId): SpaceId => SPACES[Number.parseInt(id.slice(-1), 16) % SPACES.length] as SpaceId

const ordered = fc.constantFrom('<', '<=', '>', '>=')
const equal = fc.constantFrom('=', '!=')

const compares = (field: string, value: fc.Arbitrary<Json>): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({ field: fc.constant(field), comparison: equal, value: orNull(value) }),
    fc.record({ field: fc.constant(field), comparison: ordered, value }),
    fc.record({ field: fc.constant(field), comparison: fc.constant('in'), value: fc.array(orNull(value), { maxLength: 4 }) }),
  )

const equals = (field: string, value: fc.Arbitrary<Json>): fc.Arbitrary<Condition> =>
  fc.record({ field: fc.constant(field), comparison: equal, value: orNull(value) })

const contains = (field: string, value: fc.Arbitrary<Json>): fc.Arbitrary<Condition> =>
  fc.record({ field: fc.constant(field), comparison: fc.constant('contains'), value })

const someCondition: fc.Arbitrary<Condition> = fc.oneof(
  compares('title', someText),
  compares('kind', fc.constantFrom('a', 'b')),
  compares('weight', someNumber),
  compares('count', fc.oneof(someInteger, fc.constant(0.5))),
  equals('done', fc.boolean()),
  compares('seen', someDate),
  compares('seen.precision', fc.constantFrom('year', 'month', 'day')),
  compares('visits', someInteger),
  equals('extra', someJson),
  contains('tags', someText),
  contains('sizes', fc.constantFrom(0.1, 1, 2, 0.3)),
  compares('place.lat', someNumber),
  compares('place.name', someText),
  equals('place', fc.record({ lat: fc.constantFrom(0, 1), name: orNull(fc.constant('a')) })),
  compares('$state', fc.constantFrom('synced', 'pending')),
  compares('id', someId(40)),
)

const someOrder = fc.record({
  field: fc.constantFrom('title', 'kind', 'weight', 'count', 'done', 'seen.precision', 'visits', 'place.lat', 'place.name', '$state', 'id'),
  direction: fc.constantFrom('asc' as const, 'desc' as const),
})

export const someQuery: fc.Arbitrary<Query> = fc.record({
  collection: fc.constant('notes'),
  space: orNull(fc.constantFrom(...SPACES)),
  where: fc.array(someCondition, { maxLength: 2 }),
  orderBy: fc.array(someOrder, { maxLength: 2 }),
  limit: orNull(fc.integer({ min: 0, max: 8 })),
  offset: fc.constant(0),
  search: fc.constant(null),
})

export const everything: Query = { collection: 'notes', space: null, where: [], orderBy: [], limit: null, offset: 0, search: null }

/** The table, with the statements counted that were run to read it. */
export class SampleTable {
  readonly #database: Database
  runs = 0

  private constructor(database: Database) {
    this.#database = database
    createTables(database, sample)
  }

  static async open(): Promise<SampleTable> {
    return new SampleTable(await memoryStorage().open('sample'))
  }

  put(row: Row): void {
    this.remove(row.id)
    const values: SqlValue[] = []
    const columns = columnsOf(notes).flatMap((field) => {
      field.write(row[field.field] as Json, values)
      return field.columns.map((column) => column.name)
    })
    const names = ['id', 'space', '$state', '$version', '$edited', '$deleted', ...columns].map(quoted)
    this.#database
      .prepare(`INSERT INTO notes (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(row.id, row.space, row.$state, ...row.$version.split('.').map(Number), 0, ...values)
  }

  remove(id: RecordId): void {
    this.#database.prepare('DELETE FROM notes WHERE id = ?').run(id)
  }

  clear(): void {
    this.#database.exec('DELETE FROM notes')
  }

  rows(query: Query): Row[] {
    this.runs++
    const { sql, params, read } = compileRows(planQuery(sample, query))
    return this.#database
      .prepare(sql)
      .values(...params)
      .map(read)
  }

  count(query: Query): number {
    this.runs++
    const { sql, params } = compileCount(planQuery(sample, query))
    return Number(this.#database.prepare(sql).get(...params)?.['count'])
  }

  /** How SQLite would go about it. */
  explain(query: Query): string {
    const { sql, params } = compileRows(planQuery(sample, query))
    return this.#database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...params)
      .map((row) => row['detail'])
      .join('; ')
  }
}
