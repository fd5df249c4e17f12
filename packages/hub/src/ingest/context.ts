/** What deciding needs besides the database: time, chance, keys and the product's schema, all as arguments. */
import type { ChainHash, ContentHash, Intent, Judge, LogEntry, Receipt, SchemaDefinition, SpaceId, Stamp, TextMerge } from '@tombolo/core'

/** What a receipt is bound to. */
export interface Received {
  readonly space: SpaceId
  readonly intent: Intent
  readonly contentHash: ContentHash
  readonly account: string
}

/** What the hub decided about a change's time: with it, any hub merges the change as this one did. */
export interface Times {
  readonly effectiveStamp: Stamp
  readonly hubStamp: Stamp
  /** Its author had never heard a hub's time [C2]. */
  readonly unverified: boolean
}

/** Proofs of acceptance [P6]. The key lives outside the database, so that a restored one cannot unsay them. */
export interface Receipts {
  sign(change: Received, times: Times): Receipt
  verify(change: Received, receipt: Receipt): boolean
}

export interface Hashes {
  content(text: string): ContentHash
  chain(previous: ChainHash, n: number, attempt: number, content: ContentHash): ChainHash
}

/** What a cursor says once its signature holds [Q3]. */
export interface CursorPlace {
  readonly space: SpaceId
  readonly epoch: string
  /** Everything up to here was read completely. */
  readonly base: number
  /** How far the pull that goes on from `base` has come; equal to it between pulls. */
  readonly position: number
  /** Within the version at `position`, the last record sent, as `collection\nid`; null when all of it was. */
  readonly last: string | null
  /** The tag of the commit that `position` belongs to; a history without it is not the one that was read. */
  readonly tag: string
  readonly account: string
}

export interface Cursors {
  sign(place: CursorPlace): string
  /** Null for what this hub did not sign. */
  open(cursor: string): CursorPlace | null
}

export interface IngestContext {
  readonly epoch: string
  readonly nowMs: number
  readonly schema: SchemaDefinition
  readonly judge: Judge
  readonly text: TextMerge
  readonly hashes: Hashes
  readonly receipts: Receipts
  readonly cursors: Cursors
  /** Names one commit of one space. */
  readonly mintTag: () => string
  /** Log entries as they are stored and served. */
  readonly encodeLog: (entries: readonly LogEntry[]) => string
  /** The app's code, or ours, threw on a change. */
  readonly onFault: (error: unknown, change: Received) => void
}
