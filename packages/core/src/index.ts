/**
 * The data model, for apps, devices and hubs. An app uses the schema builders, the upgrade steps and a few types; devices and hubs use the
 * rest. Text is merged by `@tombolo/core/yjs`.
 */

// Declaring a schema, and reading, judging and upgrading records by it.
export * from './schema/index.ts'

// Values, names and times.
export { AssertionError, assert, unreachable } from './assert.ts'
export { canonicalJson, type Json, sameJson } from './canonical.ts'
export { base64url, first128, type Hash, hash128, utf8 } from './hash.ts'
export {
  type ChainHash,
  type ContentHash,
  type Intent,
  intentOfForm,
  intentOfName,
  isRecordId,
  isSpaceId,
  mintIntent,
  mintRecordId,
  mintReplicaId,
  mintSpaceId,
  type Name,
  nameOf,
  type RandomBytes,
  type RecordId,
  type ReplicaId,
  type SpaceId,
} from './ids.ts'
export * from './limits.ts'
export { err, ok, type Result } from './result.ts'
export { effectiveStamp, msOfStamp, nextStamp, type Stamp, STAMP_MAX, STAMP_MIN, stampAt } from './stamp.ts'

// Changes, and their way to a verdict.
export {
  CHAIN_START,
  chainHashOf,
  type ConflictId,
  type Content,
  contentHashOf,
  contentText,
  type Envelope,
  type FieldOperation,
  type Life,
  parseContent,
  type Receipt,
  type RecordOperations,
} from './change.ts'
export * from './outbox/draft.ts'
export * from './outbox/queue.ts'
export type { Splice } from './outbox/splice.ts'
export { applyDelta, compose, moveCaret, moveOver, stepsOf, type TextDelta, UNCHANGED } from './outbox/text-delta.ts'
export { diffText, typedDelta } from './outbox/text-diff.ts'

// Merging writes into records.
export { type ConflictDescription, conflictIdOf, describeConflict, type Side } from './merge/conflict.ts'
export { OwnWrites, type OwnWrite } from './merge/over.ts'
export {
  type CounterState,
  EMPTY_RECORD,
  type FieldState,
  type History,
  type Merged,
  mergeOperations,
  type RecordState,
  type SetState,
  type Write,
} from './merge/record.ts'
export { type Displaced, EMPTY_REGISTER, type Entry, type Known, ORIGIN, type Register, type WaitingEdit } from './merge/register.ts'
export { type Candidate, compareValues, LATEST, LIFE_FIELD, type OnDelete, type Rule, show, showLife, type Shown } from './merge/rules.ts'
export { documentOf, type Edited, editsText, editStands, ORIGIN_ENTRY, type TextEdit, type TextMerge } from './merge/text.ts'

// Who may do what in a space.
export { type Invitation, invitationCode, inviteId, mintSecret, readInvitation } from './access/invite.ts'
export { type Member, memberId, memberOf } from './access/member.ts'
export { type Actor, type Company, permit } from './access/permit.ts'
export { type Role, type Standing, standingOf, STANDINGS } from './access/role.ts'

// Comparing the records of device and hub.
export { type Digest, type Digested, DigestSum, fingerprintOf, type IdentifiedRecord } from './digest/digest.ts'
export {
  afterCompare,
  afterTake,
  DIGEST_PARTS,
  type DigestPart,
  type IdRange,
  NEW_SEARCH,
  nextStep,
  rangesOf,
  type Search,
  type SearchStep,
} from './digest/search.ts'
export { type AppliedWrite, isCounted, lostIn, lostOf } from './merge/lost.ts'

// Messages, and when to send them.
export * from './protocol/index.ts'
export * from './scheduler/index.ts'
