/**
 * What a record has lost [Q5]. Two replicas that differ although both merged the same writes cannot tell from their records who is right;
 * the author of a change can, who still holds it and its receipt.
 *
 *   lostIn    on the author's device: whether the hub's record lacks what this device's record still shows of a change
 *   lostOf    at the hub, for a change that comes again: the operations that its record lacks
 *
 * Merging a write again is harmless only while no other write supersedes it. So both leave out what was written over.
 */
import type { FieldOperation, RecordOperations } from '../change.ts'
import { canonicalJson } from '../canonical.ts'
import type { Name } from '../ids.ts'
import { stateOfDocument } from './document-state.ts'
import type { FieldState, RecordState } from './record.ts'
import { EMPTY_REGISTER, hasEntry, type Register } from './register.ts'
import { documentOf, type TextEdit, type TextMerge } from './text.ts'

/** A write that was applied, and the version of the space that it took. */
export interface AppliedWrite {
  readonly name: Name
  readonly version: number
}

/**
 * Whether `after` lacks what a write left in `before`; undefined: there is no such record. A field that changed later in `after` lacks
 * nothing: `before` missed that change.
 */
export function lostIn(
  before: RecordState,
  after: RecordState | undefined,
  operations: RecordOperations,
  { name, version }: AppliedWrite,
): boolean {
  const traces = operations.fields.filter((operation) => hasTrace(before, operation, name))
  const isInLife = hasEntry(before.life.entries, name)
  if (after === undefined) return isInLife || traces.length > 0
  if (isInLife && after.life.version <= before.life.version && isLifeLost(after.life, operations, name)) return true
  return traces.some((operation) => {
    if (operation.kind === 'increment') return !isCounted(after, operation, version)
    return versionOf(after, operation) <= versionOf(before, operation) && isGone(before, after, operation, name)
  })
}

/** Whether a record has counted an increment that took this version: its field has changed then, or since. */
export const isCounted = (record: RecordState | undefined, operation: FieldOperation, version: number): boolean =>
  record !== undefined && versionOf(record, operation) >= version

/**
 * The operations of the write `name` that a record lacks; null if it lacks none. The same object if it lacks them all. Increments leave no
 * trace of their own: `hasCounted` says which are there.
 */
export function lostOf(
  record: RecordState | undefined,
  operations: RecordOperations,
  name: Name,
  { hasCounted, text }: { readonly hasCounted: (operation: FieldOperation) => boolean; readonly text: TextMerge },
): RecordOperations | null {
  if (record === undefined) return operations
  const fields = operations.fields.filter((operation) => {
    if (operation.kind === 'increment') return !hasCounted(operation)
    return operation.kind === 'edit' ? isUnedited(registerOf(record, operation), operation, text) : isLost(record, operation, name)
  })
  // Saying `alive` again for the sake of a field would take back a deletion.
  const isDeleted = operations.life === 'alive' && !record.life.entries.some(({ value }) => value === 'alive')
  if ((fields.length === 0 || isDeleted) && !isLifeLost(record.life, operations, name)) return null
  return fields.length === operations.fields.length ? operations : { ...operations, fields }
}

type Uncounted = Exclude<FieldOperation, { kind: 'increment' }>

/** Whether what an operation did is to be seen in a record. */
function hasTrace(record: RecordState, operation: FieldOperation, name: Name): boolean {
  const { entries } = registerOf(record, operation)
  switch (operation.kind) {
    case 'set':
    case 'addTo':
      return hasEntry(entries, name)
    case 'removeFrom':
      return !operation.over.some((tag) => hasEntry(entries, tag))
    case 'edit':
      return hasEntry(entries, operation.of)
    case 'increment':
      return true
  }
}

/** Whether what an operation did in `before` is gone from `after`. A text is gone where it is another one. */
function isGone(before: RecordState, after: RecordState, operation: Uncounted, name: Name): boolean {
  if (operation.kind !== 'edit') return isLost(after, operation, name)
  const [one, other] = [registerOf(before, operation), registerOf(after, operation)]
  return hasEntry(other.entries, operation.of) ? !isSameText(one, other, operation.of) : isMissing(other, operation.of)
}

/** Whether a record lacks what an operation did. */
function isLost(record: RecordState, operation: Exclude<Uncounted, { kind: 'edit' }>, name: Name): boolean {
  const register = registerOf(record, operation)
  return operation.kind === 'removeFrom' ? operation.over.some((tag) => hasEntry(register.entries, tag)) : isMissing(register, name)
}

/** Whether a text that is there lacks an edit: merged again, it changes something. */
function isUnedited({ entries }: Register, { of, update }: TextEdit, text: TextMerge): boolean {
  const entry = entries.find(({ name }) => name === of)
  if (entry === undefined) return false
  const document = documentOf(entry, text)
  const merged = text.merge(document, update)
  return merged !== null && (merged.text !== entry.value || stateTextOf(merged.document) !== stateTextOf(document))
}

const versionOf = ({ fields }: RecordState, { field }: FieldOperation): number => fields[field]?.version ?? 0

/** A life says the same many times; it is lost only if the record is deleted, or alive, for want of this write. */
function isLifeLost(life: Register, { life: value, lifeOver }: Pick<RecordOperations, 'life' | 'lifeOver'>, name: Name): boolean {
  const isSaid = life.entries.some((entry) => entry.value === value)
  return isMissing(life, name) && (!isSaid || lifeOver.some((over) => hasEntry(life.entries, over)))
}

/** Neither there nor written over. */
const isMissing = ({ entries, awaited }: Register, name: Name): boolean =>
  !hasEntry(entries, name) && !awaited.includes(name) && !entries.some(({ over }) => over.includes(name))

function isSameText(one: Register, other: Register, of: Name): boolean {
  const [a, b] = [one, other].map(({ entries }) => entries.find((entry) => entry.name === of))
  return a?.value === b?.value && stateTextOf(a?.document) === stateTextOf(b?.document)
}

const stateTextOf = (document: string | undefined): string => canonicalJson(stateOfDocument(document ?? ''))

/** The register that an operation writes to: of its field, or of its element. */
function registerOf({ fields }: RecordState, operation: FieldOperation): Register {
  const state: FieldState | undefined = fields[operation.field]
  if (state?.kind === 'register') return state
  if (state?.kind !== 'set' || !('element' in operation)) return EMPTY_REGISTER
  return state.elements[canonicalJson(operation.element)] ?? EMPTY_REGISTER
}
