/**
 * Compiles plans to SQL. The text depends only on a query's shape, not on its values, so that a statement is compiled once for each shape;
 * names come from the schema, never from the caller.
 */
import { type CollectionDefinition, SPACE_COLLECTION } from '@tombolo/core'
import type { Row } from '../engine/port.ts'
import { quoted } from '../engine/sql.ts'
import type { SqlValue } from '../storage/port.ts'
import type { QueryColumn } from './fields.ts'
import { columnOf, type Comparable, type Plan, QueryError, type Test } from './plan.ts'
import { selectAll, selectFor } from './select.ts'

export interface CompiledQuery {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** A compiled query, with the function that turns its values into a row. */
export interface CompiledRows extends CompiledQuery {
  readonly read: (values: readonly SqlValue[]) => Row
}

/** Rows without conflicts and refused values: see `isInTrouble`. */
export function compileRows(plan: Plan): CompiledRows {
  const params: SqlValue[] = []
  const where = whereOf(plan, params)
  params.push(plan.limit ?? -1)
  if (plan.offset > 0) params.push(plan.offset)
  const { columns, read } = selectFor(plan)
  const sql = `SELECT ${columns} FROM ${fromOf(plan)} WHERE ${where} ORDER BY ${orderOf(plan)} LIMIT ?${plan.offset > 0 ? ' OFFSET ?' : ''}`
  return { sql, params, read }
}

const recordQueries = new WeakMap<CollectionDefinition, Omit<CompiledRows, 'params'>>()

/** One record, by its id. */
export function compileRecord(collection: CollectionDefinition): Omit<CompiledRows, 'params'> {
  const made = recordQueries.get(collection)
  if (made !== undefined) return made
  const { columns, read } = selectAll(collection)
  const compiled = { sql: `SELECT ${columns} FROM ${quoted(collection.name)} AS t WHERE t.id = ? AND t."$deleted" = 0`, read }
  recordQueries.set(collection, compiled)
  return compiled
}

/** One row with one column, `count`: the number of matching records, regardless of the limit. */
export function compileCount(plan: Plan): CompiledQuery {
  const params: SqlValue[] = []
  const where = whereOf(plan, params)
  return { sql: `SELECT count(*) AS count FROM ${fromOf(plan)} WHERE ${where}`, params }
}

/** Rows with one column, `element`: the JSON of each element that the set has in any of the records, once. @throws QueryError */
export function compileElements(plan: Plan, field: string): CompiledQuery {
  const column = columnOf(plan.collection, field)
  if (column.kind !== 'set') throw new QueryError('query.comparison', `'${field}' is no set: it has no elements`)
  const params: SqlValue[] = []
  const where = whereOf(plan, params)
  params.push(plan.limit ?? -1)
  // SQLite gives true as 1, and an object as its JSON.
  const element = `CASE WHEN e.type IN ('true', 'false') THEN e.type WHEN e.type IN ('object', 'array') THEN e.value ELSE json_quote(e.value) END`
  const sql = `SELECT DISTINCT ${element} AS element FROM ${fromOf(plan)}, json_each(${column.sql}) AS e WHERE ${where} ORDER BY 1 LIMIT ?`
  return { sql, params }
}

function fromOf({ collection, match }: Plan): string {
  const table = `${quoted(collection.name)} AS t`
  return match === null ? table : `${quoted(`_fts_${collection.name}`)} AS f CROSS JOIN ${table} ON t.rowid = f.rowid`
}

function whereOf(plan: Plan, params: SqlValue[]): string {
  const parts: string[] = []
  if (plan.match !== null) {
    parts.push(`f.${quoted(`_fts_${plan.collection.name}`)} MATCH ?`)
    params.push(plan.match)
  }
  if (plan.space !== null) {
    parts.push('t.space = ?')
    params.push(plan.space)
  }
  // As a constant, so that SQLite can use the partial indexes.
  parts.push(`t."$deleted" = ${plan.deleted ? 1 : 0}`)
  // Records deleted with their space cannot be restored one by one.
  if (plan.deleted) parts.push(`NOT EXISTS (SELECT 1 FROM ${quoted(SPACE_COLLECTION)} AS s WHERE s.id = t.space AND s."$deleted" = 1)`)
  for (const test of plan.tests) parts.push(testSql(test, params))
  return parts.join(' AND ')
}

function testSql(test: Test, params: SqlValue[]): string {
  switch (test.type) {
    case 'compare':
      return compareSql(test.column, test.comparison, test.value, params)
    case 'in':
      return inSql(test.column, test.values, test.orNull, params)
    case 'contains':
      params.push(`[${test.element}]`)
      return `EXISTS (SELECT 1 FROM json_each(${test.column.sql}) AS e, json_each(?) AS w WHERE e.type = w.type AND e.value IS w.value)`
    case 'group': {
      params.push(...test.members.map(({ value }) => value))
      const members = test.members.map(({ column }) => `${column.sql} IS ?`)
      return `${test.equal ? '' : 'NOT '}(${members.join(' AND ')})`
    }
  }
}

function compareSql(column: QueryColumn, comparison: '=' | '!=' | '<' | '<=' | '>' | '>=', value: Comparable, params: SqlValue[]): string {
  const name = column.sql
  if (value === null) return `${name} IS ${comparison === '!=' ? 'NOT ' : ''}NULL`
  params.push(value)
  return `${name} ${comparison === '!=' ? 'IS NOT' : comparison} ?`
}

/** Pads the list to a power of two with its last value, so that lists of any length have few shapes. */
function inSql(column: QueryColumn, values: readonly Comparable[], orNull: boolean, params: SqlValue[]): string {
  const name = column.sql
  const size = values.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(values.length))
  for (let index = 0; index < size; index++) params.push(values[Math.min(index, values.length - 1)] ?? null)
  const among = size === 0 ? '0' : `${name} IN (${'?, '.repeat(size - 1)}?)`
  return orNull ? `(${among} OR ${name} IS NULL)` : among
}

function orderOf(plan: Plan): string {
  const terms = plan.order.map(({ column, descending }) => `${column.sql}${descending ? ' DESC' : ''}`)
  return plan.byRank ? ['f.rank', ...terms].join(', ') : terms.join(', ')
}
