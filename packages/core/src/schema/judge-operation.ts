/** Judges one operation on one field: whether it fits the kind of the field, is given only once, and has an allowed value. */
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation } from '../change.ts'
import { OVER_MAX, SET_ELEMENTS_MAX, VALUE_BYTES_MAX } from '../limits.ts'
import type { FieldState } from '../merge/record.ts'
import { isRefusal, refuse } from './codes.ts'
import type { Check, FieldDefinition, Refusal, ValueType } from './definition.ts'
import { fillGroup, judgeGroup } from './group.ts'
import { faultOfJson } from './size.ts'
import { failedCheck } from './standard.ts'
import { checkType, checkValue } from './validate.ts'

type AddTo = Extract<FieldOperation, { kind: 'addTo' }>

/** The operations on one record that were judged so far. */
export interface Taken {
  /** Fields, and elements of sets. Searching a few keys in an array is faster than hashing them. */
  readonly keys: string[] | Set<string>
  /** The size that each set would have. */
  sizes: Map<string, number> | null
}

const FEW = 12

export const newTaken = (operations: number): Taken => ({ keys: operations <= FEW ? [] : new Set(), sizes: null })

function isFirst({ keys }: Taken, key: string): boolean {
  if (Array.isArray(keys)) return !keys.includes(key) && keys.push(key) > 0
  return !keys.has(key) && keys.add(key).size > 0
}

/** Returns the operation to merge, or why it is refused. For a change that was accepted once, checks only what merging relies on. */
export function judgeOperation(
  field: FieldDefinition,
  operation: FieldOperation,
  state: FieldState | undefined,
  taken: Taken,
  isAccepted: boolean,
): FieldOperation | Refusal {
  if (!fitsKind(field, operation) || !fitsState(operation, state))
    return refuse('operation.kind', `'${operation.kind}' does not fit a ${field.kind}.`)
  const judged = isAccepted ? filledAsAccepted(field, operation, state) : judgeValue(field, operation, state, taken)
  if (isRefusal(judged)) return judged
  if (!isFirst(taken, keyOf(operation))) return refuse('operation.twice')
  return 'over' in operation && operation.over.length > OVER_MAX ? refuse('operation.over') : judged
}

function fitsKind(field: FieldDefinition, { kind }: FieldOperation): boolean {
  switch (field.kind) {
    case 'register':
    case 'group':
      return kind === 'set'
    case 'text':
      return kind === 'set' || kind === 'edit'
    case 'set':
      return kind === 'addTo' || kind === 'removeFrom'
    case 'counter':
      return kind === 'increment'
  }
}

/**
 * Whether the stored state has the kind of the operation. A field may have changed its kind without an upgrade, and merging would throw.
 */
function fitsState({ kind }: FieldOperation, state: FieldState | undefined): boolean {
  if (state === undefined) return true
  if (kind === 'increment') return state.kind === 'counter'
  return state.kind === (kind === 'addTo' || kind === 'removeFrom' ? 'set' : 'register')
}

const filledAsAccepted = (field: FieldDefinition, operation: FieldOperation, state: FieldState | undefined): FieldOperation =>
  field.kind === 'group' && operation.kind === 'set' ? fillGroup(field, operation, state) : operation

/** The key of an operation: a change has at most one for each. */
const keyOf = (operation: FieldOperation): string =>
  operation.kind === 'addTo' || operation.kind === 'removeFrom' ? `${operation.field} ${canonicalJson(operation.element)}` : operation.field

function judgeValue(
  field: FieldDefinition,
  operation: FieldOperation,
  state: FieldState | undefined,
  taken: Taken,
): FieldOperation | Refusal {
  switch (operation.kind) {
    case 'set':
      return field.kind === 'group' ? judgeGroup(field, operation, state) : (checkWhole(field, operation.value) ?? operation)
    case 'addTo':
      return checkElement(field, operation.element) ?? checkRoom(operation, state, taken) ?? operation
    case 'removeFrom':
      return checkLeaving(operation.element) ?? operation
    case 'increment':
      return isIncrement(operation.by) ? operation : refuse('value.type', `A whole number up to ${INCREMENT_MAX} is wanted here.`)
    case 'edit':
      return checkUpdate(operation.update) ?? operation
  }
}

const STRING = { type: 'string' } as const

function checkWhole(field: FieldDefinition, value: Json): Refusal | null {
  if (field.kind === 'register') return checkValue(field, value)
  return field.kind === 'text' ? checkElementOf(STRING, field.checks, value) : refuse('operation.kind')
}

const checkElement = (field: FieldDefinition, element: Json): Refusal | null =>
  field.kind === 'set' ? checkElementOf(field.element, field.checks, element) : refuse('operation.kind')

function checkElementOf(type: ValueType, checks: readonly Check[], value: Json): Refusal | null {
  const fault = checkType(type, value)
  if (fault !== null) return fault
  const message = failedCheck(checks, value)
  return message === null ? null : refuse('value.invalid', message)
}

/** Checks an element to remove. Elements added under an older declaration may always be removed. */
function checkLeaving(element: Json): Refusal | null {
  const fault = faultOfJson(element)
  return fault === null ? null : refuse(fault)
}

const NO_ELEMENTS = {}

function checkRoom({ field, element }: AddTo, state: FieldState | undefined, taken: Taken): Refusal | null {
  const elements = state?.kind === 'set' ? state.elements : NO_ELEMENTS
  if (Object.hasOwn(elements, canonicalJson(element))) return null
  const sizes = (taken.sizes ??= new Map<string, number>())
  const count = (sizes.get(field) ?? Object.keys(elements).length) + 1
  sizes.set(field, count)
  return count > SET_ELEMENTS_MAX ? refuse('set.tooLarge') : null
}

/** The largest step of a counter. Steps are whole and bounded, so that the sum of nine million of them is still exact in any order. */
export const INCREMENT_MAX = 1_000_000_000
const isIncrement = (by: unknown): boolean => Number.isSafeInteger(by) && Math.abs(by as number) <= INCREMENT_MAX

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Checks the form of an update. Whether it applies to the text is for the hub to try (merge/text.ts). */
function checkUpdate(update: unknown): Refusal | null {
  if (typeof update !== 'string' || !BASE64.test(update)) return refuse('value.type', 'An edit is the base64 of a Yjs update.')
  return update.length > VALUE_BYTES_MAX ? refuse('value.tooLarge') : null
}
