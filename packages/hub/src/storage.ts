/**
 * The storage port: the hub's interface to its database. The SQLite adapter is in ./sqlite; test/storage-contract.ts is the suite that
 * every adapter must pass.
 *
 *   transact   one transaction: reads what a batch of pushes touches, calls `decide` (a pure function) to merge it, writes the result
 *   read       one snapshot: a space as one reader needs it
 *
 * Invariants an adapter keeps:
 * - `decide` sees the newest committed state of its spaces, and no other transaction writes to them until this one ends;
 *   so heads are gapless in the order of commits [Q1].
 * - all of a `Decision` is durable when `transact` fulfils, and nothing of it when it rejects.
 * - every key begins with the space, so that a database may be sharded by space; only `replica → account` has no space.
 */
import type {
  ChainHash,
  Content,
  ContentHash,
  History,
  IdRange,
  Intent,
  Member,
  RecordId,
  RecordState,
  ReplicaId,
  SpaceId,
  Stamp,
  Standing,
} from '@tombolo/core'

/** A space, as the hub stores it. */
export interface SpaceRow {
  readonly space: SpaceId
  /** The account that made it. What an account may do in it is its standing. */
  readonly owner: string
  /** The version of the newest change; 0 before the first. */
  readonly head: number
  /** The newest reading of the space's hybrid clock, which stamps what the hub accepts. */
  readonly hubStamp: Stamp
  /** The log holds every change after this version. */
  readonly logFloor: number
  /** Up to this version deleted records are forgotten: core's `isForgotten` says which [Q4]. */
  readonly horizon: number
}

/** The end of a replica's chain in a space, as the hub has it [P2]. */
export interface PositionRow {
  readonly lastN: number
  readonly hash: ChainHash
}

/** The outcome of a change. */
export type Outcome =
  | {
      readonly type: 'applied'
      readonly version: number
      readonly effectiveStamp: Stamp
      readonly hubStamp: Stamp
      readonly unverified: boolean
    }
  | { readonly type: 'rejected'; readonly code: string; readonly message: string; readonly field?: string }

/** The hub's answer to an intent; kept as long as the space [P3]. */
export interface VerdictRow {
  readonly intent: Intent
  readonly contentHash: ContentHash
  readonly attempt: number
  /** The account that offered it, and the dot under which it was judged. */
  readonly account: string
  readonly replica: ReplicaId
  readonly n: number
  /** The chain's hash at that dot [P2]. */
  readonly link: ChainHash
  readonly outcome: Outcome
  /** The database already has a verdict of this intent: this one, or one that it replaces. */
  readonly isStored: boolean
}

/** A merged record. */
export interface RecordRow {
  readonly collection: string
  readonly id: RecordId
  readonly state: RecordState
}

/** Changes of one push, as one text that is written once and served many times. A cursor is always between two chunks. */
export interface LogChunk {
  /** Versions of the first and the last change in it. */
  readonly first: number
  readonly last: number
  readonly text: string
}

/** What a batch will read, as known beforehand, so that a database across a network can fetch it at once. */
export interface Touch {
  readonly space: SpaceId
  /** Who offers; the standings of all members are read with a change of one. */
  readonly account: string
  readonly replica: ReplicaId
  readonly intents: readonly Intent[]
  readonly records: readonly { readonly collection: string; readonly id: RecordId }[]
}

/**
 * The committed state, as `decide` sees it. A lookup throws if the database fails, or if `touch` did not announce it: then the adapter may
 * fetch the data and call `decide` again, so `decide` must have no effects.
 */
export interface Found {
  /** Whether a lookup threw this: no change is to blame for it [P3]. */
  threw(error: unknown): boolean
  /** The account that a replica belongs to. */
  account(replica: ReplicaId): string | null
  space(space: SpaceId): SpaceRow | null
  /** What an account may do in the space; null for one that never had a role in it. */
  standing(space: SpaceId, account: string): Standing | null
  /** Everybody who has or had a role in the space. */
  members(space: SpaceId): readonly Member[]
  /** The end of the replica's chain in the space; null before its first change. */
  position(space: SpaceId, replica: ReplicaId): PositionRow | null
  /** The stored answer to the intent. */
  verdict(space: SpaceId, intent: Intent): VerdictRow | null
  /** The merged record; null if nobody has written it. */
  record(space: SpaceId, collection: string, id: RecordId): RecordState | null
  /** The record was purged: its id stays known [Q4]. */
  gone(space: SpaceId, collection: string, id: RecordId): boolean
  /** The tag of the commit that a version belongs to; null for a version that this history does not have. */
  tag(space: SpaceId, version: number): string | null
  /** The head that the space had in this epoch at a time of its hub stamps, or one from up to a day earlier. */
  headBy(space: SpaceId, ms: number): number
}

/** The writes of one transaction in one space. */
export interface SpaceEffects {
  readonly space: SpaceRow
  readonly created: boolean
  /** Standings that are new or changed: what the records of members say, as an index. */
  readonly members: readonly Member[]
  readonly positions: readonly (PositionRow & { readonly replica: ReplicaId })[]
  readonly verdicts: readonly VerdictRow[]
  readonly records: readonly (RecordRow & { readonly isNew: boolean })[]
  readonly chunks: readonly LogChunk[]
  /** A random tag that names this commit in cursors. Null if it took no version. */
  readonly tag: string | null
  readonly history: readonly HistoryRow[]
  /** The sealed contents of changes that the hub merged in another form (an upgrade, a completed group). */
  readonly sealed: readonly { readonly version: number; readonly content: Content }[]
}

/** The additions of one change to a record's history. */
export interface HistoryRow {
  readonly collection: string
  readonly record: RecordId
  readonly version: number
  readonly items: readonly History[]
}

/** The writes of one transaction: all or nothing. */
export interface Effects {
  /** The hub's time, by which heads are remembered. */
  readonly nowMs: number
  readonly claims: readonly { readonly replica: ReplicaId; readonly account: string }[]
  readonly spaces: readonly SpaceEffects[]
}

/** A read of one space, in one snapshot. */
export interface ReadRequest {
  readonly space: SpaceId
  /** Who asks. */
  readonly account: string
  readonly replica: ReplicaId
  readonly intents: readonly Intent[]
  /** Versions whose tags are needed besides the head's. */
  readonly tagsOf: readonly number[]
  /** See `Found.headBy`. */
  readonly headByMs: number
  /** Chooses what to read, from the space and the standing of who asks, as they are in this snapshot. */
  readonly choose: (space: SpaceRow, standing: Standing | null) => BodyRequest
}

/**
 * The part of a space to read: nothing, the log after a version, or records. `bytesMax` limits the texts, but at least one chunk or record
 * is returned.
 */
export type BodyRequest =
  | { readonly type: 'none' }
  | { readonly type: 'log'; readonly after: number; readonly bytesMax: number }
  /** Records in the order of (version, collection, id), starting after `position`. */
  | { readonly type: 'records'; readonly position: RecordPosition; readonly bytesMax: number }

/** A position in the order of records. `id` is the last one sent of that version; null if all of it was sent. */
export interface RecordPosition {
  readonly version: number
  readonly last: { readonly collection: string; readonly id: RecordId } | null
}

/** A read of records in the order of (id, collection). The limits separate no two records of one id. */
export interface RangeRead {
  readonly space: SpaceId
  /** Who asks. */
  readonly account: string
  readonly range: IdRange
  readonly rowsMax: number
  readonly bytesMax: number
}

/** Records of a range. `next`: the id to go on with; null at the end of the range. */
export interface RangeSlice {
  readonly space: SpaceRow
  /** Of who asks. */
  readonly standing: Standing | null
  readonly records: readonly RecordRow[]
  readonly next: RecordId | null
}

/** The result of a read, of one moment. `more`: there is more of the part. `tags`: the requested tags that exist, by version. */
export interface Snapshot {
  readonly space: SpaceRow
  /** Of who asks. */
  readonly standing: Standing | null
  /** The end of the asking replica's chain; null before its first change. */
  readonly position: PositionRow | null
  readonly verdicts: readonly VerdictRow[]
  readonly tags: ReadonlyMap<number, string>
  readonly headBy: number
  readonly body:
    | { readonly type: 'none' }
    | { readonly type: 'log'; readonly chunks: readonly LogChunk[]; readonly more: boolean }
    | { readonly type: 'records'; readonly records: readonly RecordRow[]; readonly more: boolean }
}

/** Versions of a space up to which maintenance forgets; `retention/bounds.ts` decides them. */
export interface Bounds {
  /** Texts of the log. Not below `deleted`. */
  readonly log: number
  /** Deleted records, and the tags of commits before: the horizon [Q4]. */
  readonly deleted: number
  /** Sealed contents. */
  readonly sealed: number
  /** Heads by time before this are not asked for any more, in milliseconds since 1970. */
  readonly headsBeforeMs: number
}

/** Deleted records of one space that are forgotten for ever, as long as they had not been written after version `through`. */
export interface Gone {
  readonly space: SpaceId
  readonly through: number
  readonly records: readonly { readonly collection: string; readonly id: RecordId }[]
}

/** Notes outside the database what is about to go; returns how much has been noted. If it throws, nothing goes. */
export type NoteGone = (gone: Gone) => number

/**
 * The database of a hub, for one process at a time; the contract suite in src/test/storage-contract.ts says what an implementation must do.
 */
export interface Storage {
  /** The identity of this history; a new one is minted when it proves to be a restored copy. */
  epoch(): Promise<string>
  /** Replaces the epoch. Heads by time start over: the present heads count as reached now. */
  renewEpoch(from: string, to: string, nowMs: number): Promise<string>
  /**
   * One transaction: `touch` announces the lookups, `decide` is pure and may be called again, and its result is written. Fulfils when that
   * is durable.
   */
  transact(touch: () => readonly Touch[], decide: (found: Found) => Effects): Promise<void>
  /** Null if there is no such space. */
  read(request: ReadRequest): Promise<Snapshot | null>
  /** How many records have an id in a range. */
  countRange(space: SpaceId, range: IdRange): Promise<number>
  /** Records with an id in a range, of one moment. Null if there is no such space. */
  readRange(request: RangeRead): Promise<RangeSlice | null>
  /** The spaces in which an account has, or had, a role. `headBy`: see `Found.headBy`. */
  spacesOf(account: string, headByMs: number): Promise<readonly (SpaceRow & { readonly headBy: number; readonly standing: Standing })[]>
  /** Upgrades every record to this version of the schema. @throws if a newer schema has used the storage: its fields would be lost. */
  migrate(schemaVersion: number, upgrade: (from: number, collection: string, record: RecordState) => RecordState): Promise<void>
  /** The account that first used a replica id; claims it for `account` if nobody has. */
  claim(replica: ReplicaId, account: string): Promise<string>
  /** The next spaces after one, in a fixed order, each with its heads by these times. */
  spacesAfter(
    space: SpaceId | null,
    count: number,
    headByMs: readonly number[],
  ): Promise<readonly { readonly space: SpaceRow; readonly headsBy: readonly number[] }[]>
  /**
   * Forgets what a space may forget, at most about `rowsMax` rows of it at once; fulfils with whether there is more. Readers behind a log
   * that was forgotten get records instead; a forgotten record's id stays known.
   */
  forget(space: SpaceId, bounds: Bounds, rowsMax: number, note: NoteGone): Promise<boolean>
  /** Forgets values that were superseded before a time, in the same way. */
  forgetHistory(beforeMs: number, rowsMax: number): Promise<boolean>
  /** How much of what is noted outside has happened in this database, as `NoteGone` returned it last; 0 at first. */
  noted(): Promise<number>
  /**
   * Makes happen what was noted: in a copy that is older it has not. Null: only remembers how much has happened. Fulfils with whether the
   * copy held alive what is gone: then it needs a new epoch, so that readers begin anew.
   */
  repeat(gone: Gone | null, noted: number): Promise<boolean>
  close(): Promise<void>
}
