/** Reads what is in the outbox mirror. */
import { parseContent } from '@tombolo/core'
import type { KeptChange } from '../engine/kept-change.ts'
import type { KeptOperation } from '../engine/operations.ts'
import type { MirrorItem } from '../storage/mirror.ts'
import { StorageError } from '../storage/port.ts'

/** The content of an item in the mirror, as JSON. `home`: the database that contains the change itself. */
export type KeptItem = ({ readonly type: 'change'; readonly home: string } & KeptChange) | ({ readonly type: 'operation' } & KeptOperation)

export interface ReadItem {
  readonly key: string
  readonly item: KeptItem
}

/** What cannot be read is left out, and told: it stays in the mirror, and keeps nothing else from coming back. */
export function readItems(all: readonly MirrorItem[], onError: (error: unknown) => void): readonly ReadItem[] {
  const items = all.flatMap(({ key, bytes }) => itemIn(bytes).map((item) => ({ key, item })))
  const unreadable = all.length - items.length
  if (unreadable > 0) onError(new StorageError('storage.corrupt', { unreadable }))
  return items
}

/** Nothing where it was spoilt, or is of a kind that only a newer app knows. */
function itemIn(bytes: string): readonly KeptItem[] {
  try {
    const item = JSON.parse(bytes) as KeptItem
    if (item.type === 'change') parseContent(item.content)
    return item.type === 'change' || item.type === 'operation' ? [item] : []
  } catch {
    return []
  }
}
