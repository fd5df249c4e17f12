/** Hooks for reading the store: rows, and the store's own state. Each value is kept up to date while its component is mounted. */
import type {
  CollectionReader,
  ConflictItem,
  HistoryItem,
  Live,
  OutboxItem,
  QueryBuilder,
  RowStanding,
  SpaceItem,
  SpaceRef,
  StoredRow,
  StoreStatus,
  UnsavedField,
} from '@tombolo/client'
import type { CollectionName, RecordId, Schema } from '@tombolo/core'
import { useLive } from './live.ts'
import { useStore } from './store.ts'

const NOTHING: readonly never[] = []

/**
 * The rows of a query; none until the first answer (`useLive(query.live)` tells these apart). Rows that did not change are the same
 * objects, so that a memoised component for each row is drawn only when its row changed.
 * @throws TomboloError while rendering, when the query does not fit the schema.
 * @example const notes = useQuery(store.db.notes.in(project).orderBy('id', 'desc').limit(100))
 */
export function useQuery<S extends Schema, N extends CollectionName<S>>(query: QueryBuilder<S, N>): readonly StoredRow<S, N>[] {
  return useLive(query.live) ?? NOTHING
}

/**
 * The number of records that a query matches, regardless of its limit; undefined until the first answer.
 * @throws TomboloError while rendering, when the query does not fit the schema.
 * @example const birds = useCount(store.db.notes.where({ kind: 'bird' }))
 */
export function useCount<S extends Schema, N extends CollectionName<S>>(query: QueryBuilder<S, N>): number | undefined {
  return useLive(query.liveCount)
}

/**
 * One record: undefined until the first answer, null if there is none, or for the id null.
 * @example const record = useRecord(store.db.notes, noteId)
 */
export function useRecord<S extends Schema, N extends CollectionName<S>>(
  collection: CollectionReader<S, N>,
  id: RecordId | null,
): StoredRow<S, N> | null | undefined {
  return useLive<StoredRow<S, N> | null>(id === null ? NO_RECORD : collection.record(id))
}

const KNOWN_NOTHING = { value: null, error: undefined }
const NO_RECORD: Live<null> = { key: 'no record', get: () => null, snapshot: () => KNOWN_NOTHING, subscribe: () => () => {} }

/**
 * Signal, connection, waiting changes, storage and clock; undefined until the first answer.
 * @example const toSend = useStatus()?.toSend ?? 0
 */
export const useStatus = (): StoreStatus | undefined => useLive(useStore().status)

/**
 * The waiting and refused changes.
 * @example const refused = useOutbox().filter(({ status }) => status === 'failed')
 */
export const useOutbox = (): readonly OutboxItem[] => useLive(useStore().outbox.live) ?? NOTHING

/**
 * The conflicts that a person has to decide, in one space or in all.
 * @example const toReview = useConflicts(project).length
 */
export function useConflicts(space?: SpaceRef): readonly ConflictItem[] {
  const { conflicts } = useStore()
  return useLive(space === undefined ? conflicts.live : conflicts.liveIn(space)) ?? NOTHING
}

/**
 * The spaces on this device; undefined until the first answer.
 * @example const projects = useSpaces() ?? []
 */
export const useSpaces = (): readonly SpaceItem[] | undefined => useLive(useStore().liveSpaces)

/**
 * The values written to a record, newest first; undefined until the first answer.
 * @example const history = useHistory(note) ?? []
 */
export const useHistory = (row: RowStanding): readonly HistoryItem[] | undefined => useLive(useStore().liveHistory(row))

/**
 * Typed text that could not be saved: show it, and ask before the page is closed.
 * @example const mustStay = useUnsaved().length > 0
 */
export const useUnsaved = (): readonly UnsavedField[] => useLive(useStore().unsaved) ?? NOTHING
