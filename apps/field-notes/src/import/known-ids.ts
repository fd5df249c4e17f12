/** Which notes the ids of a sheet name: those that are here, and those that were deleted. */
import type { RecordId } from '@tombolo/core'
import type { Note } from '../notes/note.ts'
import type { FieldStore } from '../store.ts'
import type { KnownIds } from './candidates.ts'
import type { Mapping } from './columns.ts'
import { idIn } from './read-row.ts'
import type { Sheet } from './sheet.ts'

const ASKED_AT_ONCE = 500

export async function knownIds({ db }: FieldStore, { rows }: Sheet, mapping: Pick<Mapping, 'id'>): Promise<KnownIds> {
  const ids = mapping.id === undefined ? [] : [...new Set(rows.flatMap(({ cells }) => idIn(cells, mapping) ?? []))]
  const notes = new Map<RecordId, Note>()
  const deleted = new Set<RecordId>()
  for (let start = 0; start < ids.length; start += ASKED_AT_ONCE) {
    const piece = ids.slice(start, start + ASKED_AT_ONCE)
    for (const note of await db.notes.where('id', 'in', piece).all()) notes.set(note.id, note)
    for (const { id } of await db.notes.deleted().where('id', 'in', piece).all()) deleted.add(id)
  }
  return { notes, deleted }
}
