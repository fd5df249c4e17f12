/**
 * Common upgrade steps, to be combined with `inOrder`. Each keeps [M7] by treating a write exactly as it treats the entries of a register.
 *
 *   upgrades: { 1: inOrder(renameField('notes', 'title', 'heading'), mapValue('notes', 'quality', (old) => (old === 'bad' ? 'poor' : old))) }
 *
 * A new field needs no step: declare it `.optional()`, or with a `.default(value)`, which is read if nobody has written the field and is
 * never stored. A step for one member of a group names the member, because a write may hold only part of the group: 'place.lat'.
 */
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation, RecordOperations } from '../change.ts'
import type { FieldState, RecordState, SetState } from '../merge/record.ts'
import type { Entry, Register } from '../merge/register.ts'
import type { Upgrade } from './definition.ts'

/** The upgrade that changes nothing: only optional fields, defaults, collections, rules, checks or indexes were added. */
export const unchanged: Upgrade = { change: (operations) => operations, record: (_, record) => record, collections: [] }

/** Combines several upgrades into one, applied from left to right. */
export const inOrder = (...steps: readonly Upgrade[]): Upgrade => ({
  change: (operations, before) =>
    steps.reduce<readonly RecordOperations[] | null>((done, step) => (done === null ? null : step.change(done, before)), operations),
  record: (collection, record) => steps.reduce((done, step) => step.record(collection, done), record),
  ...(steps.every(({ collections }) => collections !== undefined)
    ? { collections: steps.flatMap(({ collections = [] }) => collections) }
    : {}),
})

/**
 * Renames the field `from` to `to`, a name that the collection does not have yet.
 * @example const upgrades = { 1: renameField('notes', 'title', 'heading') }
 */
export const renameField = (collection: string, from: string, to: string): Upgrade =>
  stepOf(collection, from, {
    operation: (operation) => [{ ...operation, field: to }],
    state: (state) => ({ [to]: state }),
  })

/** Removes a field and everything written to it. To keep the data, leave the field in the schema and stop showing it. */
export const dropField = (collection: string, field: string): Upgrade =>
  stepOf(collection, field, { operation: () => [], state: () => ({}) })

/**
 * Replaces every value of a field, or of a member of a group, by `map(value)`. `map` must be pure and is never given null. For a set it
 * maps the elements and should keep different ones different: if two become one, an add wins over a removal. An in-place edit of a text has
 * no value to map, so it cannot be upgraded.
 * @example mapValue('visits', 'place.lat', (degrees) => Number(degrees) / 1e6)
 */
export function mapValue(collection: string, field: string, map: (value: Json) => Json): Upgrade {
  const [name = field, member] = field.split('.')
  const mapped = member === undefined ? exceptNull(map) : ofMember(member, exceptNull(map))
  return stepOf(collection, name, {
    operation: (operation) => mapOperation(operation, mapped),
    state: (state) => ({ [name]: mapState(state, mapped) }),
  })
}

/**
 * Fills the new field `to` with `map` of the value of `from`, in everything written before. `from` stays as it is.
 * @example
 * const familyOf = (name: Json): Json => String(name).split(' ').at(-1) ?? ''
 * inOrder(deriveField('people', 'name', 'family', familyOf), dropField('people', 'name')).collections // ['people', 'people']
 */
export const deriveField = (collection: string, from: string, to: string, map: (value: Json) => Json): Upgrade =>
  stepOf(collection, from, {
    operation: (operation) => {
      const derived = mapOperation(operation, exceptNull(map))
      return derived === null ? null : [operation, ...derived.map((other) => ({ ...other, field: to }))]
    },
    state: (state) => ({ [from]: state, [to]: mapState(state, exceptNull(map)) }),
  })

interface FieldStep {
  /** The operations that a write of the field becomes; null if it cannot be upgraded. */
  readonly operation: (operation: FieldOperation) => readonly FieldOperation[] | null
  /** The fields that the field's merged state becomes. */
  readonly state: (state: FieldState) => Readonly<Record<string, FieldState>>
}

const stepOf = (collection: string, field: string, step: FieldStep): Upgrade => ({
  change: (operations) => upgradeOperations(operations, collection, field, step),
  record: (name, record) => (name === collection ? upgradeFields(record, field, step) : record),
  collections: [collection],
})

function upgradeFields(record: RecordState, field: string, step: FieldStep): RecordState {
  const { [field]: state, ...others } = record.fields
  return state === undefined ? record : { ...record, fields: { ...others, ...step.state(state) } }
}

function upgradeOperations(
  operations: readonly RecordOperations[],
  collection: string,
  field: string,
  step: FieldStep,
): readonly RecordOperations[] | null {
  const upgraded: RecordOperations[] = []
  for (const record of operations) {
    const isNamed = record.collection === collection && record.fields.some((operation) => operation.field === field)
    const fields = isNamed ? upgradeWrites(record.fields, field, step) : record.fields
    if (fields === null) return null
    upgraded.push(isNamed ? { ...record, fields } : record)
  }
  return upgraded
}

function upgradeWrites(operations: readonly FieldOperation[], field: string, step: FieldStep): readonly FieldOperation[] | null {
  const upgraded: FieldOperation[] = []
  for (const operation of operations) {
    const becomes = operation.field === field ? step.operation(operation) : [operation]
    if (becomes === null) return null
    for (const other of becomes) addOperation(upgraded, other)
  }
  return upgraded
}

/** Appends an operation, keeping one for each element. If two elements became one, an add wins, and supersedes what either superseded. */
function addOperation(operations: FieldOperation[], added: FieldOperation): void {
  const at = operations.findIndex((other) => isSameElement(other, added))
  const other = operations[at]
  if (other === undefined || !isElement(other) || !isElement(added)) operations.push(added)
  else operations[at] = { ...(other.kind === 'addTo' ? other : added), over: [...new Set([...other.over, ...added.over])].sort() }
}

type ElementOperation = Extract<FieldOperation, { kind: 'addTo' | 'removeFrom' }>
const isElement = (operation: FieldOperation): operation is ElementOperation =>
  operation.kind === 'addTo' || operation.kind === 'removeFrom'
const isSameElement = (a: FieldOperation, b: FieldOperation): boolean =>
  isElement(a) && isElement(b) && a.field === b.field && canonicalJson(a.element) === canonicalJson(b.element)

function mapOperation(operation: FieldOperation, map: (value: Json) => Json): readonly FieldOperation[] | null {
  switch (operation.kind) {
    case 'set':
      return [{ ...operation, value: map(operation.value) }]
    case 'addTo':
    case 'removeFrom':
      return [{ ...operation, element: map(operation.element) }]
    case 'increment':
    case 'edit':
      return null
  }
}

function mapState(state: FieldState, map: (value: Json) => Json): FieldState {
  switch (state.kind) {
    case 'register':
      return mapEntries(state, map)
    case 'set':
      return mapElements(state, map)
    case 'counter':
      return state
  }
}

/** Maps the values of entries. Their documents are dropped, because a mapped value would contradict them. */
const mapEntries = (register: Register, map: (value: Json) => Json): Register => ({
  ...register,
  entries: register.entries.map((entry) => (entry.document === undefined ? { ...entry, value: map(entry.value) } : entry)),
})

function mapElements(state: SetState, map: (value: Json) => Json): SetState {
  const elements: Record<string, Register> = {}
  for (const [key, tags] of Object.entries(state.elements)) {
    const mappedKey = canonicalJson(map(JSON.parse(key) as Json))
    const mapped = mapEntries(tags, map)
    const other = elements[mappedKey]
    elements[mappedKey] = other === undefined ? mapped : unite(other, mapped)
  }
  return { ...state, elements }
}

const unite = (a: Register, b: Register): Register => ({
  ...a,
  entries: [...a.entries, ...b.entries.filter((entry) => !a.entries.some((other) => other.name === entry.name))].sort(byName),
  awaited: [...new Set([...a.awaited, ...b.awaited])].sort(),
  version: Math.max(a.version, b.version),
})

const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : 1)

const exceptNull =
  (map: (value: Json) => Json) =>
  (value: Json): Json =>
    value === null ? null : map(value)

const ofMember =
  (member: string, map: (value: Json) => Json) =>
  (value: Json): Json => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const group = value as { readonly [name: string]: Json | undefined }
    const before = group[member]
    return before === undefined ? value : { ...group, [member]: map(before) }
  }
