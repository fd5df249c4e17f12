/**
 * The messages between devices and hub, decoded. codec/ and docs/spec/protocol.md define their wire form.
 *
 *   POST /hello   asks for the account and its readable spaces
 *   POST /push    changes of one replica in one space            → verdicts
 *   POST /pull    changes in one space since a cursor            → a page
 *   POST /poll    waits until a head moves (long poll)           → heads
 *   POST /digest  digests of the records of a space              → digests of parts of a range
 *   POST /range   the records of a range that differs            → records
 *   WS   /live    the same requests as frames, heads and deltas
 */
import type { Standing } from '../access/role.ts'
import type { Content, Receipt } from '../change.ts'
import type { DigestPart, IdRange } from '../digest/search.ts'
import type { ChainHash, ContentHash, Intent, Name, RecordId, ReplicaId, SpaceId } from '../ids.ts'
import type { RecordState } from '../merge/record.ts'
import type { SchemaIdentity } from '../schema/definition.ts'
import type { Stamp } from '../stamp.ts'

/** The version of the protocol: the first member of every request. A hub that does not support it answers `protocol.unsupported`. */
export const PROTOCOL_VERSION = 1

/** The identity of a hub's history; changes when the hub is restored from a backup. */
export type Epoch = string
/** How far a replica has read a space: opaque to the device, signed by the hub [Q3]. */
export type Cursor = string

/** A device identifies itself and asks for the heads of its spaces. */
export interface HelloRequest {
  readonly replica: ReplicaId
  readonly schema: SchemaIdentity
}

/** The account that the hub recognised, and the spaces in which it has, or had, a role. `hubTimeMs`: milliseconds since 1970. */
export interface HelloAnswer {
  readonly epoch: Epoch
  readonly hubTimeMs: number
  readonly account: string
  readonly schema: SchemaIdentity
  readonly spaces: readonly SpaceStanding[]
}

/** What an account may do in a space, and its head; of a space that it may not read any more (`none`) the head is 0. */
export interface SpaceStanding {
  readonly space: SpaceId
  readonly head: number
  readonly durableThrough: number
  readonly role: Standing
}

/** A change in a push. `receipt` is set if the hub accepted it before and may have lost it in a restore [P6]. */
export interface PushedChange {
  readonly n: number
  readonly attempt: number
  readonly park: boolean
  readonly content: Content
  readonly receipt: Receipt | null
}

/** Sealed changes of one space, in the order of their numbers. */
export interface PushRequest {
  /** Null until this device has heard a hub. */
  readonly epoch: Epoch | null
  readonly replica: ReplicaId
  readonly space: SpaceId
  /** This replica believes that it minted the space and that the hub has not seen it yet [Q8]. */
  readonly create: boolean
  /** The secret of an invitation, from who has joined and has no role yet [W6]. */
  readonly join?: string
  readonly schema: SchemaIdentity
  /** How far the device has read the space. The answer can then double as a page, if nobody else wrote. */
  readonly cursor: Cursor | null
  /** The link that the first change follows. */
  readonly base: { readonly n: number; readonly hash: ChainHash }
  readonly changes: readonly PushedChange[]
}

/** The hub's answer to one change: applied at this version, or rejected. A repeated push gets the same verdict. */
export type Verdict = {
  readonly name: Name
  readonly contentHash: ContentHash
  /** The attempt that was judged; the same in a repeat. */
  readonly attempt: number
  /** The dot under which it was judged first, if that was a different one. */
  readonly duplicateOf?: { readonly replica: ReplicaId; readonly n: number }
} & (
  | { readonly type: 'applied'; readonly version: number; readonly receipt: Receipt }
  | { readonly type: 'rejected'; readonly code: string; readonly message: string; readonly field?: string }
)

/** A verdict for each change of the push, in its order. */
export interface PushAnswer {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly hubTimeMs: number
  /** The account that the hub recorded as the author of these changes. */
  readonly account: string
  readonly verdicts: readonly Verdict[]
  readonly head: number
  /**
   * Set if the request's cursor was at the head before this push, and every version since belongs to one of these verdicts and was merged
   * exactly as sent. The device may then treat the applied verdicts as the log since its cursor, and move to this cursor.
   */
  readonly cursor: Cursor | null
  readonly durableThrough: number
}

/** Asks for the changes in a space since the cursor; null reads the space from the beginning. */
export interface PullRequest {
  readonly epoch: Epoch | null
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly schema: SchemaIdentity
  readonly cursor: Cursor | null
  /** Intents that the device has sent without receiving a verdict, its failed ones, and applied ones whose receipts it lacks. */
  readonly waiting: readonly Intent[]
  readonly bytesMax: number
  /** Asks for record pages only, not for the log. */
  readonly accept?: 'records'
}

/** One applied change, as the hub merged it. Merging entries in the order of their versions gives the hub's records. */
export interface LogEntry {
  readonly version: number
  readonly name: Name
  /** Null if the reader holds this change and the hub merged it exactly as sent. */
  readonly content: Content | null
  readonly by: string
  readonly effectiveStamp: Stamp
  readonly hubStamp: Stamp
  readonly unverified: boolean
  /** Names in an `over` of this change that the hub did not have when it merged it. */
  readonly awaits: readonly Name[]
}

/** The fields of one record that changed since the base of the pull; `record.version` is the record's. */
export interface RecordPart {
  readonly collection: string
  readonly id: RecordId
  /** Null if the record left this reader's view. */
  readonly record: RecordState | null
}

/** The content of a page: the log of changes, or the merged records. */
export type PageBody =
  /** Whole changes, which may be shown at once. */
  | { readonly type: 'log'; readonly entries: readonly LogEntry[] }
  /**
   * The device stages the pages of one pull and shows them together when `more` is false. `whole`: the pull began without a cursor, so
   * records that it does not contain are gone.
   */
  | {
      readonly type: 'records'
      readonly whole: boolean
      readonly records: readonly RecordPart[]
      /**
       * The last n that the hub has of the asking replica in this space, or 0. Records do not name the changes in them; this tells a device
       * which of its own changes may be there although it has not sent them: a copy of it did [Q2].
       */
      readonly sentThrough: number
      /** The version of the hub's schema, and thus of these records, if it is newer than the request's. Log entries state their own. */
      readonly newerSchema?: number
    }

/** One page of the answer to a pull. `hubTimeMs`: milliseconds since 1970. */
export interface Page {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly hubTimeMs: number
  /** The cursor that this page follows. A device at any other cursor ignores it. */
  readonly from: Cursor | null
  readonly cursor: Cursor
  readonly more: boolean
  readonly head: number
  /** Verdicts for the intents that the request listed; applied before the body, in the same transaction. */
  readonly verdicts: readonly Verdict[]
  readonly body: PageBody
  readonly durableThrough: number
  /**
   * The version up to which the hub has forgotten deleted records; set with the last page of a pull. After the body the device drops the
   * same ones, so that both hold the same records: see `isForgotten` [Q4].
   */
  readonly horizon?: number
}

/** Waits for news for at most `waitMs` milliseconds; used if no socket stays open. */
export interface PollRequest {
  readonly replica: ReplicaId
  /** The heads that the device has. The hub answers when one of them moves or a space appears. */
  readonly heads: readonly { readonly space: SpaceId; readonly head: number }[]
  readonly waitMs: number
}

/** The heads of all spaces that the account may read and that moved; none if the wait timed out. */
export interface PollAnswer {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly hubTimeMs: number
  readonly heads: readonly { readonly space: SpaceId; readonly head: number }[]
}

/** Asks for digests of the records in a range of a space, as they are at this version of the space [Q5]. */
export interface DigestRequest {
  readonly epoch: Epoch | null
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly schema: SchemaIdentity
  readonly version: number
  readonly range: IdRange
}

/** The digests of the parts into which the hub divides the range. `hubTimeMs`: milliseconds since 1970. */
export interface DigestAnswer {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly hubTimeMs: number
  readonly head: number
  /** Null if the hub cannot compare: its head is another version, or its schema is newer. */
  readonly parts: readonly DigestPart[] | null
}

/** Asks for all records of a range that differs, deleted ones too. */
export interface RangeRequest extends DigestRequest {
  readonly bytesMax: number
  /** The first of its check: the hub tells its operators that a device differs. */
  readonly alarm: boolean
}

/** The records of a range, up to `to`; the device asks on from there. `hubTimeMs`: milliseconds since 1970. */
export interface RangeAnswer {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly hubTimeMs: number
  readonly head: number
  /** Null if the hub cannot compare, as in a `DigestAnswer`. */
  readonly records: readonly RecordPart[] | null
  readonly to: RecordId | null
}

/** A frame on a live socket, in either direction. */
export type LiveFrame =
  | {
      readonly type: 'request'
      readonly id: string
      readonly path: 'hello' | 'push' | 'pull' | 'digest' | 'range'
      readonly body: unknown
    }
  | { readonly type: 'answer'; readonly id: string; readonly status: number; readonly body: unknown }
  /** A hint that a space moved. Correctness never depends on it. */
  | { readonly type: 'head'; readonly space: SpaceId; readonly head: number }
  /** A log page that follows the cursor of the last page sent on this socket. A device at any other cursor ignores it. */
  | { readonly type: 'delta'; readonly page: unknown }

/** A problem document (RFC 9457) with the members that a device acts on: `class` says what to do, `code` is stable. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly class: 'retryable' | 'auth' | 'permission' | 'schema' | 'validation' | 'size' | 'state' | 'protocol'
  readonly detail?: string
  /** The change that the hub failed on, if known [P3]. */
  readonly intent?: Intent
  readonly retryAfterMs?: number
  readonly epoch?: Epoch
}
