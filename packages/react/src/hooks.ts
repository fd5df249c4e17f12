/** What a component may know of the store: rows, and what the store says of itself. Each is kept up to date while it is shown. */
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
 * How many records a query finds, whatever its limit; undefined until the first answer.
 * @throws TomboloError while rendering, when the query does not fit the schema.
 * @example const birds = useCount(store.db.notes.where({ kind: 'bird' }))
 */
export function useCount<S extends Schema, N extends CollectionName<S>>(query: QueryBuilder<S, N>): number | undefined {
  return useLive(query.liveCount)
}

/**
 * One record: undefined until the first answer, null where there is none, or for the id null.
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
 * Signal, connection, what waits, storage and clock; undefined until the first answer.
 * @example const toSend = useStatus()?.toSend ?? 0
 */
export const useStatus = (): StoreStatus | undefined => useLive(useStore().status)

/**
 * What waits to be sent, and what was refused.
 * @example const refused = useOutbox().filter(({ status }) => status === 'failed')
 */
export const useOutbox = (): readonly OutboxItem[] => useLive(useStore().outbox.live) ?? NOTHING

/**
 * What a person has to decide, in one space or in all.
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
 * What was written to a record, newest first; undefined until the first answer.
 * @example const history = useHistory(note) ?? []
 */
export const useHistory = (row: RowStanding): readonly HistoryItem[] | undefined => useLive(useStore().liveHistory(row))

/**
 * What was typed and could not be saved: it must be seen, and asked about before the page is closed.
 * @example const mustStay = useUnsaved().length > 0
 */
export const useUnsaved = (): readonly UnsavedField[] => useLive(useStore().unsaved) ?? NOTHING
