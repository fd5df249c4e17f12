/**
 * The mapping of a collection's shown values to typed columns, so that SQL, indexes and full-text search work on them directly.
 *
 *   string text date localDateTime oneOf ref   TEXT          boolean    INTEGER 0 or 1
 *   number                                     REAL          json, set  TEXT holding canonical JSON
 *   integer counter                            INTEGER       group      a column for each member: "place.lat"
 *
 * A **layout** is this mapping as data. It is stored beside the table, so that a later schema can read rows of an earlier one.
 */
import { canonicalJson, type CollectionDefinition, type FieldDefinition, type Json, sameJson, type ValueType } from '@tombolo/core'
import type { SqlRow, SqlValue } from '../storage/port.ts'
import { storedJson } from './stored-json.ts'

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
  /** Whether the columns return this value exactly. */
  readonly holds: (value: Json) => boolean
}

type CodecName = 'text' | 'real' | 'integer' | 'boolean' | 'json' | 'set'

/** By field; of a group by member. */
export type Layout = Readonly<Record<string, CodecName | Readonly<Record<string, CodecName>>>>

const layouts = new WeakMap<CollectionDefinition, readonly FieldColumns[]>()

/** The columns of a collection, in the order of its fields; made once for each definition. */
export function columnsOf(collection: CollectionDefinition): readonly FieldColumns[] {
  const made = layouts.get(collection)
  if (made !== undefined) return made
  const columns = columnsIn(layoutOf(collection))
  layouts.set(collection, columns)
  return columns
}

export const layoutOf = ({ fields }: CollectionDefinition): Layout =>
  Object.fromEntries(Object.entries(fields).map(([field, definition]) => [field, codecsOf(definition)]))

export const columnsIn = (layout: Layout): readonly FieldColumns[] =>
  Object.entries(layout).map(([field, codecs]) => (typeof codecs === 'string' ? fieldColumns(field, codecs) : groupColumns(field, codecs)))

function fieldColumns(field: string, codec: CodecName): FieldColumns {
  const column = { name: field, ...CODECS[codec] }
  return {
    field,
    columns: [column],
    write: (value, into) => void into.push(column.write(value)),
    read: (row) => column.read(row[field]),
    holds: (value) => sameJson(column.read(column.write(value)), value),
  }
}

function groupColumns(field: string, codecs: Readonly<Record<string, CodecName>>): FieldColumns {
  const members = Object.entries(codecs).map(([member, codec]) => ({ member, column: { name: `${field}.${member}`, ...CODECS[codec] } }))
  const isKnown = (member: string): boolean => Object.hasOwn(codecs, member)
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
    // A member that only newer apps know has no column.
    holds: (value) =>
      value === null ||
      (isObject(value) &&
        Object.keys(value).every(isKnown) &&
        members.some(({ member }) => (value[member] ?? null) !== null) &&
        members.every(({ member, column }) => sameJson(column.read(column.write(value[member])), value[member] ?? null))),
  }
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function codecsOf(definition: FieldDefinition): CodecName | Readonly<Record<string, CodecName>> {
  switch (definition.kind) {
    case 'group':
      return Object.fromEntries(Object.entries(definition.members).map(([member, { value }]) => [member, codecOf(value)]))
    case 'text':
      return 'text'
    case 'set':
      return 'set'
    case 'counter':
      return 'integer'
    case 'register':
      return codecOf(definition.value)
  }
}

function codecOf(value: ValueType): CodecName {
  switch (value.type) {
    case 'number':
      return 'real'
    case 'integer':
    case 'boolean':
    case 'json':
      return value.type
    default:
      return 'text'
  }
}

type Codec = Omit<Column, 'name'>

/** The codec of a plain value. A value of another type comes from a newer app: it is written as JSON and not read as the field's value. */
const plain = (type: Column['type'], kind: 'string' | 'number'): Codec => ({
  type,
  write: (value) => (value === null || value === undefined ? null : typeof value === kind ? (value as SqlValue) : canonicalJson(value)),
  read: (value) => (value ?? null) as Json,
})

const CODECS: Readonly<Record<CodecName, Codec>> = {
  text: plain('TEXT', 'string'),
  real: plain('REAL', 'number'),
  integer: plain('INTEGER', 'number'),
  boolean: {
    type: 'INTEGER',
    write: (value) => (value === true ? 1 : value === false ? 0 : null),
    read: (value) => (value === undefined || value === null ? null : value === 1),
  },
  json: {
    type: 'TEXT',
    write: (value) => (value === null || value === undefined ? null : canonicalJson(value)),
    read: (value) => (typeof value === 'string' ? (storedJson(value) as Json) : null),
  },
  set: {
    type: 'TEXT',
    write: (value) => (value === null || value === undefined ? null : canonicalJson(value)),
    read: (value) => (typeof value === 'string' ? (storedJson(value) as Json) : []),
  },
}
