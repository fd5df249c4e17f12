/**
 * The port between a page and the engine that runs beside SQLite: six functions, all of whose arguments and answers can be cloned
 * across a message channel. On Node the engine is in the same thread; in a browser it is in the store worker of the leading tab.
 *
 * No transaction stays open across the port. A batch carries an operation id, and is applied exactly once however often it is asked, so a
 * page may safely ask the next leader again.
 */
import type {
  ConflictId,
  Epoch,
  Intent,
  Json,
  Name,
  RecordId,
  Role,
  SpaceId,
  Stalled,
  Stamp,
  Standing,
  Step,
  Waiting,
  WaitReason,
} from '@tombolo/core'
import type { Imported, ImportStep, SnapshotHead, SnapshotPage } from './export/port.ts'

/** The functions that a store calls on its engine. Implement it to run a store on another engine. */
export interface EnginePort {
  /** Opens the database, or waits for the tab that has it. Asked first, and once. */
  open(): Promise<OpenAnswer>
  /** Answers once. */
  read(request: ReadRequest): Promise<ReadAnswer>
  /** Fulfils when the batch is on disk, or with the reason why nothing was saved. */
  write(batch: WriteBatch): Promise<WriteAnswer>
  /** Delivers rows, then changes, until `stop` is called. */
  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop
  /** Delivers the status, now and after each change, until `stop` is called. */
  status(notify: (status: StoreStatus) => void): Stop
  /** Ends all watches and lets go of the database. Saved changes stay, and are sent when the store is opened again. */
  close(): Promise<void>
}

/** Ends a watch; a second call does nothing. */
export type Stop = () => void

/** The schema that the engine was built with, and where it stores its data. */
export interface OpenAnswer {
  readonly schema: { readonly version: number; readonly fingerprint: string }
  readonly durability: Durability
}

/** `outbox-only`: the browser refuses files to pages; unsent changes are kept, everything else is fetched again. */
export type Durability = 'disk' | 'outbox-only'

// ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How a condition compares. `contains` tests whether a set has an element. */
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'contains'

/** A field is named as in the schema, a member of a group as `place.lat`; `$state` is a field too. `null` compares as SQL's IS. */
export interface Condition {
  readonly field: string
  readonly comparison: Comparison
  readonly value: Json
}

/** A query as data. `space` null: of all spaces on the device; `limit` null: all that there are. */
export interface Query {
  readonly collection: string
  readonly space: SpaceId | null
  readonly where: readonly Condition[]
  /** The id breaks ties, so the order is always total. */
  readonly orderBy: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[]
  readonly limit: number | null
  readonly offset: number
  /** Words to find with full-text search; the last one as a prefix. `rank` orders by relevance, else `orderBy` counts. */
  readonly search: { readonly words: string; readonly rank: boolean } | null
  /** Selects deleted records instead of existing ones. */
  readonly deleted?: true
}

/**
 * The status of a record. `synced`: the hub has all of it. `pending`: a change waits to be sent. `failed`: a change was refused.
 * `conflicted`: a person has to decide.
 */
export type RecordStatus = 'synced' | 'pending' | 'failed' | 'conflicted'

/** The value that a refused change would have written to a field. */
export interface FailedValue {
  readonly value: Json
  readonly code: string
  readonly message: string
}

/** A row as a page receives it: the fields of the schema, and Tombolo's `$` fields about the record. */
export interface Row {
  readonly id: RecordId
  readonly space: SpaceId
  readonly $state: RecordStatus
  /** Opaque; for `ifUnchanged`. */
  readonly $version: string
  /** Fields in conflict, `$life` for a delete against an edit; usually empty. */
  readonly $conflicts: readonly string[]
  readonly $failed: Readonly<Record<string, FailedValue>> | null
  readonly [field: string]: unknown
}

/** One change of a person that is not settled. `savedAt`: milliseconds since 1970, by this device's clock. */
export interface OutboxItem {
  readonly seq: number
  readonly space: SpaceId
  readonly intent: Intent
  readonly lane: 'changes' | 'files' | 'jobs'
  readonly status: 'pending' | 'failed'
  readonly label: string | null
  /** The records it writes, for the item's name on the screen; at most ten. */
  readonly records: readonly { readonly collection: string; readonly id: RecordId; readonly title: string | null }[]
  readonly recordCount: number
  readonly bytes: number
  readonly savedAt: number
  readonly refused: { readonly code: string; readonly message: string; readonly field?: string } | null
  readonly canRetry: boolean
  readonly canDiscard: boolean
}

/** A field, or the life of a record, that a person has to decide: their value, the values of others, and the value before. */
export interface ConflictItem {
  readonly space: SpaceId
  readonly collection: string
  readonly record: RecordId
  /** `$life` if one person deleted what another edited. */
  readonly field: string
  readonly id: ConflictId
  readonly mine: readonly SideItem[]
  readonly theirs: readonly SideItem[]
  readonly before: SideItem | null
}

/** A value that somebody wrote. `by`: the author's account; `at`: milliseconds since 1970. */
export interface SideItem {
  readonly name: Name
  readonly value: Json
  readonly by: string
  readonly at: number
}

/** A value written to a field, and its standing. */
export interface HistoryItem extends SideItem {
  readonly field: string
  readonly stamp: Stamp
  /** `shown` now; `beside` it, not shown by the field's rule; `past`: superseded; `failed`: refused. */
  readonly standing: 'shown' | 'beside' | 'past' | 'failed'
}

/** A space on this device. `name` is null until the record of the space has arrived. `head`: its newest version that the hub has told of. */
export interface SpaceItem {
  readonly id: SpaceId
  readonly name: string | null
  readonly head: number
  /** When this device last had the whole space; null: never. */
  readonly completeAt: number | null
  /** What the account may do in it, as the hub said last; `none`: nothing any more, and only unsent and refused work is left here. */
  readonly role: Standing | null
}

/** A one-off read. */
export type ReadRequest =
  | { readonly type: 'query'; readonly query: Query }
  | { readonly type: 'count'; readonly query: Query }
  /** The elements that a set has in any of these records. */
  | { readonly type: 'elements'; readonly query: Query; readonly field: string }
  | { readonly type: 'record'; readonly collection: string; readonly id: RecordId }
  | { readonly type: 'spaces' }
  | { readonly type: 'outbox' }
  | { readonly type: 'conflicts'; readonly space: SpaceId | null }
  | { readonly type: 'history'; readonly collection: string; readonly id: RecordId }
  /** Everything about one change, for export before a discard. */
  | { readonly type: 'export'; readonly intent: Intent }
  /** The outcome of a person's change so far. */
  | { readonly type: 'settled'; readonly intent: Intent }
  /** Takes a snapshot of the whole store under the page's id for it, once; reads it; ends it (docs/spec/export.md). */
  | { readonly type: 'takeSnapshot'; readonly id: string }
  | { readonly type: 'readSnapshot'; readonly id: string; readonly part: string; readonly after: SnapshotPage['next'] }
  | { readonly type: 'dropSnapshot'; readonly id: string }
  /** The bytes of a damaged database that was set aside. */
  | { readonly type: 'setAside'; readonly file: string }

/** The answer to a `ReadRequest`. */
export type ReadAnswer =
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'count'; readonly count: number }
  | { readonly type: 'elements'; readonly elements: readonly Json[] }
  | { readonly type: 'spaces'; readonly spaces: readonly SpaceItem[] }
  | { readonly type: 'outbox'; readonly items: readonly OutboxItem[] }
  | { readonly type: 'conflicts'; readonly items: readonly ConflictItem[] }
  | { readonly type: 'history'; readonly items: readonly HistoryItem[] }
  | { readonly type: 'export'; readonly json: string }
  | { readonly type: 'settled'; readonly outcome: SettledOutcome }
  | { readonly type: 'takeSnapshot'; readonly head: SnapshotHead }
  | { readonly type: 'readSnapshot'; readonly page: SnapshotPage }
  | { readonly type: 'dropSnapshot' }
  | { readonly type: 'setAside'; readonly bytes: Uint8Array<ArrayBuffer> }

/** The outcome of a change, or that it still waits. */
export type SettledOutcome =
  | { readonly type: 'waiting' }
  /** `version` of the space; 0 if it was applied so long ago that this device has forgotten it. */
  | { readonly type: 'applied'; readonly version: number }
  | { readonly type: 'rejected'; readonly code: string; readonly message: string }
  | { readonly type: 'discarded' }

// ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A step of a write, on one record. */
export type RecordStep = Step & {
  readonly collection: string
  readonly record: RecordId
  /** A row's `$version`: the batch is refused with `changed` if the record has changed since the person saw it. */
  readonly ifUnchanged?: string
  /** For an `add`: does nothing if the record exists already. */
  readonly ifAbsent?: true
}

/** Steps of a person to save, or an action on earlier changes. Each batch has its own id and is applied once. */
export type WriteBatch = { readonly operationId: string } & (
  | {
      readonly type: 'write'
      readonly space: SpaceId
      readonly steps: readonly RecordStep[]
      /** A form's own id for this submission: saving it twice makes one intent. */
      readonly intent?: string
      readonly label?: string
      /** The first change of a new space. */
      readonly createsSpace?: boolean
    }
  /** Decides what an account may do in a space. `name`: what the others there call this person. */
  | { readonly type: 'setRole'; readonly space: SpaceId; readonly account: string; readonly role: Standing; readonly name?: string }
  /** Makes an invitation with this secret. `until`: milliseconds since 1970, by the hub's clock. */
  | { readonly type: 'invite'; readonly space: SpaceId; readonly secret: string; readonly role: Role; readonly until: number }
  /** Joins a space by an invitation, which whoever made it may not have sent yet. `name`: what the others there are to call this person. */
  | { readonly type: 'join'; readonly space: SpaceId; readonly secret: string; readonly role: Role; readonly name?: string }
  | { readonly type: 'seal'; readonly space: SpaceId | null }
  /** An action on a change names its intent: a store that was built anew numbers its changes anew. */
  | { readonly type: 'retry' | 'discard'; readonly intent: Intent }
  /** Makes a new intent from the failed change's operations and these steps, drafted on the present view; discards the failed change. */
  | { readonly type: 'amend'; readonly intent: Intent; readonly steps: readonly RecordStep[] }
  | { readonly type: 'sendNow' }
  /** The person has seen that the store was built anew: removes what was set aside. */
  | { readonly type: 'putAway' }
  /** One step of bringing back a download under the page's id for it. Only `finish` changes what the store holds. */
  | { readonly type: 'import'; readonly id: string; readonly step: ImportStep }
)

/** The batch is on disk, or nothing was saved and the code says why (docs/spec/errors.md). */
export type WriteAnswer =
  | { readonly ok: true; readonly intent: Intent | null; readonly seq: number | null; readonly imported?: Imported }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly collection?: string; readonly field?: string }

// ── watching ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A watch. */
export type WatchRequest =
  | { readonly type: 'query'; readonly query: Query }
  | { readonly type: 'count'; readonly query: Query }
  | { readonly type: 'record'; readonly collection: string; readonly id: RecordId }
  | { readonly type: 'spaces' | 'outbox' | 'conflicts' }

/** Rows first, then changes: ids of rows that left, rows that are new or altered, and the ids of all rows in order if the order changed. */
export type WatchEvent =
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | {
      readonly type: 'delta'
      readonly removed: readonly RecordId[]
      readonly upserted: readonly Row[]
      readonly order: readonly RecordId[] | null
    }
  | { readonly type: 'count'; readonly count: number }
  | { readonly type: 'spaces'; readonly spaces: readonly SpaceItem[] }
  | { readonly type: 'outbox'; readonly items: readonly OutboxItem[] }
  | { readonly type: 'conflicts'; readonly items: readonly ConflictItem[] }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }

/** What came of a store that was lost: its database was damaged, or the browser had removed it. */
export interface Recovered {
  /** Milliseconds since 1970, by this device's clock. */
  readonly at: number
  readonly cause: 'damaged' | 'removed'
  /** Changes that were unanswered or refused, and wait in the new store. */
  readonly rescued: number
  /** Changes that were there and could not be read; null: nobody can tell how many. */
  readonly unreadable: number | null
  /** The damaged databases, kept until the person puts them away. */
  readonly setAside: readonly string[]
}

/** What the store takes of the device. */
export interface StorageStatus {
  readonly bytes: number
  /** Of these, what is kept of sent changes until the hub can no longer lose them. */
  readonly retainedBytes: number
  /** What is kept free beside them, so that the outbox can be sent on a device that is full. */
  readonly reserveBytes: number
  /** Nothing more fits: what is saved is refused with `storage.full`, and nothing is fetched. What waits goes out. */
  readonly isFull: boolean
  readonly durability: Durability
}

/** What was mended on a device because its records differed from the hub's without any error [Q5]. */
export interface Mended {
  /** Checks that found a difference. */
  readonly times: number
  readonly records: number
  /** Milliseconds since 1970, by this device's clock. */
  readonly lastAt: number
}

/** The status of a store. Times are milliseconds since 1970; null: not yet happened, or unknown. */
export interface StoreStatus {
  readonly connection: 'offline' | 'connecting' | 'live' | 'needs-sign-in' | 'blocked'
  readonly signal: 'none' | 'poor' | 'fair' | 'good'
  /** Records with unanswered changes: what 'N to send' counts. */
  readonly toSend: number
  readonly lanes: { readonly changes: number; readonly files: number; readonly jobs: number }
  /** Failed changes, which need a person. */
  readonly needsAttention: number
  /** Records with an open conflict. */
  readonly toReview: number
  readonly oldestUnansweredAt: number | null
  readonly lastSuccessAt: number | null
  readonly nextTryAt: number | null
  /** The gravest reason why something waits. */
  readonly waiting: WaitReason | null
  /** For each space with waiting changes, why they have not been sent. A space's changes wait together [S5]. */
  readonly waits: Readonly<Record<SpaceId, Waiting>>
  /** Work that nothing holds back and that gets nowhere: for whoever looks after the app. It is tried again all the same. */
  readonly stalled: Stalled | null
  /** The progress of the first load, from 0 to 1; null once everything is here. */
  readonly loading: number | null
  readonly storage: StorageStatus
  /** That the store was lost and built anew, until the person has put the message away. */
  readonly recovered: Recovered | null
  /** How far this device's clock is from the hub's, in milliseconds; null before the first answer. */
  readonly clockOffsetMs: number | null
  readonly clockWarning: boolean
  /** An alarm for engineers, who should look for a bug or a failing disk. Null: nothing ever differed. */
  readonly mended: Mended | null
  readonly epoch: Epoch | null
  readonly account: string | null
}
