/** The changes of one transaction, passed to live queries after the commit. */
import { type RecordId, MEMBER_COLLECTION, SPACE_COLLECTION } from '@tombolo/core'
import type { Row } from './port.ts'
import type { SavedRow } from './records.ts'
import type { StoredRecord } from './stored-record.ts'

export interface RowChange {
  readonly collection: string
  readonly id: RecordId
  /** Null: deleted, or no longer on this device. Computed on first access, because most changes are not watched. */
  readonly row: Row | null
}

function rowChange(collection: string, id: RecordId, make: () => Row | null): RowChange {
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
  /** Empty if `bulk` is set: there are too many to list. */
  readonly changes: readonly RowChange[]
  readonly collections: ReadonlySet<string>
  readonly bulk: boolean
  readonly outbox: boolean
  readonly conflicts: boolean
  readonly spaces: boolean
}

/** Beyond this many rows a watcher re-runs its query instead of taking them one by one. */
const COMMIT_ROWS_MAX = 500

/** The commit of a transaction that is running. */
interface CommitInProgress extends Commit {
  readonly changes: RowChange[]
  readonly collections: Set<string>
  bulk: boolean
  outbox: boolean
  conflicts: boolean
  spaces: boolean
}

export const isEmpty = ({ collections, outbox, spaces }: Commit): boolean => collections.size === 0 && !outbox && !spaces

export const newCommit = (): CommitInProgress => ({
  changes: [],
  collections: new Set(),
  bulk: false,
  outbox: false,
  conflicts: false,
  spaces: false,
})

/** `isWatched`: someone is told of single rows. */
export function addRecord(commit: CommitInProgress, stored: StoredRecord, { conflicted, row }: SavedRow, isWatched: boolean): void {
  const { name } = stored.collection
  commit.collections.add(name)
  // With a space, what there is to review in it is deleted and restored.
  if (name === SPACE_COLLECTION || name === MEMBER_COLLECTION) commit.spaces = commit.conflicts = true
  // The outbox names the records that its changes wrote.
  if (stored.open.length + stored.failed.length > 0) commit.outbox = true
  if (commit.changes.length >= COMMIT_ROWS_MAX) commit.bulk = true
  if (commit.bulk || stored.wasConflicted || conflicted) commit.conflicts = true
  if (!commit.bulk && isWatched) commit.changes.push(rowChange(name, stored.id, row))
}
