/**
 * Changes. A change holds what a person wrote in one space in one transaction. It is the unit of intent, atomicity and sending.
 *
 *   content    what the person meant; sealed, hashed, never altered: intent · stamp · space · schemaVersion · label · operations
 *   envelope   how it travels; a fork or a person's retry gives a new one: dot (replica, n) · attempt · park
 *
 * Operations are grouped by record, because each change to a record also writes the record's `life` once. There is at most one operation
 * for each (record, field, element).
 */
import { canonicalJson, isCanonical, type Json } from './canonical.ts'
import { type Hash, hash128 } from './hash.ts'
import type { ChainHash, ContentHash, Intent, Name, RecordId, ReplicaId, SpaceId } from './ids.ts'
import type { Stamp } from './stamp.ts'

declare const brand: unique symbol
/** 22 base64url characters: the hash of the sorted names of the entries that are in conflict. */
export type ConflictId = string & { readonly [brand]: 'conflict' }

/** Whether the record exists after a write. */
export type Life = 'alive' | 'deleted'

/**
 * One operation on one field. `over` names the writes that it supersedes (merge/over.ts): those that its author saw, and those that the
 * author's own unconfirmed or failed writes of the field superseded.
 */
export type FieldOperation =
  | { readonly kind: 'set'; readonly field: string; readonly value: Json; readonly over: readonly Name[]; readonly resolves?: ConflictId }
  | { readonly kind: 'addTo'; readonly field: string; readonly element: Json; readonly over: readonly Name[] }
  | { readonly kind: 'removeFrom'; readonly field: string; readonly element: Json; readonly over: readonly Name[] }
  | { readonly kind: 'increment'; readonly field: string; readonly by: number }
  /** An in-place edit of the document that the write `of` began; `update` is base64 of a Yjs update (version 1). */
  | { readonly kind: 'edit'; readonly field: string; readonly of: Name; readonly update: string }

/** The operations of one change on one record: at most one for each field, element of a set, or counter. */
export interface RecordOperations {
  readonly collection: string
  readonly record: RecordId
  /** `deleted`: this change deletes the record. `alive`: it writes to it, or restores it when there are no fields. */
  readonly life: Life
  readonly lifeOver: readonly Name[]
  readonly fields: readonly FieldOperation[]
}

/**
 * The sealed part of a change, hashed and sent as the same bytes on every retry. All its operations are in one space and are applied
 * together or not at all.
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

/** The part of a change that may differ each time the same content is sent. */
export interface Envelope {
  readonly replica: ReplicaId
  /** 1, 2, 3 … for each replica and space. */
  readonly n: number
  /** 0 at first; each retry by a person adds one. */
  readonly attempt: number
  /** Asks the hub to refuse the change without running it, after five hub faults on it [P3]. */
  readonly park: boolean
}

/** The hub's proof that it accepted a change, and the times it assigned [P6]. */
export interface Receipt {
  readonly effectiveStamp: Stamp
  readonly hubStamp: Stamp
  /** Set if the author's device had never received a hub's time [C2]. It stays set when the change is offered again. */
  readonly unverified?: true
  /** 22 base64url characters: 128 bits of HMAC-SHA256, bound to space, content and author; see protocol/receipt.ts. */
  readonly mac: string
}

/** The canonical content: a positional JSON array, see docs/spec/protocol.md. Hashes are over its UTF-8 bytes. */
export function contentText({ intent, stamp, space, schemaVersion, label, operations }: Content): string {
  const tuple: ContentTuple = [intent, stamp, space, schemaVersion, label, operations.map(recordTuple)]
  return operations.every(isInOrder) ? JSON.stringify(tuple) : canonicalJson(tuple as Json)
}

/** Whether the values need no sorting: arrays are written in their own order, so only objects can be out of order. */
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

/** Parses the text that `contentText` wrote. Only for a replica's own rows; content from outside goes through the codec. */
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

/** Hashes a content, given its `contentText`. The names of its writes contain the start of this hash. */
export const contentHashOf = (hash: Hash, text: string): ContentHash => hash128(hash, text) as ContentHash

/** The chain hash before a replica's first change in a space. */
export const CHAIN_START: ChainHash = 'AAAAAAAAAAAAAAAAAAAAAA' as ChainHash

/** Hashes one link of the chain [P2]. Two chains that differ at one link differ at every later link. */
export const chainHashOf = (hash: Hash, previous: ChainHash, n: number, attempt: number, content: ContentHash): ChainHash =>
  hash128(hash, `${previous}\n${n}\n${attempt}\n${content}`) as ChainHash

/** Counts the operations of a change: one for each record's life and one for each field operation. */
export const operationCount = (operations: readonly RecordOperations[]): number =>
  operations.reduce((count, record) => count + 1 + record.fields.length, 0)
