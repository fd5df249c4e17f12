/** One record as it stands on this device. */
import type { CollectionDefinition, RecordId, RecordState, SpaceId, TextEditor } from '@tombolo/core'

export interface StoredRecord {
  readonly collection: CollectionDefinition
  readonly id: RecordId
  readonly space: SpaceId
  readonly confirmed: RecordState | undefined
  /** Changes of this device that are unanswered or not covered, by seq. */
  readonly open: readonly number[]
  readonly failed: readonly number[]
  readonly edited: number
  /** Does the row on disk say that a person has to decide? */
  readonly wasConflicted: boolean
  /** Is there a row on disk already? */
  readonly exists: boolean
}

/** Whose device it is, and what merges its texts. */
export interface RecordContext {
  readonly account: string
  readonly text: TextEditor | null
}
