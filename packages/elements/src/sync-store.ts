/**
 * The interface of a store for the elements. Every `Store` of @tombolo/client is a `SyncStore`, whatever its schema. The writer is typed
 * loosely, because an element learns the fields from the schema at run time.
 */
import type { ConflictItem, HistoryItem, Live, OutboxItem, RowStanding, StoreStatus } from '@tombolo/client'
import type { ConflictId, Json, RecordId, SchemaDefinition, SpaceId } from '@tombolo/core'

/** The store as the elements use it. Every `Store` of @tombolo/client is one, whatever its schema. */
export interface SyncStore {
  readonly schema: SchemaDefinition
  readonly status: Live<StoreStatus>
  readonly outbox: SyncOutbox
  readonly conflicts: { readonly live: Live<readonly ConflictItem[]> }
  readonly recovery: { setAside(file: string): Promise<Uint8Array<ArrayBuffer>>; putAway(): Promise<void> }
  readonly db: Readonly<Record<string, { record(id: RecordId): Live<unknown> }>>
  liveHistory(row: RowStanding): Live<readonly HistoryItem[]>
  writeIn(space: SpaceId, work: (writer: SyncWriter) => void): Promise<unknown>
}

interface SyncOutbox {
  readonly live: Live<readonly OutboxItem[]>
  retry(item: OutboxItem): Promise<void>
  discard(item: OutboxItem): Promise<void>
  export(item: OutboxItem): Promise<string>
  sendNow(): Promise<void>
}

type SyncWriter = Readonly<Record<string, SyncCollectionWriter>>

interface SyncCollectionWriter {
  set(record: RecordId, patch: Readonly<Record<string, Json>>): void
  resolve(record: RecordId, field: string, conflict: ConflictId, value: Json): void
  delete(record: RecordId): void
  restore(record: RecordId): void
}
