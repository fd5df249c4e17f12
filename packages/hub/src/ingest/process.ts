/**
 * Processes one change into one verdict [P3]. Checks in this order: an earlier verdict of the intent, reasons not to run the change at all,
 * a receipt of an earlier acceptance, and only then the schema.
 */
import {
  assert,
  type ChainHash,
  EMPTY_RECORD,
  EMPTY_REGISTER,
  editStands,
  effectiveStamp,
  type FieldOperation,
  isRefusal,
  type JudgeOptions,
  type Known,
  type LogEntry,
  MEMBER_COLLECTION,
  memberOf,
  mergeOperations,
  type Name,
  nameOf,
  nextStamp,
  permit,
  type PushedChange,
  type ReceiptSubject,
  type ReceiptTimes,
  type RecordId,
  type RecordOperations,
  type RecordState,
  type Refusal,
  type Register,
  REJECTIONS,
  SPACE_COLLECTION,
  viewRecord,
  type ReplicaId,
  type SpaceId,
  type Stamp,
  type Write,
} from '@tombolo/core'
import type { Outcome, VerdictRow } from '../storage.ts'
import { missedSince, missingOf } from './again.ts'
import type { IngestContext } from './context.ts'
import type { Layer } from './layer.ts'

/** The author of a push, and the facts about it that verdicts depend on. */
export interface Author {
  readonly account: string
  readonly replica: ReplicaId
  /** The last change of this replica that the hub has answered. */
  readonly lastN: number
  /** The chain's hash after one of this push's changes. */
  readonly linkAt: (n: number) => ChainHash
  /** The replica has never had an answer of a hub, so its clock was never compared [C2]. */
  readonly unverified: boolean
  readonly gone: (collection: string, id: RecordId) => boolean
  /** A record as it is in the database, before this batch. */
  readonly stored: (collection: string, id: RecordId) => RecordState | null
}

export interface Processed {
  readonly verdict: VerdictRow
  /** Set if this run applied the change. */
  readonly entry?: LogEntry
}

export function processChange(
  layer: Layer,
  change: PushedChange,
  received: ReceiptSubject,
  author: Author,
  context: IngestContext,
): Processed {
  const old = layer.verdict(received.intent)
  if (old !== null && old.contentHash !== received.contentHash) return { verdict: judgedAs(REUSED, change, received, author, old) }
  if (old !== null && standsFor(old, change, author)) return mergedAgain(layer, change, received, old, author, context) ?? { verdict: old }
  const { outcome, entry } = decide(layer, change, received, author, context)
  const fresh = judgedAs(outcome, change, received, author, old)
  // A receipt wins over a refusal of a later attempt: the verdict names the greatest attempt that was judged.
  const verdict = old !== null && old.attempt > change.attempt ? { ...fresh, attempt: old.attempt } : fresh
  layer.verdicts.set(received.intent, verdict)
  return entry === undefined ? { verdict } : { verdict, entry }
}

const judgedAs = (
  outcome: Outcome,
  change: PushedChange,
  { intent, contentHash }: ReceiptSubject,
  author: Author,
  old: VerdictRow | null,
): VerdictRow => ({
  intent,
  contentHash,
  attempt: change.attempt,
  account: author.account,
  replica: author.replica,
  n: change.n,
  link: author.linkAt(change.n),
  outcome,
  isStored: old?.isStored ?? false,
})

const REUSED: Outcome = { type: 'rejected', code: 'intent.reused', message: REJECTIONS['intent.reused'] }
const PARKED: Outcome = { type: 'rejected', code: 'hub.fault', message: REJECTIONS['hub.fault'] }
const REVOKED: Outcome = { type: 'rejected', code: 'access.revoked', message: REJECTIONS['access.revoked'] }
const GONE: Outcome = { type: 'rejected', code: 'record.gone', message: REJECTIONS['record.gone'] }
const SPACE_DELETED: Outcome = { type: 'rejected', code: 'space.deleted', message: REJECTIONS['space.deleted'] }
const DEPENDS: Outcome = { type: 'rejected', code: 'text.depends', message: REJECTIONS['text.depends'] }

/**
 * Whether an earlier verdict stands. An applied intent is not judged again; a refused one is judged again for a greater attempt or for
 * its receipt.
 */
function standsFor(old: VerdictRow, change: PushedChange, author: Author): boolean {
  if (old.outcome.type === 'applied' || change.n <= author.lastN) return true
  if (change.attempt > old.attempt) return false
  return change.receipt === null || change.park || touchesGone(change, author)
}

const touchesGone = (change: PushedChange, author: Author): boolean =>
  change.content.operations.some((operations) => author.gone(operations.collection, operations.record))

const UNPROVED: JudgeOptions = { receipt: false }
const PROVED: JudgeOptions = { receipt: true }

interface Decided {
  readonly outcome: Outcome
  readonly entry?: LogEntry
}

function decide(layer: Layer, change: PushedChange, received: ReceiptSubject, author: Author, context: IngestContext): Decided {
  if (change.park) return { outcome: PARKED }
  if (change.receipt === null && layer.standing(author.account) === 'none') return { outcome: REVOKED }
  if (touchesGone(change, author)) return { outcome: GONE }
  if (change.receipt === null && isTooLate(layer, change, context)) return { outcome: SPACE_DELETED }
  const judged = context.judge(change.content, layer.before, change.receipt === null ? UNPROVED : PROVED)
  if (isRefusal(judged)) return { outcome: refusal(judged) }
  const denied = change.receipt === null ? denial(layer, judged, author, change.content.space, context) : null
  if (denied !== null) return { outcome: refusal(denied) }
  if (change.receipt === null && !editsStand(layer, judged, context)) return { outcome: DEPENDS }
  const times = timesOf(layer, change, author, context)
  const entry = apply(layer, change, nameOf(received.intent, received.contentHash), judged, times, author, context)
  return { outcome: { type: 'applied', version: entry.version, ...times }, entry }
}

/** Why this account may not make this change; null if it may. A receipt proves that it was asked once. */
function denial(
  layer: Layer,
  operations: readonly RecordOperations[],
  { account }: Author,
  space: SpaceId,
  { memberId }: IngestContext,
): Refusal | null {
  const role = layer.standing(account)
  assert(role !== null && role !== 'none', 'a change of somebody without a role is refused before it is judged')
  const hasOtherOwner = (besides: string): boolean =>
    layer.members().some((member) => member.standing === 'owner' && member.account !== besides)
  return permit({ account, role }, operations, { before: layer.before, idOf: (of) => memberId(space, of), hasOtherOwner })
}

const refusal = ({ code, message, field }: Refusal): Outcome => ({
  type: 'rejected',
  code,
  message,
  ...(field === undefined ? {} : { field }),
})

/**
 * Whether a change is refused because its space was deleted, so that its author is told [Q8]. A change of the space's own record may
 * restore the space, and an emptied change writes nothing; neither is refused.
 */
function isTooLate(layer: Layer, { content: { space, operations } }: PushedChange, { schema }: IngestContext): boolean {
  const definition = schema.collections[SPACE_COLLECTION]
  const record = layer.before(SPACE_COLLECTION, space)
  if (definition === undefined || record === undefined || !viewRecord(definition, record).deleted) return false
  return operations.length > 0 && operations.every(({ collection }) => collection !== SPACE_COLLECTION)
}

/** Whether all text edits apply, tried on a copy. An edit whose predecessor was refused would wait for ever, unseen. */
function editsStand(layer: Layer, operations: readonly RecordOperations[], context: IngestContext): boolean {
  return operations.every(({ collection, record, fields }) => {
    return fields.every(
      (field) => field.kind !== 'edit' || editStandsOn(layer, layer.held(collection, record)?.state.fields[field.field], field, context),
    )
  })
}

function editStandsOn(layer: Layer, state: unknown, edit: Extract<FieldOperation, { kind: 'edit' }>, context: IngestContext): boolean {
  return editStands((state as Register | undefined) ?? EMPTY_REGISTER, edit, context.text, (name) => layer.knows(name))
}

/**
 * Merges again what the records lack of a change that was applied; null if they lack nothing, or the author does not miss it. Readers who
 * have the change already must not merge it twice, so those behind get records instead of the log.
 */
function mergedAgain(
  layer: Layer,
  change: PushedChange,
  received: ReceiptSubject,
  old: VerdictRow,
  author: Author,
  context: IngestContext,
): Processed | null {
  const version = missedSince(change, old)
  if (version === null || change.n <= author.lastN || touchesGone(change, author)) return null
  const name = nameOf(received.intent, received.contentHash)
  const missing = missingOf(layer, change, { name, version }, author.stored, context)
  if (missing.length === 0) return null
  const times = timesOf(layer, change, author, context)
  const entry = apply(layer, change, name, missing, times, author, context)
  layer.row = { ...layer.row, logFloor: entry.version }
  const verdict = judgedAs({ type: 'applied', version: entry.version, ...times }, change, received, author, old)
  layer.verdicts.set(received.intent, verdict)
  return { verdict, entry }
}

/** The times of a change: assigned now, or taken from its receipt. */
function timesOf(layer: Layer, change: PushedChange, author: Author, context: IngestContext): ReceiptTimes {
  const { receipt } = change
  if (receipt !== null)
    return { effectiveStamp: receipt.effectiveStamp, hubStamp: receipt.hubStamp, unverified: receipt.unverified ?? false }
  return {
    effectiveStamp: effectiveStamp(change.content.stamp, context.nowMs),
    hubStamp: nextStamp(layer.row.hubStamp, context.nowMs),
    unverified: author.unverified,
  }
}

function apply(
  layer: Layer,
  change: PushedChange,
  name: Name,
  operations: readonly RecordOperations[],
  times: ReceiptTimes,
  author: Author,
  context: IngestContext,
): LogEntry {
  const version = layer.row.head + 1
  const hubStamp = Math.max(layer.row.hubStamp, times.hubStamp) as Stamp
  layer.row = { ...layer.row, head: version, hubStamp }
  const awaits: Name[] = []
  const write = {
    name,
    stamp: times.effectiveStamp,
    hubStamp: times.hubStamp,
    by: author.account,
    version,
    unverified: times.unverified,
    text: context.text,
  }
  for (const one of operations) mergeInto(layer, one, write, awaits)
  noteStandings(layer, operations, context)
  const isAsSealed = operations === change.content.operations && change.content.schemaVersion === context.schema.version
  const content = isAsSealed ? change.content : sealApart(layer, change, version, operations, context)
  return { version, name, content, by: author.account, ...times, awaits }
}

function mergeInto(layer: Layer, operations: RecordOperations, write: Omit<Write, 'known'>, awaits: Name[]): void {
  const held = layer.held(operations.collection, operations.record)
  const merged = mergeOperations(held?.state ?? EMPTY_RECORD, operations, { ...write, known: knownIn(layer, awaits) })
  layer.putRecord(operations.collection, operations.record, merged.record, held?.isNew ?? true)
  layer.putHistory(operations.collection, operations.record, merged.history)
}

/** Keeps the index of standings in step with the records of members. */
function noteStandings(layer: Layer, operations: readonly RecordOperations[], { schema }: IngestContext): void {
  for (const { collection, record } of operations) {
    const state = collection === MEMBER_COLLECTION ? layer.before(collection, record) : undefined
    if (state === undefined) continue
    const { account, standing } = memberOf(schema, state)
    layer.standings.set(account, standing)
  }
}

/** Looks up names, and notes those that have not arrived for readers of the log, who cannot ask the database. */
function knownIn(layer: Layer, awaits: Name[]): Known {
  return (name) => {
    const isKnown = layer.knows(name)
    if (!isKnown && !awaits.includes(name)) awaits.push(name)
    return isKnown
  }
}

/** Keeps the sealed content if the merged form differs (an upgrade, a completed group). The log has the merged form. */
function sealApart(
  layer: Layer,
  { content }: PushedChange,
  version: number,
  operations: readonly RecordOperations[],
  { schema }: IngestContext,
): LogEntry['content'] {
  layer.sealed.push({ version, content })
  return { ...content, schemaVersion: schema.version, operations }
}
