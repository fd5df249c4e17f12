/** What a person does with a note that is there: not needed before one is open. */
import type { RecordId } from '@tombolo/core'
import { go } from '../navigation.ts'
import { attempt, say } from '../parts/notice.tsx'
import type { FieldStore } from '../store.ts'
import { isBlank } from './fields.ts'
import { headingOf, type Note } from './note.ts'

/** The person is done with it for now: what was written may go, and a note out of which everything was taken goes away. */
export function leaveNote(store: FieldStore, id: RecordId): void {
  attempt(async () => {
    await store.flush()
    const note = await store.db.notes.get(id)
    if (note === null) return
    if (isBlank(note)) await store.write((w) => w.notes.delete(note))
    await store.seal(note.space)
  })
}

export function deleteNote(store: FieldStore, note: Note): void {
  attempt(async () => {
    await store.write((w) => w.notes.delete(note), { label: `Delete ${headingOf(note)}` })
    go({ screen: 'list' })
    say({ text: `“${headingOf(note)}” was deleted.`, action: { label: 'Undo', run: () => restoreNote(store, note) } })
  })
}

/** Also long after it was deleted, and by whomever. */
export const restoreNote = (store: FieldStore, note: Note): void =>
  attempt(() => store.write((w) => w.notes.restore(note), { label: `Restore ${headingOf(note)}` }))
