/** All notes that a filter lets through, in pieces: whatever their number, only some are in memory at once. */
import type { RecordId } from '@tombolo/core'
import type { Note } from '../notes/note.ts'
import type { NotesQuery } from '../store.ts'

const PIECE_ROWS = 1000

/** In the order in which they were made. */
export async function* pieces(query: NotesQuery): AsyncGenerator<readonly Note[], void, undefined> {
  let last: RecordId | null = null
  for (;;) {
    const after: NotesQuery = last === null ? query : query.where('id', '>', last)
    const rows: readonly Note[] = await after.orderBy('id').limit(PIECE_ROWS).all()
    if (rows.length > 0) yield rows
    last = rows.at(-1)?.id ?? null
    if (rows.length < PIECE_ROWS) return
  }
}
