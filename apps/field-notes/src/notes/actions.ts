/** What a person does with notes. */
import type { SpaceItem } from '@tombolo/client'
import type { RecordId, SpaceId } from '@tombolo/core'
import { currentFilter, go } from '../navigation.ts'
import { attempt, say } from '../parts/notice.tsx'
import type { FieldStore } from '../store.ts'
import type { Filter } from './filter.ts'
import { isBlank } from './fields.ts'
import { headingOf, type Note } from './note.ts'
import { homeOf, projectFor } from './projects.ts'

/**
 * A note is before the person as soon as it is asked for, and kept from the first letter on: what nobody wrote in was never there. Whatever
 * was open makes room at once, so that no letter meant for the new note lands in another.
 */
export function beginNote(store: FieldStore, { project }: Filter, spaces: readonly SpaceItem[] = []): void {
  const home = project ?? homeOf(spaces)?.id
  if (home !== undefined) return beginIn(store, home)
  go({ screen: 'list' })
  attempt(async () => beginIn(store, await projectFor(store, null)))
}

const beginIn = (store: FieldStore, project: SpaceId): void =>
  go({ screen: 'note', id: begunNote(store, project).id }, currentFilter(), project)

/** `id`: of one that was begun before, on a page that was loaded again. */
export const begunNote = (store: FieldStore, project: SpaceId, id?: RecordId): Note => store.begin('notes', project, { title: '' }, id)

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
