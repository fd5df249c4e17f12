/** The inputs of a decision besides the database: time, chance, keys and the app's schema, all as arguments. */
import type {
  ChainHash,
  ContentHash,
  CursorPlace,
  Judge,
  LogEntry,
  Receipt,
  ReceiptSubject,
  ReceiptTimes,
  RecordId,
  SchemaDefinition,
  SpaceId,
  TextMerge,
} from '@tombolo/core'
import type { Backups } from '../durable.ts'

/** Proofs of acceptance [P6]. The key is kept outside the database, so that they stay valid for a restored one. */
export interface Receipts {
  sign(change: ReceiptSubject, times: ReceiptTimes): Receipt
  verify(change: ReceiptSubject, receipt: Receipt): boolean
}

export interface Hashes {
  content(text: string): ContentHash
  chain(previous: ChainHash, n: number, attempt: number, content: ContentHash): ChainHash
}

export interface Cursors {
  sign(place: CursorPlace): string
  /** Null for a cursor that this hub did not sign. */
  open(cursor: string): CursorPlace | null
}

export interface IngestContext {
  readonly epoch: string
  readonly nowMs: number
  /** Copies of the database that are older than this are never restored [P6]. Where backups are configured, they are what counts. */
  readonly restorableMs: number
  readonly backups: Backups | null
  readonly schema: SchemaDefinition
  readonly judge: Judge
  readonly text: TextMerge
  readonly hashes: Hashes
  /** The id of the record that says which role an account has in a space. */
  readonly memberId: (space: SpaceId, account: string) => RecordId
  /** The id of the record of the invitation that has this secret. */
  readonly inviteId: (secret: string) => RecordId
  readonly receipts: Receipts
  readonly cursors: Cursors
  /** Mints the tag of one commit of one space. */
  readonly mintTag: () => string
  /** Log entries as they are stored and served. */
  readonly encodeLog: (entries: readonly LogEntry[]) => string
  /** The app's code, or ours, threw on a change. */
  readonly onFault: (error: unknown, change: ReceiptSubject) => void
}
