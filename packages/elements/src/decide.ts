/** Decides a conflict by an ordinary write, and undoes the decision. */
import type { ConflictItem } from '@tombolo/client'
import type { Json } from '@tombolo/core'
import type { SyncStore } from './sync-store.ts'

export interface Decided {
  readonly item: ConflictItem
  readonly title: string
  readonly field: string
  /** The value that the record showed before. */
  readonly before: Json
}

/** `isReopened`: an earlier decision was undone, so the store has no conflict any more and this is a plain write. */
export async function decide(store: SyncStore, item: ConflictItem, value: Json, isReopened: boolean): Promise<void> {
  const { space, collection, record, field, id } = item
  await store.writeIn(space, (writer) => {
    const on = writer[collection]
    if (field === '$life') return value === 'deleted' ? on?.delete(record) : on?.restore(record)
    return isReopened ? on?.set(record, { [field]: value }) : on?.resolve(record, field, id, value)
  })
}

/** Restores the value shown before, by another write: others may have seen the decision. */
export async function takeBack(store: SyncStore, { item, before }: Decided): Promise<void> {
  const { space, collection, record, field } = item
  await store.writeIn(space, (writer) => {
    const on = writer[collection]
    return field === '$life' ? on?.restore(record) : on?.set(record, { [field]: before })
  })
}
