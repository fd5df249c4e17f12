/**
 * Changes: what one transaction of a person wrote in one space. The unit of intent, of atomicity and of sending.
 *
 *   content    what the person meant; sealed, hashed, never altered: intent · stamp · space · schemaVersion · label · operations
 *   envelope   how it travels; a fork or a person's retry gives a new one: dot (replica, n) · attempt · park
 *
 * Operations are grouped by record, because each change of a record also writes the record's `life` (merge/life.ts), once.
 * There is at most one operation for each (record, field, element).
 */
import { canonicalJson, isCanonical, type Json } from './canonical.ts'
import { type Hash, hash128 } from './hash.ts'
import type { ChainHash, ContentHash, Intent, Name, RecordId, ReplicaId, SpaceId } from './ids.ts'
import type { Stamp } from './stamp.ts'

declare const brand: unique symbol
/** 22 base64url characters: the hash of the sorted names of the entries that are in conflict. */
export type ConflictId = string & { readonly [brand]: 'conflict' }

/** Whether a write leaves its record there. */
export type Life = 'alive' | 'deleted'

/** `over` names the writes that the author saw, and what the author's own unconfirmed or failed writes of that field were over. */
export type FieldOperation =
  | { readonly kind: 'set'; readonly field: string; readonly value: Json; readonly over: readonly Name[]; readonly resolves?: ConflictId }
  | { readonly kind: 'addTo'; readonly field: string; readonly element: Json; readonly over: readonly Name[] }
  | { readonly kind: 'removeFrom'; readonly field: string; readonly element: Json; readonly over: readonly Name[] }
  | { readonly kind: 'increment'; readonly field: string; readonly by: number }
  /** An in-place edit of the document that the write `of` began; `update` is base64 of a Yjs update (version 1). */
  | { readonly kind: 'edit'; readonly field: string; readonly of: Name; readonly update: string }

/** What one change does to one record. At most one operation for each field, element of a set, or counter. */
export interface RecordOperations {
  readonly collection: string
  readonly record: RecordId
  /** `deleted`: this change deletes the record. `alive`: it writes to it, or restores it when there are no fields. */
  readonly life: Life
  readonly lifeOver: readonly Name[]
  readonly fields: readonly FieldOperation[]
}

/**
 * What a person did, as it is hashed and sent: the same bytes on every retry. All operations are in one space, and are applied together
 * or not at all.
 */
export interface Content {
  readonly intent: Intent
  readonly stamp: Stamp
  readonly space: SpaceId
  readonly schemaVersion: number
  /** What the person did, in the app's words, for the outbox and the history: 'Import counts.csv'. */
  readonly label: string | null
  readonly operations: readonly RecordOperations[]
}

/** How a content is sent: what may differ between two sendings of the same. */
export interface Envelope {
  readonly replica: ReplicaId
  /** 1, 2, 3 … for each replica and space. */
  readonly n: number
  /** 0 at first; one more for each time a person retries. */
  readonly attempt: number
  /** The hub records a refusal without running it: five hub faults stood on this change [P3]. */
  readonly park: boolean
}

/** The hub's proof that it accepted a change, with the times it gave it [P6]. */
export interface Receipt {
  readonly effectiveStamp: Stamp
  readonly hubStamp: Stamp
  /** Its author had never heard a hub's time [C2]: it stays so when the change is offered again. */
  readonly unverified?: true
  /** 22 base64url characters: 128 bits of HMAC-SHA256, bound to space, content and author; see protocol/receipt.ts. */
  readonly mac: string
}

/** The canonical content: a positional JSON array, see docs/spec/protocol.md. Hashes are over its UTF-8 bytes. */
export function contentText({ intent, stamp, space, schemaVersion, label, operations }: Content): string {
  const tuple: ContentTuple = [intent, stamp, space, schemaVersion, label, operations.map(recordTuple)]
  return operations.every(isInOrder) ? JSON.stringify(tuple) : canonicalJson(tuple as Json)
}

/** Arrays are written as they stand; only objects among the values may be out of order. */
const isInOrder = ({ fields }: RecordOperations): boolean => fields.every((operation) => isCanonical(valueOf(operation)))

const valueOf = (operation: FieldOperation): Json => {
  switch (operation.kind) {
    case 'set':
      return operation.value
    case 'addTo':
    case 'removeFrom':
      return operation.element
    case 'increment':
    case 'edit':
      return null
  }
}

const recordTuple = ({ collection, record, life, lifeOver, fields }: RecordOperations): RecordTuple => [
  collection,
  record,
  life === 'alive' ? 0 : 1,
  lifeOver,
  fields.map(fieldTuple),
]

function fieldTuple(operation: FieldOperation): FieldTuple {
  switch (operation.kind) {
    case 'set': {
      const { field, value, over, resolves } = operation
      return resolves === undefined ? [field, 0, value, over] : [field, 0, value, over, resolves]
    }
    case 'addTo':
      return [operation.field, 1, operation.element, operation.over]
    case 'removeFrom':
      return [operation.field, 2, operation.element, operation.over]
    case 'increment':
      return [operation.field, 3, operation.by]
    case 'edit':
      return [operation.field, 4, operation.update, operation.of]
  }
}

type FieldTuple =
  | readonly [string, 0, Json, readonly Name[], ConflictId?]
  | readonly [string, 1 | 2, Json, readonly Name[]]
  | readonly [string, 3, number]
  | readonly [string, 4, string, Name]
type RecordTuple = readonly [string, RecordId, 0 | 1, readonly Name[], readonly FieldTuple[]]
type ContentTuple = readonly [Intent, Stamp, SpaceId, number, string | null, readonly RecordTuple[]]

/** Reads back what `contentText` wrote. For a replica's own rows only: what comes from outside passes the codec. */
export function parseContent(text: string): Content {
  const [intent, stamp, space, schemaVersion, label, operations] = JSON.parse(text) as ContentTuple
  return {
    intent,
    stamp,
    space,
    schemaVersion,
    label,
    operations: operations.map(([collection, record, life, lifeOver, fields]) => ({
      collection,
      record,
      life: life === 0 ? 'alive' : 'deleted',
      lifeOver,
      fields: fields.map(fieldOperation),
    })),
  }
}

function fieldOperation(tuple: FieldTuple): FieldOperation {
  const field = tuple[0]
  switch (tuple[1]) {
    case 0:
      return tuple[4] === undefined
        ? { kind: 'set', field, value: tuple[2], over: tuple[3] }
        : { kind: 'set', field, value: tuple[2], over: tuple[3], resolves: tuple[4] }
    case 1:
      return { kind: 'addTo', field, element: tuple[2], over: tuple[3] }
    case 2:
      return { kind: 'removeFrom', field, element: tuple[2], over: tuple[3] }
    case 3:
      return { kind: 'increment', field, by: tuple[2] }
    case 4:
      return { kind: 'edit', field, update: tuple[2], of: tuple[3] }
  }
}

/** The hash of a content by its text (`contentText`), which its writes are named by. */
export const contentHashOf = (hash: Hash, text: string): ContentHash => hash128(hash, text) as ContentHash

/** The chain before a replica's first change in a space. */
export const CHAIN_START: ChainHash = 'AAAAAAAAAAAAAAAAAAAAAA' as ChainHash

/** One link [P2]: a chain that differs anywhere differs from there on. */
export const chainHashOf = (hash: Hash, previous: ChainHash, n: number, attempt: number, content: ContentHash): ChainHash =>
  hash128(hash, `${previous}\n${n}\n${attempt}\n${content}`) as ChainHash

/** How many operations a change counts as: each record's life is one, each field operation another. */
export const operationCount = (operations: readonly RecordOperations[]): number =>
  operations.reduce((count, record) => count + 1 + record.fields.length, 0)
