/**
 * Judges a change: whether it may be merged, and in which form. The device judges when a person saves, the hub when the change arrives;
 * both get the same answer from the same record [P5][M6].
 *
 *   content ── upgrade to this schema ── each record ── each field ──► operations to merge (groups completed)
 *                                                            └───────► the first refusal, with its place
 *
 * Judging twice changes nothing. A change with a receipt was accepted once, so only what merging relies on is checked: that its operations
 * fit the kinds of their fields [P6].
 */
import type { Content, FieldOperation, RecordOperations } from '../change.ts'
import { isRecordId } from '../ids.ts'
import { OVER_MAX } from '../limits.ts'
import type { RecordState } from '../merge/record.ts'
import { isRefusal, refuse } from './codes.ts'
import {
  type Before,
  type CollectionDefinition,
  type FieldDefinition,
  type JudgeOptions,
  type Refusal,
  type SchemaDefinition,
  SPACE_COLLECTION,
} from './definition.ts'
import { judgeOperation, newTaken } from './judge-operation.ts'
import { checkBytes, checkCount } from './size.ts'
import { upgradeContent } from './upgrade.ts'

/** The state of judging one change. */
interface Matter {
  readonly schema: SchemaDefinition
  readonly content: Content
  readonly before: Before
  /** The change comes with its receipt. */
  readonly isAccepted: boolean
}

/**
 * Returns the operations to merge, or the first reason to refuse. Content of an older schema is upgraded first.
 * @throws SchemaError `declaration.check` if a check turns out to be asynchronous; and whatever a check throws.
 * @example
 * function operationsOf(content: Content): readonly RecordOperations[] {
 *   const judged = judge(app, content, () => undefined)
 *   if (isRefusal(judged)) throw new Error(judged.code)
 *   return judged
 * }
 */
export function judge(
  schema: SchemaDefinition,
  content: Content,
  before: Before,
  options: JudgeOptions = {},
): readonly RecordOperations[] | Refusal {
  const isAccepted = options.receipt === true
  const tooMuch = isAccepted ? null : checkCount(content)
  if (tooMuch !== null) return tooMuch
  const upgraded = upgradeContent(schema, content, before)
  if (isRefusal(upgraded)) return upgraded
  const judged = judgeRecords({ schema, content, before, isAccepted }, upgraded)
  return isRefusal(judged) || isAccepted || options.counted === true ? judged : (checkBytes(content) ?? judged)
}

function judgeRecords(matter: Matter, operations: readonly RecordOperations[]): readonly RecordOperations[] | Refusal {
  const taken = operations.length > 1 ? new Map<string, Set<string>>() : null
  return eachJudged(operations, (record) => {
    const answer = checkIdentity(matter.content, record, taken) ?? judgeRecord(matter, record)
    return isRefusal(answer) ? { ...answer, collection: record.collection, record: record.record } : answer
  })
}

function judgeRecord({ schema, before, isAccepted }: Matter, operations: RecordOperations): RecordOperations | Refusal {
  const definition = own(schema.collections, operations.collection)
  if (definition === undefined) return refuse('schema.unknownCollection', `There is no collection '${operations.collection}'.`)
  const record = before(operations.collection, operations.record)
  const fields = judgeFields(definition, operations, record, isAccepted)
  if (isRefusal(fields)) return fields
  const absent = isAccepted ? null : checkPresence(definition, operations, record)
  if (absent !== null) return absent
  return fields === operations.fields ? operations : { ...operations, fields }
}

/** Judges each item; returns the same list if no item was altered, which is nearly always. */
function eachJudged<T extends object>(list: readonly T[], judgeOne: (one: T) => T | Refusal): readonly T[] | Refusal {
  let altered: T[] | null = null
  for (let index = 0; index < list.length; index++) {
    const one = list[index]
    if (one === undefined) continue
    const answer = judgeOne(one)
    if (isRefusal(answer)) return answer
    if (answer !== one) (altered ??= [...list])[index] = answer
  }
  return altered ?? list
}

/** Looks up an own property: a name from outside may be that of an inherited one. */
const own = <T>(named: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(named, name) ? named[name] : undefined)

function checkIdentity(
  content: Content,
  { collection, record, lifeOver }: RecordOperations,
  taken: Map<string, Set<string>> | null,
): Refusal | null {
  if (!isRecordId(record)) return refuse('record.id')
  if (collection === SPACE_COLLECTION && (record as string) !== (content.space as string)) return refuse('space.id')
  if (taken !== null && !isFirst(taken, collection, record)) return refuse('operation.twice')
  return lifeOver.length > OVER_MAX ? refuse('operation.over') : null
}

function isFirst(taken: Map<string, Set<string>>, collection: string, record: string): boolean {
  const records = taken.get(collection) ?? new Set<string>()
  if (records.has(record)) return false
  taken.set(collection, records.add(record))
  return true
}

/** A record that does not exist must be created with all required fields; it cannot be deleted or restored. */
function checkPresence(definition: CollectionDefinition, operations: RecordOperations, record: RecordState | undefined): Refusal | null {
  if (record !== undefined && record.life.entries.length > 0) return null
  if (operations.life === 'deleted' && operations.fields.length === 0) return refuse('record.absent')
  for (const field in definition.fields) {
    const fieldDefinition = definition.fields[field]
    if (fieldDefinition === undefined) continue
    const isGiven = !isRequired(fieldDefinition) || operations.fields.some((operation) => operation.field === field)
    if (!isGiven) return refuse('record.absent', `'${field}' is required.`, { field })
  }
  return null
}

/** Whether a new record must be given this field. */
export const isRequired = (field: FieldDefinition): boolean =>
  (field.kind === 'group' && !field.optional) || (field.kind === 'register' && !field.optional && field.default === undefined)

function judgeFields(
  definition: CollectionDefinition,
  operations: RecordOperations,
  record: RecordState | undefined,
  isAccepted: boolean,
): readonly FieldOperation[] | Refusal {
  const taken = newTaken(operations.fields.length)
  return eachJudged(operations.fields, (operation) => {
    const field = own(definition.fields, operation.field)
    if (field === undefined) return refuse('schema.unknownField', `There is no field '${operation.field}'.`, { field: operation.field })
    const answer = judgeOperation(field, operation, record?.fields[operation.field], taken, isAccepted)
    return isRefusal(answer) ? { field: operation.field, ...answer } : answer
  })
}
