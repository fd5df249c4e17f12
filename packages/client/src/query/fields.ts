/**
 * The names that a query may use: fields of the schema, members of groups as `place.lat`, the precision of a date as `seen.precision`, and
 * `id` and `$state`. Each name has a column of the collection's table, which compile.ts uses, and an equal value of a row, which
 * evaluate.ts reads.
 */
import type { CollectionDefinition, FieldDefinition, ValueType } from '@tombolo/core'
import type { Row } from '../engine/port.ts'
import { quoted } from '../engine/sql.ts'

/** How a column compares: `text` by code points, `number` and `boolean` by size, `set` and `json` not at all. */
export type ColumnKind = 'text' | 'number' | 'boolean' | 'set' | 'json'

export interface QueryColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** Its value in the row `t`. */
  readonly sql: string
  readonly read: (row: Row) => unknown
}

/** A column, or a group with all its columns. */
export type QueryField =
  { readonly type: 'column'; readonly column: QueryColumn } | { readonly type: 'group'; readonly members: ReadonlyMap<string, QueryColumn> }

const known = new WeakMap<CollectionDefinition, ReadonlyMap<string, QueryField>>()

/** The fields of a collection, computed once for each definition. */
export function queryFieldsOf(collection: CollectionDefinition): ReadonlyMap<string, QueryField> {
  const made = known.get(collection)
  if (made !== undefined) return made
  const fields = new Map<string, QueryField>([asColumn('id', 'text'), asColumn('$state', 'text')])
  for (const [name, definition] of Object.entries(collection.fields)) addField(fields, name, definition)
  known.set(collection, fields)
  return fields
}

/** The column that ends every order. */
export const ID_COLUMN: QueryColumn = { name: 'id', kind: 'text', sql: 't.id', read: (row) => row.id }

function addField(fields: Map<string, QueryField>, name: string, definition: FieldDefinition): void {
  if (definition.kind !== 'group') {
    fields.set(...asColumn(name, kindOf(definition)))
    if (definition.kind === 'register' && definition.value.type === 'date')
      fields.set(`${name}.precision`, { type: 'column', column: precisionColumn(name) })
    return
  }
  const members = Object.entries(definition.members).map(([member, { value }]) => [member, memberColumn(name, member, value)] as const)
  fields.set(name, { type: 'group', members: new Map(members) })
  for (const [, column] of members) fields.set(column.name, { type: 'column', column })
}

const asColumn = (name: string, kind: ColumnKind): [string, QueryField] => [
  name,
  { type: 'column', column: name === 'id' ? ID_COLUMN : { name, kind, sql: `t.${quoted(name)}`, read: (row) => row[name] } },
]

/** A date is `1977`, `1977-07` or `1977-07-04`: its length gives its precision. */
const PRECISION_BY_LENGTH = { 4: 'year', 7: 'month', 10: 'day' } as const

export type DatePrecision = (typeof PRECISION_BY_LENGTH)[keyof typeof PRECISION_BY_LENGTH]

function precisionColumn(name: string): QueryColumn {
  const cases = Object.entries(PRECISION_BY_LENGTH).map(([length, precision]) => `WHEN ${length} THEN '${precision}'`)
  return {
    name: `${name}.precision`,
    kind: 'text',
    sql: `CASE length(t.${quoted(name)}) ${cases.join(' ')} END`,
    read: (row) => PRECISION_BY_LENGTH[(row[name] as string | null)?.length as keyof typeof PRECISION_BY_LENGTH] ?? null,
  }
}

const memberColumn = (group: string, member: string, value: ValueType): QueryColumn => ({
  name: `${group}.${member}`,
  kind: kindOfValue(value),
  sql: `t.${quoted(`${group}.${member}`)}`,
  read: (row) => (row[group] as { readonly [member: string]: unknown } | null)?.[member],
})

function kindOf(definition: Exclude<FieldDefinition, { kind: 'group' }>): ColumnKind {
  switch (definition.kind) {
    case 'text':
      return 'text'
    case 'set':
      return 'set'
    case 'counter':
      return 'number'
    case 'register':
      return kindOfValue(definition.value)
  }
}

function kindOfValue(value: ValueType): ColumnKind {
  switch (value.type) {
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'json':
      return 'json'
    case 'string':
    case 'date':
    case 'localDateTime':
    case 'oneOf':
    case 'ref':
      return 'text'
  }
}
