/**
 * Fast rows from SQLite: the columns that a query selects, and turning their values into rows.
 *
 * - Values that the query itself fixes (its space, a field that must equal something) are not selected.
 * - Conflicts and refused values are rare, so they are not selected but looked up for rows whose `$state` indicates them.
 * - All rows of a collection have one shape: a filled copy of a template with every field, which JavaScript engines copy fast.
 * - Equal sets share one array, because people use few combinations of tags.
 */
import type { CollectionDefinition, FieldDefinition, Json, ValueType } from '@tombolo/core'
import type { Row } from '../engine/port.ts'
import { quoted } from '../engine/sql.ts'
import type { SqlValue } from '../storage/port.ts'
import type { Comparable, Plan } from './plan.ts'

export interface Selection {
  /** The columns, of the table `t`. */
  readonly columns: string
  /** A row from the values of these columns. */
  readonly read: (values: readonly SqlValue[]) => Row
}

/** Whether a row's `$state` indicates conflicts or refused values. A selection leaves these null. */
export const isInTrouble = ({ $state }: Row): boolean => $state === 'failed' || $state === 'conflicted'

/** Whole rows of a collection. */
export const selectAll = (collection: CollectionDefinition): Selection => selectionOf(collection, {})

/** The selection for a query. */
export function selectFor({ collection, space, tests }: Plan): Selection {
  const given: Record<string, unknown> = space === null ? {} : { space }
  for (const test of tests) {
    if (test.type !== 'compare' || test.comparison !== '=') continue
    const value = givenValue(collection.fields[test.column.name], test.value)
    if (value !== undefined) given[test.column.name] = value
  }
  return selectionOf(collection, given)
}

/** The value of a field that the query fixes; undefined if equal values may differ: -0 and 0, or text that SQLite alters. */
function givenValue(field: FieldDefinition | undefined, value: Comparable): unknown {
  if (field?.kind !== 'register' || value === null) return undefined
  switch (field.value.type) {
    case 'boolean':
      return value === 1
    case 'string':
    case 'date':
    case 'localDateTime':
    case 'oneOf':
    case 'ref':
      return typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : undefined
    case 'number':
    case 'integer':
    case 'json':
      return undefined
  }
}

// ── making rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type RowInTheMaking = Record<string, unknown>
/** Puts the value of a column into a row. */
type Fill = (row: RowInTheMaking, value: SqlValue) => void

interface Part {
  /** The field of the column, which is not selected if its value is fixed. */
  readonly field: string
  readonly sql: string
  /** Null if the column's value is the field's value. */
  readonly fill: Fill | null
}

interface Layout {
  readonly template: Readonly<RowInTheMaking>
  readonly parts: readonly Part[]
  /** Shapes, by the fixed fields. */
  readonly shapes: Map<string, Shape>
}

/** The columns of a selection; those that need no conversion come first. */
interface Shape {
  readonly columns: string
  readonly fields: readonly string[]
  readonly fills: readonly Fill[]
}

const layouts = new WeakMap<CollectionDefinition, Layout>()

function selectionOf(collection: CollectionDefinition, given: Readonly<RowInTheMaking>): Selection {
  const layout = layouts.get(collection) ?? layoutOf(collection)
  layouts.set(collection, layout)
  const key = Object.keys(given).join(' ')
  const { columns, fields, fills } = layout.shapes.get(key) ?? newShape(layout, key, given)
  const start: Readonly<RowInTheMaking> = { ...layout.template, ...given }
  const read = (values: readonly SqlValue[]): Row => {
    const row = { ...start }
    for (let index = 0; index < fields.length; index++) row[fields[index] ?? ''] = values[index]
    for (let index = 0; index < fills.length; index++) fills[index]?.(row, values[fields.length + index] ?? null)
    return row as unknown as Row
  }
  return { columns, read }
}

function newShape({ parts, shapes }: Layout, key: string, given: Readonly<RowInTheMaking>): Shape {
  const wanted = parts.filter(({ field }) => given[field] === undefined)
  const plain = wanted.filter(({ fill }) => fill === null)
  const filled = wanted.filter(({ fill }) => fill !== null)
  const shape: Shape = {
    columns: [...plain, ...filled].map(({ sql }) => sql).join(', '),
    fields: plain.map(({ field }) => field),
    fills: filled.map(({ fill }) => fill).filter((fill) => fill !== null),
  }
  shapes.set(key, shape)
  return shape
}

const NO_CONFLICTS: readonly string[] = []

function layoutOf({ name: collection, fields }: CollectionDefinition): Layout {
  const names = Object.keys(fields)
  const standing = {
    id: null,
    space: null,
    $collection: collection,
    $state: 'synced',
    $version: null,
    $conflicts: NO_CONFLICTS,
    $failed: null,
  }
  return {
    template: { ...Object.fromEntries(names.map((name) => [name, null])), ...standing },
    parts: [
      { field: 'id', sql: 't.id', fill: null },
      { field: 'space', sql: 't.space', fill: null },
      { field: '$state', sql: `NULLIF(t."$state", 'synced')`, fill: fillState },
      { field: '$version', sql: `t."$version" || '.' || t."$edited"`, fill: null },
      ...Object.entries(fields).flatMap(([name, definition]) => partsOf(name, definition)),
    ],
    shapes: new Map(),
  }
}

/** NULL stands for `synced`: nearly all rows are, and it is cheaper to read than a string. */
const fillState: Fill = (row, value) => {
  if (value !== null) row['$state'] = value
}

const columnSql = (name: string): string => `t.${quoted(name)}`

const into =
  (name: string): Fill =>
  (row, value) => {
    row[name] = value
  }

function partsOf(name: string, definition: FieldDefinition): readonly Part[] {
  const part = (fill: Fill | null): readonly Part[] => [{ field: name, sql: columnSql(name), fill }]
  switch (definition.kind) {
    case 'text':
    case 'counter':
      return part(null)
    case 'set':
      return part((row, value) => {
        row[name] = typeof value === 'string' ? elementsOf(value) : NOTHING
      })
    case 'register':
      return part(fillOfValue(name, definition.value))
    case 'group':
      return Object.entries(definition.members).map(([member, { value }], index, all) => {
        const fill = fillOfValue(member, value) ?? into(member)
        return { field: name, sql: columnSql(`${name}.${member}`), fill: intoGroup(name, fill, index === 0, index === all.length - 1) }
      })
  }
}

function fillOfValue(name: string, { type }: ValueType): Fill | null {
  switch (type) {
    case 'boolean':
      return (row, value) => {
        row[name] = value === null ? null : value === 1
      }
    case 'json':
      return (row, value) => {
        row[name] = typeof value === 'string' ? JSON.parse(value) : null
      }
    case 'string':
    case 'number':
    case 'integer':
    case 'date':
    case 'localDateTime':
    case 'oneOf':
    case 'ref':
      return null
  }
}

/** Fills a member of a group. The first member creates the group; the last one removes it if all members are absent. */
function intoGroup(name: string, fill: Fill, isFirst: boolean, isLast: boolean): Fill {
  return (row, value) => {
    if (isFirst) row[name] = {}
    const group = row[name] as RowInTheMaking
    fill(group, value)
    if (isLast && value === null && Object.values(group).every((member) => member === null)) row[name] = null
  }
}

const NOTHING: readonly Json[] = []

/** Sets by their text. Cleared when full; sets in use are added again. */
const knownSets = new Map<string, readonly Json[]>()
const KNOWN_SETS_MAX = 1000
const KNOWN_SET_LENGTH_MAX = 200

function elementsOf(text: string): readonly Json[] {
  const known = knownSets.get(text)
  if (known !== undefined) return known
  const elements = JSON.parse(text) as readonly Json[]
  if (text.length > KNOWN_SET_LENGTH_MAX) return elements
  if (knownSets.size >= KNOWN_SETS_MAX) knownSets.clear()
  knownSets.set(text, elements)
  return elements
}
