/** What one transaction changed, told to live queries after it is on disk. */
import type { RecordId } from '@tombolo/core'
import type { Row } from './port.ts'

export interface RowChange {
  readonly collection: string
  readonly id: RecordId
  /** Null: deleted, or no longer on this device. Made when it is first looked at, for most changes nobody watches. */
  readonly row: Row | null
}

export function rowChange(collection: string, id: RecordId, make: () => Row | null): RowChange {
  let made: Row | null | undefined
  return {
    collection,
    id,
    get row() {
      return made === undefined ? (made = make()) : made
    },
  }
}

export interface Commit {
  /** Empty where `bulk` says that there are too many to list. */
  readonly changes: readonly RowChange[]
  readonly collections: ReadonlySet<string>
  readonly bulk: boolean
  readonly outbox: boolean
  readonly conflicts: boolean
  readonly spaces: boolean
}

/** Past this many rows a watcher re-runs its query rather than take them one by one. */
export const COMMIT_ROWS_MAX = 500
