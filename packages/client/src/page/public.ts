/** The public names of the page's side of the store. */
export { bindField } from './bind-field.ts'
export {
  Absent,
  Changed,
  type ErrorPlace,
  IntentUsed,
  Invalid,
  Misuse,
  SchemaMismatch,
  StorageFailed,
  StoreFull,
  TomboloError,
  TooBig,
} from './errors.ts'
export type { FieldSnapshot, FieldState, FieldView, Selection } from './field-session.ts'
export type { Field, FieldRef, StartTimer, UnsavedField } from './fields.ts'
export type { Live, Snapshot } from './live.ts'
export type { Conflicts, Outbox, OutboxRef } from './outbox.ts'
export type { Members } from './members.ts'
export type { Recovery } from './recovery.ts'
export { collectionOf } from './port-client.ts'
export type { CollectionReader, Database, QueryBuilder } from './query.ts'
export type { Settled } from './settled.ts'
export { type Saved, Store, type StoreParts, type WriteOptions } from './store.ts'
export type { Queryable, RecordRef, RowStanding, SpaceRef, StoredRow, TypedName } from './types.ts'
export type { CollectionWriter, CollectionWriterIn, StepOptions, Writer, WriterIn, WriteWork } from './write.ts'
