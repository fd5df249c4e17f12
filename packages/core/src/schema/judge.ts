/**
 * Judging a change: may it be merged, and as what? The device asks when a person saves, the hub when the change arrives, and both
 * get the same answer from the same record [P5][M6].
 *
 *   content ── upgrade to this schema ── each record ── each field ──► operations to merge (groups completed)
 *                                                            └───────► the first refusal, with its place
 *
 * Judging what was judged changes nothing. A change that comes with its receipt was accepted once: it is only asked for what
 * merging relies on, that its operations fit the kinds of their fields [P6].
 */
import { canonicalJson, type Json } from '../canonical.ts'
import type { Content, FieldOperation, RecordOperations } from '../change.ts'
import { isRecordId } from '../ids.ts'
import { OVER_MAX, SET_ELEMENTS_MAX, VALUE_BYTES_MAX } from '../limits.ts'
import type { FieldState, RecordState } from '../merge/record.ts'
import { isRefusal, refuse } from './codes.ts'
import {
  type Before,
  type Check,
  type CollectionDefinition,
  type FieldDefinition,
  type JudgeOptions,
  type Refusal,
  type SchemaDefinition,
  SPACE_COLLECTION,
  type ValueType,
} from './definition.ts'
import { fillGroup, judgeGroup } from './group.ts'
import { checkBytes, checkCount, faultOfJson } from './size.ts'
import { failedCheck } from './standard.ts'
import { upgradeContent } from './upgrade.ts'
import { checkType, checkValue } from './validate.ts'

const JUDGE_ALL: JudgeOptions = {}

type AddTo = Extract<FieldOperation, { kind: 'addTo' }>

/**
 * The operations to merge, or the first reason to refuse. Content of an older schema is upgraded first.
 * @throws SchemaError `declaration.check` where a check turns out to be asynchronous; and whatever a check throws.
 * @example const judged = judge(app, content, (collection, record) => state(collection, record)); if (isRefusal(judged)) …
 */
export function judge(
  schema: SchemaDefinition,
  content: Content,
  before: Before,
  options: JudgeOptions = JUDGE_ALL,
): readonly RecordOperations[] | Refusal {
  const isAccepted = options.receipt === true
  const tooMuch = isAccepted ? null : checkCount(content)
  if (tooMuch !== null) return tooMuch
  const upgraded = upgradeContent(schema, content, before)
  if (isRefusal(upgraded)) return upgraded
  const judged = judgeRecords(schema, content, upgraded, before, isAccepted)
  return isRefusal(judged) || isAccepted ? judged : (checkBytes(content) ?? judged)
}

function judgeRecords(
  schema: SchemaDefinition,
  content: Content,
  operations: readonly RecordOperations[],
  before: Before,
  isAccepted: boolean,
): readonly RecordOperations[] | Refusal {
  const taken = new Set<string>()
  const judged: RecordOperations[] = []
  for (const record of operations) {
    const answer = judgeRecord(schema, content, record, before, isAccepted, taken)
    if (isRefusal(answer)) return { ...answer, collection: record.collection, record: record.record }
    judged.push(answer)
  }
  return judged.every((record, index) => record === operations[index]) ? operations : judged
}

function judgeRecord(
  schema: SchemaDefinition,
  content: Content,
  operations: RecordOperations,
  before: Before,
  isAccepted: boolean,
  taken: Set<string>,
): RecordOperations | Refusal {
  const definition = Object.hasOwn(schema.collections, operations.collection) ? schema.collections[operations.collection] : undefined
  if (definition === undefined) return refuse('schema.unknownCollection', `There is no collection '${operations.collection}'.`)
  const fault = checkIdentity(content, operations, taken)
  if (fault !== null) return fault
  const record = before(operations.collection, operations.record)
  const fields = judgeFields(definition, operations, record, isAccepted)
  if (isRefusal(fields)) return fields
  const absent = isAccepted ? null : checkPresence(definition, operations, record)
  if (absent !== null) return absent
  return fields === operations.fields ? operations : { ...operations, fields }
}

function checkIdentity(content: Content, { collection, record, lifeOver }: RecordOperations, taken: Set<string>): Refusal | null {
  if (!isRecordId(record)) return refuse('record.id')
  if (collection === SPACE_COLLECTION && (record as string) !== (content.space as string)) return refuse('space.id')
  const key = `${collection} ${record}`
  if (taken.has(key)) return refuse('operation.twice')
  taken.add(key)
  return lifeOver.length > OVER_MAX ? refuse('operation.over') : null
}

/** A record that is not there is created by giving it what is required; there is nothing of it to delete or restore. */
function checkPresence(definition: CollectionDefinition, operations: RecordOperations, record: RecordState | undefined): Refusal | null {
  if (record !== undefined && record.life.entries.length > 0) return null
  if (operations.life === 'deleted' && operations.fields.length === 0) return refuse('record.absent')
  for (const [field, fieldDefinition] of Object.entries(definition.fields)) {
    const isGiven = !isRequired(fieldDefinition) || operations.fields.some((operation) => operation.field === field)
    if (!isGiven) return refuse('record.absent', `'${field}' is required.`, { field })
  }
  return null
}

/** Must a new record be given this field? */
export const isRequired = (field: FieldDefinition): boolean =>
  (field.kind === 'group' && !field.optional) || (field.kind === 'register' && !field.optional && field.default === undefined)

function judgeFields(
  definition: CollectionDefinition,
  operations: RecordOperations,
  record: RecordState | undefined,
  isAccepted: boolean,
): readonly FieldOperation[] | Refusal {
  const taken = new Set<string>()
  const added = new Map<string, number>()
  const judged: FieldOperation[] = []
  for (const operation of operations.fields) {
    const field = Object.hasOwn(definition.fields, operation.field) ? definition.fields[operation.field] : undefined
    if (field === undefined) return refuse('schema.unknownField', `There is no field '${operation.field}'.`, { field: operation.field })
    const state = record?.fields[operation.field]
    const answer = judgeOne(field, operation, state, taken, added, isAccepted)
    if (isRefusal(answer)) return answer.field === undefined ? { ...answer, field: operation.field } : answer
    judged.push(answer)
  }
  return judged.every((operation, index) => operation === operations.fields[index]) ? operations.fields : judged
}

function judgeOne(
  field: FieldDefinition,
  operation: FieldOperation,
  state: FieldState | undefined,
  taken: Set<string>,
  added: Map<string, number>,
  isAccepted: boolean,
): FieldOperation | Refusal {
  if (!fitsKind(field, operation) || !fitsState(operation, state))
    return refuse('operation.kind', `'${operation.kind}' does not fit a ${field.kind}.`)
  const judged = isAccepted ? filledAsAccepted(field, operation, state) : judgeOperation(field, operation, state, added)
  if (isRefusal(judged)) return judged
  const key = keyOf(operation)
  if (taken.has(key)) return refuse('operation.twice')
  taken.add(key)
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

/** A field may have become of another kind without an upgrade of what is stored; merging would stop at it. */
function fitsState({ kind }: FieldOperation, state: FieldState | undefined): boolean {
  if (state === undefined) return true
  if (kind === 'increment') return state.kind === 'counter'
  return state.kind === (kind === 'addTo' || kind === 'removeFrom' ? 'set' : 'register')
}

const filledAsAccepted = (field: FieldDefinition, operation: FieldOperation, state: FieldState | undefined): FieldOperation =>
  field.kind === 'group' && operation.kind === 'set' ? fillGroup(field, operation, state) : operation

/** There is one operation for each of these. */
const keyOf = (operation: FieldOperation): string =>
  operation.kind === 'addTo' || operation.kind === 'removeFrom' ? `${operation.field} ${canonicalJson(operation.element)}` : operation.field

function judgeOperation(
  field: FieldDefinition,
  operation: FieldOperation,
  state: FieldState | undefined,
  added: Map<string, number>,
): FieldOperation | Refusal {
  switch (operation.kind) {
    case 'set':
      return field.kind === 'group' ? judgeGroup(field, operation, state) : (checkWhole(field, operation.value) ?? operation)
    case 'addTo':
      return checkElement(field, operation.element) ?? checkRoom(operation, state, added) ?? operation
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

/** What was let in under an older declaration can always be taken out. */
function checkLeaving(element: Json): Refusal | null {
  const fault = faultOfJson(element)
  return fault === null ? null : refuse(fault)
}

/** Counts what this change has added to each set so far. */
function checkRoom({ field, element }: AddTo, state: FieldState | undefined, added: Map<string, number>): Refusal | null {
  const elements = state?.kind === 'set' ? state.elements : {}
  if (Object.hasOwn(elements, canonicalJson(element))) return null
  const count = (added.get(field) ?? Object.keys(elements).length) + 1
  added.set(field, count)
  return count > SET_ELEMENTS_MAX ? refuse('set.tooLarge') : null
}

/**
 * A step of a counter. Whole and bounded, so that sums stay exact, and the same in every order, for nine million of the largest.
 */
export const INCREMENT_MAX = 1_000_000_000
const isIncrement = (by: unknown): boolean => Number.isSafeInteger(by) && Math.abs(by as number) <= INCREMENT_MAX

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Whether the edit stands on the text that is there is for the hub to try (merge/text.ts). */
function checkUpdate(update: unknown): Refusal | null {
  if (typeof update !== 'string' || !BASE64.test(update)) return refuse('value.type', 'An edit is the base64 of a Yjs update.')
  return update.length > VALUE_BYTES_MAX ? refuse('value.tooLarge') : null
}
