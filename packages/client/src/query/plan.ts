/**
 * Plans: queries checked against the schema, in a form that SQLite and JavaScript evaluate alike.
 *
 * - `null` is an ordinary value for `=` and `!=` (SQL's IS); no other comparison matches it, and it sorts first.
 * - An order is total: the id breaks ties, in the direction of the last field, so that an index ending in the id provides it.
 * - Text compares by code points, which is the order of its UTF-8 bytes and SQLite's BINARY.
 */
import { canonicalJson, type CollectionDefinition, type Json, type SchemaDefinition, type SpaceId } from '@tombolo/core'
import type { Comparison, Condition, Query } from '../engine/port.ts'
import { ID_COLUMN, type QueryColumn, queryFieldsOf } from './fields.ts'
import { matchOf } from './words.ts'

/** A value compared with a column; booleans are 0 and 1. */
export type Comparable = string | number | null

export type Test =
  | {
      readonly type: 'compare'
      readonly column: QueryColumn
      readonly comparison: '=' | '!=' | '<' | '<=' | '>' | '>='
      readonly value: Comparable
    }
  | { readonly type: 'in'; readonly column: QueryColumn; readonly values: readonly Comparable[]; readonly orNull: boolean }
  /** `element` is canonical JSON. */
  | { readonly type: 'contains'; readonly column: QueryColumn; readonly element: string }
  | {
      readonly type: 'group'
      readonly members: readonly { readonly column: QueryColumn; readonly value: Comparable }[]
      readonly equal: boolean
    }

export interface Plan {
  readonly collection: CollectionDefinition
  readonly space: SpaceId | null
  readonly tests: readonly Test[]
  /** Ends with the id. */
  readonly order: readonly { readonly column: QueryColumn; readonly descending: boolean }[]
  readonly limit: number | null
  readonly offset: number
  /** An FTS5 expression. */
  readonly match: string | null
  readonly byRank: boolean
  readonly deleted: boolean
}

export type QueryFault =
  'query.unknownCollection' | 'query.unknownField' | 'query.comparison' | 'query.value' | 'query.order' | 'query.limit' | 'query.search'

/** Thrown for an invalid query, which a programmer has to correct. `code` is stable. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly code: QueryFault

  constructor(code: QueryFault, message: string) {
    super(message)
    this.code = code
  }
}

/** The most values in one `in`. More would be a join in disguise: query in pieces. */
export const IN_VALUES_MAX = 1000

/** Checks a query and plans it. @throws QueryError that names what does not fit the schema. */
export function planQuery(schema: SchemaDefinition, query: Query): Plan {
  const collection = Object.hasOwn(schema.collections, query.collection) ? schema.collections[query.collection] : undefined
  if (collection === undefined) throw new QueryError('query.unknownCollection', `there is no collection '${query.collection}'`)
  const match = query.search === null ? null : matchOf(query.search.words)
  if (query.search !== null && collection.search.length === 0) {
    throw new QueryError('query.search', `${collection.name} is not searched: declare collection({ … }, { search: ['title'] })`)
  }
  checkCount(query.limit ?? 0)
  checkCount(query.offset)
  return {
    collection,
    space: query.space,
    tests: query.where.map((condition) => testOf(collection, condition)),
    order: orderOf(collection, query, match !== null),
    limit: query.limit,
    offset: query.offset,
    match,
    byRank: match !== null && query.search?.rank === true,
    deleted: query.deleted === true,
  }
}

function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new QueryError('query.limit', `${count}: a limit or an offset is a whole number from 0`)
}

/** The order of a plan. A search without an order shows the newest first. */
function orderOf(collection: CollectionDefinition, query: Query, isSearch: boolean): Plan['order'] {
  const order: { column: QueryColumn; descending: boolean }[] = []
  for (const { field, direction } of query.orderBy) {
    const column = columnOf(collection, field)
    if (column.kind === 'set' || column.kind === 'json') throw new QueryError('query.order', `'${field}' has no order`)
    order.push({ column, descending: direction === 'desc' })
    if (column === ID_COLUMN) return order
  }
  return [...order, { column: ID_COLUMN, descending: order.at(-1)?.descending ?? isSearch }]
}

/** @throws QueryError for a name without a column. */
export function columnOf(collection: CollectionDefinition, name: string): QueryColumn {
  const field = queryFieldsOf(collection).get(name)
  if (field === undefined) throw new QueryError('query.unknownField', `${collection.name} has no field '${name}'`)
  if (field.type === 'column') return field.column
  throw new QueryError('query.unknownField', `'${name}' is a group: name a member, such as '${name}.${[...field.members.keys()][0] ?? ''}'`)
}

function testOf(collection: CollectionDefinition, { field, comparison, value }: Condition): Test {
  const named = queryFieldsOf(collection).get(field)
  if (named?.type === 'group' && (comparison === '=' || comparison === '!='))
    return groupTest(field, named.members, comparison === '=', value)
  const column = columnOf(collection, field)
  switch (comparison) {
    case 'contains':
      if (column.kind !== 'set') throw misfit(column, comparison)
      return { type: 'contains', column, element: canonicalJson(value) }
    case 'in':
      return inTest(column, value)
    case '=':
    case '!=':
      return { type: 'compare', column, comparison, value: comparable(column, comparison, value) }
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (value === null || column.kind === 'json' || column.kind === 'boolean') throw misfit(column, comparison)
      return { type: 'compare', column, comparison, value: comparable(column, comparison, value) }
  }
}

function inTest(column: QueryColumn, value: Json): Test {
  if (!Array.isArray(value)) throw new QueryError('query.value', `'${column.name}': 'in' wants a list of values`)
  if (value.length > IN_VALUES_MAX) throw new QueryError('query.value', `'${column.name}': 'in' takes at most ${IN_VALUES_MAX} values`)
  const values = (value as readonly Json[]).map((one) => comparable(column, 'in', one))
  return { type: 'in', column, values: values.filter((one) => one !== null), orNull: values.includes(null) }
}

/** Tests a whole group: every member equals that of `value`; members not given are absent. */
function groupTest(field: string, members: ReadonlyMap<string, QueryColumn>, equal: boolean, value: Json): Test {
  if (typeof value !== 'object' || Array.isArray(value))
    throw new QueryError('query.value', `'${field}' is a group: compare it with an object or null`)
  const given = (value ?? {}) as { readonly [member: string]: Json | undefined }
  const strange = Object.keys(given).find((member) => !members.has(member))
  if (strange !== undefined) throw new QueryError('query.unknownField', `'${field}' has no member '${strange}'`)
  const pairs = [...members].map(([member, column]) => ({ column, value: comparable(column, '=', given[member] ?? null) }))
  return { type: 'group', members: pairs, equal }
}

function comparable(column: QueryColumn, comparison: Comparison, value: Json): Comparable {
  if (value === null) return null
  switch (column.kind) {
    case 'text':
      if (typeof value === 'string') return value
      break
    case 'number':
      if (typeof value === 'number' && !Number.isNaN(value)) return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value ? 1 : 0
      break
    case 'json':
      return canonicalJson(value)
    case 'set':
      throw misfit(column, comparison)
  }
  throw new QueryError('query.value', `'${column.name}' is compared with a ${column.kind}, not with ${JSON.stringify(value)}`)
}

const misfit = ({ name, kind }: QueryColumn, comparison: Comparison): QueryError =>
  new QueryError(
    'query.comparison',
    `'${name}': '${comparison}' does not fit ${kind === 'set' ? "a set, which has 'contains'" : `a ${kind} and this value`}`,
  )
