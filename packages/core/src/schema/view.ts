/**
 * The view of a record: its merged state seen through the schema's rules. Every read and write of a device passes here, so the ordinary
 * case, one entry in each register, allocates nothing but the row itself.
 */
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation, RecordOperations } from '../change.ts'
import type { FieldState, RecordState, SetState } from '../merge/record.ts'
import type { Register } from '../merge/register.ts'
import { LIFE_FIELD, show, showLife, type Rule } from '../merge/rules.ts'
import type { CollectionDefinition, FieldDefinition } from './definition.ts'
import { isRequired } from './judge.ts'

/** The view of a record. */
export interface RecordView {
  /**
   * A value for every field of the collection: for a register its value or null; for a group an object with all members, or null; for a
   * text a string; for a set an array sorted by the canonical JSON of its elements; for a counter a number.
   */
  readonly values: Readonly<Record<string, Json>>
  readonly deleted: boolean
  /** Fields that a person must decide; `$life` if that is whether the record is deleted. */
  readonly conflicts: readonly string[]
}

const NONE: readonly string[] = []
const EMPTY_SET: readonly Json[] = []

/**
 * The shown values of a record. A required field that nobody has written reads as null: records of an older schema may lack it.
 * @example viewRecord(app.collections.notes, EMPTY_RECORD).values.title // null
 */
export function viewRecord(definition: CollectionDefinition, record: RecordState): RecordView {
  const values: Record<string, Json> = {}
  let conflicts: string[] | null = null
  const { fields } = definition
  for (const name in fields) {
    const field = fields[name]
    if (field === undefined) continue
    const state = record.fields[name]
    values[name] = state === undefined ? unwritten(field) : viewField(field, state)
    if (isConflicted(field, state)) (conflicts ??= []).push(name)
  }
  const life = showLife(definition.onDelete, record.life)
  if (life.conflicted) (conflicts ??= []).push(LIFE_FIELD)
  return { values, deleted: life.deleted, conflicts: conflicts ?? NONE }
}

/**
 * Whether a record has all the fields that whoever adds one must give.
 * @example isWhole(app.collections.notes, EMPTY_RECORD) // false
 */
export const isWhole = ({ fields }: CollectionDefinition, record: RecordState): boolean =>
  Object.entries(fields).every(([name, field]) => !isRequired(field) || record.fields[name] !== undefined)

/**
 * The view of a record added by one judged change, without merging it first; null if only merging can tell.
 * @example
 * const operations: RecordOperations = { collection: 'notes', record: noteId, life: 'deleted', lifeOver: [], fields: [] }
 * viewAdded(app.collections.notes, operations) // null
 */
export function viewAdded(definition: CollectionDefinition, { life, fields }: RecordOperations): RecordView | null {
  if (life === 'deleted') return null
  const values: Record<string, Json> = {}
  for (const name in definition.fields) {
    const field = definition.fields[name]
    if (field === undefined) continue
    if ('rule' in field && field.rule.type === 'custom') return null
    values[name] = unwritten(field)
  }
  for (const operation of fields) {
    const field = definition.fields[operation.field]
    const value = field === undefined ? undefined : addedValue(field, operation, values[operation.field])
    if (value === undefined) return null
    values[operation.field] = value
  }
  for (const name in values)
    if (isArray(values[name]) && definition.fields[name]?.kind === 'set') values[name] = inOrderOfKeys(values[name])
  return { values, deleted: false, conflicts: NONE }
}

/** The shown value after one more operation. Elements of a set are collected in the array that will be shown. */
function addedValue(field: FieldDefinition, operation: FieldOperation, sofar: Json | undefined): Json | undefined {
  switch (operation.kind) {
    case 'set':
      return field.kind === 'group' ? wholeGroup(field.members, operation.value) : (operation.value ?? unwritten(field))
    case 'addTo':
      if (sofar === EMPTY_SET || !isArray(sofar)) return [operation.element]
      sofar.push(operation.element)
      return sofar
    case 'increment':
      return operation.by
    case 'removeFrom':
    case 'edit':
      return undefined
  }
}

function inOrderOfKeys(elements: readonly Json[]): readonly Json[] {
  if (elements.length < 2) return elements
  const keyed = elements.map((element) => ({ key: canonicalJson(element), element }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ element }) => element)
}

const isArray = (value: Json | undefined): value is Json[] => Array.isArray(value)

/** The shown value of one field. */
export function viewField(field: FieldDefinition, state: FieldState): Json {
  switch (field.kind) {
    case 'register':
    case 'text':
      return (state.kind === 'register' ? shownValue(field.rule, state) : undefined) ?? unwritten(field)
    case 'group':
      return state.kind === 'register' ? wholeGroup(field.members, shownValue(field.rule, state)) : null
    case 'set':
      return state.kind === 'set' ? elementsOf(state) : EMPTY_SET
    case 'counter':
      return state.kind === 'counter' ? state.sum : 0
  }
}

/** The shown value of a field that nobody has written. */
export function unwritten(field: FieldDefinition): Json {
  switch (field.kind) {
    case 'register':
      return field.default ?? null
    case 'group':
      return null
    case 'text':
      return ''
    case 'set':
      return EMPTY_SET
    case 'counter':
      return 0
  }
}

function shownValue(rule: Rule, register: Register): Json | undefined {
  const { entries } = register
  return entries.length === 1 && rule.type !== 'custom' ? entries[0]?.value : show(rule, register).value
}

const isConflicted = (field: FieldDefinition, state: FieldState | undefined): boolean =>
  'rule' in field &&
  field.rule.type === 'review' &&
  state?.kind === 'register' &&
  state.entries.length > 1 &&
  show(field.rule, state).conflicted

type Members = Extract<FieldDefinition, { kind: 'group' }>['members']

/** Fills in null for absent members and for members that an older schema did not have. */
function wholeGroup(members: Members, value: Json | undefined): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const group = value as { readonly [key: string]: Json | undefined }
  for (const name in members) if (group[name] === undefined) return filled(members, group)
  return value
}

const filled = (members: Members, group: { readonly [key: string]: Json | undefined }): Json => ({
  ...Object.fromEntries(Object.keys(members).map((name) => [name, null])),
  ...group,
})

/** The elements whose register has an entry. A register with only awaited names is no element. */
function elementsOf({ elements }: SetState): readonly Json[] {
  const keys: string[] = []
  for (const key in elements) if ((elements[key]?.entries.length ?? 0) > 0) keys.push(key)
  if (keys.length === 0) return EMPTY_SET
  if (keys.length > 1) keys.sort()
  return keys.map((key) => elements[key]?.entries[0]?.value ?? null)
}
