/**
 * What devices and hub say to one another, decoded. How it is written on the wire is in codec/ and docs/spec/protocol.md.
 *
 *   POST /hello   who am I to you, which spaces may I read
 *   POST /push    changes of one replica in one space            → verdicts
 *   POST /pull    what changed in one space since a cursor       → a page
 *   POST /poll    tell me when a head moves (long poll)          → heads
 *   WS   /live    the same requests as frames, heads and deltas
 */
import type { Content, Receipt } from '../change.ts'
import type { ChainHash, ContentHash, Intent, Name, RecordId, ReplicaId, SpaceId } from '../ids.ts'
import type { RecordState } from '../merge/record.ts'
import type { SchemaIdentity } from '../schema/definition.ts'
import type { Stamp } from '../stamp.ts'

/** The first member of every request. A hub that does not speak it answers `protocol.unsupported`. */
export const PROTOCOL_VERSION = 1

/** The identity of a hub's history; changes when the hub is restored from a backup. */
export type Epoch = string
/** How far a replica has read a space: opaque to the device, signed by the hub [Q3]. */
export type Cursor = string

/** A device says who it is, and asks where its spaces stand. */
export interface HelloRequest {
  readonly replica: ReplicaId
  readonly schema: SchemaIdentity
}

/** Who the hub takes the device for, and the heads of all spaces that it may read. `hubTimeMs`: milliseconds since 1970. */
export interface HelloAnswer {
  readonly epoch: Epoch
  readonly hubTimeMs: number
  readonly account: string
  readonly schema: SchemaIdentity
  readonly spaces: readonly { readonly space: SpaceId; readonly head: number; readonly durableThrough: number }[]
}

/** A change in a push. `receipt`: where the hub accepted it before, and may have lost it to a backup [P6]. */
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
  readonly schema: SchemaIdentity
  /** Where the device has read the space to; lets the answer double as a page when nobody else wrote. */
  readonly cursor: Cursor | null
  /** The link that the first change follows. */
  readonly base: { readonly n: number; readonly hash: ChainHash }
  readonly changes: readonly PushedChange[]
}

/** The hub's answer to one change: applied, at this version, or rejected. On a repeat it is the same again. */
export type Verdict = {
  readonly name: Name
  readonly contentHash: ContentHash
  /** The attempt that was judged, also in a repeat. */
  readonly attempt: number
  /** The dot under which it was judged first, when that was another. */
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
  /** The author as whom the hub wrote these changes. */
  readonly account: string
  readonly verdicts: readonly Verdict[]
  readonly head: number
  /**
   * Present when the request's cursor stood at the head before this push, and every version since is one of these verdicts, merged just
   * as it was sent: the device may then treat the applied verdicts as the log since its cursor, and stands at this cursor.
   */
  readonly cursor: Cursor | null
  readonly durableThrough: number
}

/** What happened in a space since the cursor; null reads it from nothing. */
export interface PullRequest {
  readonly epoch: Epoch | null
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly schema: SchemaIdentity
  readonly cursor: Cursor | null
  /** Intents that the device has offered and has no verdict for, and its failed ones. */
  readonly waiting: readonly Intent[]
  readonly bytesMax: number
  /** Records pages only: the device wants states, not how they came about. */
  readonly accept?: 'records'
}

/** One applied change, as the hub merged it. Merging entries in the order of their versions gives the hub's records. */
export interface LogEntry {
  readonly version: number
  readonly name: Name
  /** Null where the reader said that it holds this change, and the hub merged it just as it was sent. */
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
  /** Null: the record left this reader's view. */
  readonly record: RecordState | null
}

/** What a page brings: how records came to be as they are, or only how they are. */
export type PageBody =
  /** Whole changes: may be shown at once. */
  | { readonly type: 'log'; readonly entries: readonly LogEntry[] }
  /** Pages of one pull are staged, and shown together when `more` is false. `whole`: this pull began at nothing, what it does not bring is gone. */
  | {
      readonly type: 'records'
      readonly whole: boolean
      readonly records: readonly RecordPart[]
      /** The version of the hub's schema, where it is newer than the request's: the records are in its words. A log entry says its own. */
      readonly newerSchema?: number
    }

/** A part of what a pull asked for. `hubTimeMs`: milliseconds since 1970. */
export interface Page {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly hubTimeMs: number
  /** The cursor that this page follows: it is applied only there. */
  readonly from: Cursor | null
  readonly cursor: Cursor
  readonly more: boolean
  readonly head: number
  /** Verdicts for the intents that the request listed; applied before the body, in the same transaction. */
  readonly verdicts: readonly Verdict[]
  readonly body: PageBody
  readonly durableThrough: number
}

/** A wait for news, of at most `waitMs` milliseconds, where no socket stays open. */
export interface PollRequest {
  readonly replica: ReplicaId
  /** What the device has; the answer comes when one of these moves, or a space appears. */
  readonly heads: readonly { readonly space: SpaceId; readonly head: number }[]
  readonly waitMs: number
}

/** The heads of all spaces that the account may read and that moved; none when the wait ended in silence. */
export interface PollAnswer {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly hubTimeMs: number
  readonly heads: readonly { readonly space: SpaceId; readonly head: number }[]
}

/** A message on a live socket, either way. */
export type LiveFrame =
  | { readonly type: 'request'; readonly id: string; readonly path: 'hello' | 'push' | 'pull'; readonly body: unknown }
  | { readonly type: 'answer'; readonly id: string; readonly status: number; readonly body: unknown }
  /** A hint that a space moved. Never needed for correctness. */
  | { readonly type: 'head'; readonly space: SpaceId; readonly head: number }
  /** A log page that follows the cursor of the last page sent on this socket; applied only there. */
  | { readonly type: 'delta'; readonly page: unknown }

/** RFC 9457 with what a device needs to act: `class` says what to do, `code` is stable. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly class: 'retryable' | 'auth' | 'permission' | 'schema' | 'validation' | 'size' | 'state' | 'protocol'
  readonly detail?: string
  /** The change that the hub failed on, if it knows [P3]. */
  readonly intent?: Intent
  readonly retryAfterMs?: number
  readonly epoch?: Epoch
}
