/** A decision about a conflict, as an ordinary write; and how it is taken back. */
import type { ConflictItem } from '@tombolo/client'
import type { Json } from '@tombolo/core'
import type { SyncStore } from './sync-store.ts'

export interface Decided {
  readonly item: ConflictItem
  readonly title: string
  readonly field: string
  /** What the record showed until then. */
  readonly before: Json
}

/** `isReopened`: the store has no conflict there any more, since an earlier decision was taken back; so it is a plain write. */
export async function decide(store: SyncStore, item: ConflictItem, value: Json, isReopened: boolean): Promise<void> {
  const { space, collection, record, field, id } = item
  await store.writeIn(space, (writer) => {
    const on = writer[collection]
    if (field === '$life') return value === 'deleted' ? on?.delete(record) : on?.restore(record)
    return isReopened ? on?.set(record, { [field]: value }) : on?.resolve(record, field, id, value)
  })
}

/** Shows again what was shown before. A decision that others may have seen is not unmade but followed by another write. */
export async function takeBack(store: SyncStore, { item, before }: Decided): Promise<void> {
  const { space, collection, record, field } = item
  await store.writeIn(space, (writer) => {
    const on = writer[collection]
    return field === '$life' ? on?.restore(record) : on?.set(record, { [field]: before })
  })
}
