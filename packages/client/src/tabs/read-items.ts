/** Reads what is in the outbox mirror. */
import type { KeptChange } from '../engine/kept-change.ts'
import type { KeptOperation } from '../engine/operations.ts'
import { isReadable } from '../engine/restore.ts'
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
  const items = all.flatMap(({ key, bytes }) => {
    const item = itemIn(bytes)
    return item === null || (item.type === 'change' && !isReadable(item)) ? [] : [{ key, item }]
  })
  const unreadable = all.length - items.length
  if (unreadable > 0) onError(new StorageError('storage.corrupt', { unreadable }))
  return items
}

/** Null where the browser, or somebody in its tools, has spoilt it. */
function itemIn(bytes: string): KeptItem | null {
  try {
    return JSON.parse(bytes) as KeptItem
  } catch {
    return null
  }
}
