/** One record as stored on this device. */
import type { CollectionDefinition, RecordId, RecordState, SpaceId, TextEditor } from '@tombolo/core'

export interface StoredRecord {
  readonly collection: CollectionDefinition
  readonly id: RecordId
  readonly space: SpaceId
  readonly confirmed: RecordState | undefined
  /** This device's changes that are unanswered or not yet in the confirmed record, by seq. */
  readonly open: readonly number[]
  readonly failed: readonly number[]
  readonly edited: number
  /** Whether the row on disk is marked as conflicted. */
  readonly wasConflicted: boolean
  /** Whether the record has a row on disk. */
  readonly exists: boolean
}

/** The device's account, its text editor, and its clock. */
export interface RecordContext {
  readonly account: string
  readonly text: TextEditor | null
  readonly nowMs: () => number
  /** How far the clock is behind the newest thing that was seen of the hub. */
  readonly clockStandsBehindMs: () => number
}
