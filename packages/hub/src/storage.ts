/**
 * The storage port: what the hub needs of a database. SQLite is in ./sqlite; contract.ts is the suite that any adapter passes.
 *
 *   transact   one transaction: reads what a batch of pushes touches, lets `decide` merge it (a pure function), writes what it says
 *   read       one snapshot: a space as one reader needs it
 *
 * Invariants an adapter keeps:
 * - `decide` sees the newest committed state of its spaces, and no other transaction writes to them until this one ends;
 *   so heads are gapless in the order of commits [Q1].
 * - all of a `Decision` is durable when `transact` fulfils, and nothing of it when it rejects.
 * - every key begins with the space, so that a database may be divided by it; only `replica → account` stands outside.
 */
import type { ChainHash, Content, ContentHash, History, Intent, RecordId, RecordState, ReplicaId, SpaceId, Stamp } from '@tombolo/core'

/** A space, as the hub keeps it. */
export interface SpaceRow {
  readonly space: SpaceId
  readonly owner: string
  /** The version of the newest change; 0 before the first. */
  readonly head: number
  /** The newest reading of the space's hybrid clock, which stamps what the hub accepts. */
  readonly hubStamp: Stamp
  /** The log holds every change after this version. */
  readonly logFloor: number
}

/** How far a replica's chain of changes in a space has come [P2]. */
export interface PositionRow {
  readonly lastN: number
  readonly hash: ChainHash
}

/** What became of a change. */
export type Outcome =
  | {
      readonly type: 'applied'
      readonly version: number
      readonly effectiveStamp: Stamp
      readonly hubStamp: Stamp
      readonly unverified: boolean
    }
  | { readonly type: 'rejected'; readonly code: string; readonly message: string; readonly field?: string }

/** What the hub answered to an intent; kept as long as the space [P3]. */
export interface VerdictRow {
  readonly intent: Intent
  readonly contentHash: ContentHash
  readonly attempt: number
  /** Who offered it, and the dot under which it was judged. */
  readonly account: string
  readonly replica: ReplicaId
  readonly n: number
  /** The chain's hash at that dot [P2]. */
  readonly link: ChainHash
  readonly outcome: Outcome
  /** The database has a verdict of this intent, which this one is or replaces. */
  readonly isStored: boolean
}

/** A record, as it was merged. */
export interface RecordRow {
  readonly collection: string
  readonly id: RecordId
  readonly state: RecordState
}

/** Changes of one push, as one text that is written once and served many times. Cursors stand only between chunks. */
export interface LogChunk {
  /** Versions of the first and the last change in it. */
  readonly first: number
  readonly last: number
  readonly text: string
}

/** What a batch is known to touch before it is decided; a database across a network fetches it in one go. */
export interface Touch {
  readonly space: SpaceId
  readonly replica: ReplicaId
  readonly intents: readonly Intent[]
  readonly records: readonly { readonly collection: string; readonly id: RecordId }[]
}

/** Thrown by a lookup of something that `touch` did not name; the adapter fetches it and decides again, so `decide` has no effects. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
}

/** The committed state, as `decide` sees it. */
export interface Found {
  /** The account that a replica belongs to. */
  account(replica: ReplicaId): string | null
  space(space: SpaceId): SpaceRow | null
  /** How far the replica's chain has come in the space; null before its first change. */
  position(space: SpaceId, replica: ReplicaId): PositionRow | null
  /** What was answered to the intent. */
  verdict(space: SpaceId, intent: Intent): VerdictRow | null
  /** The record as it was merged; null where nobody has written it. */
  record(space: SpaceId, collection: string, id: RecordId): RecordState | null
  /** The record was purged: its id stays known [Q4]. */
  gone(space: SpaceId, collection: string, id: RecordId): boolean
  /** The tag of the commit that a version belongs to; null for a version that this history does not have. */
  tag(space: SpaceId, version: number): string | null
  /** A head that the space had in this epoch by a time of its hub stamps; one that it had up to a day before, if that is easier to tell. */
  headBy(space: SpaceId, ms: number): number
}

/** What one transaction writes in one space. */
export interface SpaceEffects {
  readonly space: SpaceRow
  readonly created: boolean
  readonly positions: readonly (PositionRow & { readonly replica: ReplicaId })[]
  readonly verdicts: readonly VerdictRow[]
  readonly records: readonly (RecordRow & { readonly isNew: boolean })[]
  readonly chunks: readonly LogChunk[]
  /** Random; names this commit in cursors. Null when it took no version. */
  readonly tag: string | null
  readonly history: readonly HistoryRow[]
  /** What was sealed, where the hub merged something else (an upgrade, a completed group). */
  readonly sealed: readonly { readonly version: number; readonly content: Content }[]
}

/** What one change left to a record's history. */
export interface HistoryRow {
  readonly collection: string
  readonly record: RecordId
  readonly version: number
  readonly items: readonly History[]
}

/** What one transaction writes: all of it, or nothing. */
export interface Effects {
  readonly claims: readonly { readonly replica: ReplicaId; readonly account: string }[]
  readonly spaces: readonly SpaceEffects[]
}

/** What is read of a space, in one snapshot. */
export interface ReadRequest {
  readonly space: SpaceId
  readonly intents: readonly Intent[]
  /** Versions whose tags are asked for, besides the head's. */
  readonly tagsOf: readonly number[]
  /** See `Found.headBy`. */
  readonly headByMs: number
  /** Chooses what to read, from the space as it is in this snapshot. */
  readonly choose: (space: SpaceRow) => BodyRequest
}

/**
 * Which part of a space is read: nothing, the log after a version, or records. `bytesMax` bounds the texts; at least one chunk or record
 * comes.
 */
export type BodyRequest =
  | { readonly type: 'none' }
  | { readonly type: 'log'; readonly after: number; readonly bytesMax: number }
  /** Records changed after `base`, in the order of (version, collection, id), from behind `position`. */
  | { readonly type: 'records'; readonly position: RecordPosition; readonly bytesMax: number }

/** A place in the order of records; `id` is the last one sent of that version, null for all of it. */
export interface RecordPosition {
  readonly version: number
  readonly last: { readonly collection: string; readonly id: RecordId } | null
}

/** What was read, all of one moment. `more`: the part goes on; `tags`: by version, those that were asked for and are there. */
export interface Snapshot {
  readonly space: SpaceRow
  readonly verdicts: readonly VerdictRow[]
  readonly tags: ReadonlyMap<number, string>
  readonly headBy: number
  readonly body:
    | { readonly type: 'none' }
    | { readonly type: 'log'; readonly chunks: readonly LogChunk[]; readonly more: boolean }
    | { readonly type: 'records'; readonly records: readonly RecordRow[]; readonly more: boolean }
}

/**
 * What a hub keeps its data in. One process at a time; the contract suite in src/test/storage-contract.ts says what an implementation
 * must do.
 */
export interface Storage {
  /** The identity of this history; a new one is minted when it proves to be a restored copy. */
  epoch(): Promise<string>
  /** Heads by time begin anew: what is there is taken to have come now. */
  renewEpoch(from: string, to: string, nowMs: number): Promise<string>
  /**
   * One transaction: `touch` says what it will ask for, `decide` is pure and may be called again, what it returns is written. Fulfils
   * when that is durable.
   */
  transact(touch: () => readonly Touch[], decide: (found: Found) => Effects): Promise<void>
  /** Null: there is no such space. */
  read(request: ReadRequest): Promise<Snapshot | null>
  /** `headBy`: as `Found` tells it. */
  spacesOf(account: string, headByMs: number): Promise<readonly (SpaceRow & { readonly headBy: number })[]>
  /** Brings every record to this version of the schema. @throws when a newer one has been here: its fields would be lost. */
  migrate(schemaVersion: number, upgrade: (from: number, collection: string, record: RecordState) => RecordState): Promise<void>
  /** The account that first used a replica id; claims it for `account` when nobody has. */
  claim(replica: ReplicaId, account: string): Promise<string>
  /** Forgets the log up to a version; who is behind it reads records instead. */
  prune(space: SpaceId, through: number): Promise<void>
  close(): Promise<void>
}
