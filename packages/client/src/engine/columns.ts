/**
 * How a collection's shown values stand in typed columns, so that SQL, indexes and full-text search are natural.
 *
 *   string text date localDateTime oneOf ref   TEXT          boolean    INTEGER 0 or 1
 *   number                                     REAL          json, set  TEXT holding canonical JSON
 *   integer counter                            INTEGER       group      a column for each member: "place.lat"
 */
import { canonicalJson, type CollectionDefinition, type FieldDefinition, type Json, sameJson, type ValueType } from '@tombolo/core'
import type { SqlRow, SqlValue } from '../storage/port.ts'

export interface Column {
  readonly name: string
  readonly type: 'TEXT' | 'REAL' | 'INTEGER'
  readonly write: (value: Json | undefined) => SqlValue
  readonly read: (value: SqlValue | undefined) => Json
}

/** One field of the schema, and the columns that hold it. */
export interface FieldColumns {
  readonly field: string
  readonly columns: readonly Column[]
  /** The field's value in the order of `columns`. */
  readonly write: (value: Json, into: SqlValue[]) => void
  readonly read: (row: SqlRow) => Json
  /** Do the columns give this value back just as it was? */
  readonly holds: (value: Json) => boolean
}

const layouts = new WeakMap<CollectionDefinition, readonly FieldColumns[]>()

/** The columns of a collection, in the order of its fields; made once for each definition. */
export function columnsOf(collection: CollectionDefinition): readonly FieldColumns[] {
  const made = layouts.get(collection)
  if (made !== undefined) return made
  const layout = Object.entries(collection.fields).map(([field, definition]) => fieldColumns(field, definition))
  layouts.set(collection, layout)
  return layout
}

function fieldColumns(field: string, definition: FieldDefinition): FieldColumns {
  if (definition.kind === 'group') return groupColumns(field, definition)
  const column = { name: field, ...codecOf(definition) }
  return {
    field,
    columns: [column],
    write: (value, into) => void into.push(column.write(value)),
    read: (row) => column.read(row[field]),
    holds: (value) => sameJson(column.read(column.write(value)), value),
  }
}

function groupColumns(field: string, definition: Extract<FieldDefinition, { kind: 'group' }>): FieldColumns {
  const members = Object.entries(definition.members).map(([member, value]) => ({
    member,
    column: { name: `${field}.${member}`, ...valueCodec(value.value) },
  }))
  return {
    field,
    columns: members.map(({ column }) => column),
    write: (value, into) => {
      const group = value as { readonly [member: string]: Json } | null
      for (const { member, column } of members) into.push(column.write(group?.[member]))
    },
    read: (row) => {
      const group: Record<string, Json> = {}
      for (const { member, column } of members) group[member] = column.read(row[column.name])
      return Object.values(group).every((value) => value === null) ? null : group
    },
    holds: (value) => value === null || (isObject(value) && members.some(({ member }) => (value[member] ?? null) !== null)),
  }
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Codec = Omit<Column, 'name'>

function codecOf(definition: Exclude<FieldDefinition, { kind: 'group' }>): Codec {
  switch (definition.kind) {
    case 'text':
      return plain('TEXT')
    case 'set':
      return { ...JSON_TEXT, read: (value) => (typeof value === 'string' ? (JSON.parse(value) as Json) : []) }
    case 'counter':
      return plain('INTEGER')
    case 'register':
      return valueCodec(definition.value)
  }
}

function valueCodec(value: ValueType): Codec {
  switch (value.type) {
    case 'number':
      return plain('REAL')
    case 'integer':
      return plain('INTEGER')
    case 'boolean':
      return BOOLEAN
    case 'json':
      return JSON_TEXT
    default:
      return plain('TEXT')
  }
}

const plain = (type: Column['type']): Codec => ({
  type,
  write: (value) => (value ?? null) as SqlValue,
  read: (value) => (value ?? null) as Json,
})

const BOOLEAN: Codec = {
  type: 'INTEGER',
  write: (value) => (value === true ? 1 : value === false ? 0 : null),
  read: (value) => (value === undefined || value === null ? null : value === 1),
}

const JSON_TEXT: Codec = {
  type: 'TEXT',
  write: (value) => (value === null || value === undefined ? null : canonicalJson(value)),
  read: (value) => (typeof value === 'string' ? (JSON.parse(value) as Json) : null),
}
