/** What a person does with notes. */
import type { SpaceItem } from '@tombolo/client'
import type { RecordId, SpaceId } from '@tombolo/core'
import { go } from '../navigation.ts'
import { attempt, say } from '../parts/notice.tsx'
import type { FieldStore } from '../store.ts'
import type { Filter } from './filter.ts'
import { isBlank } from './fields.ts'
import { headingOf, type Note } from './note.ts'
import { homeOf, projectFor } from './projects.ts'

/**
 * A note is there as soon as it is begun; it asks for nothing first. Whatever was open makes room at once, so that no letter meant for the
 * new note lands in another.
 */
export function beginNote(store: FieldStore, { project }: Filter, spaces: readonly SpaceItem[] = []): void {
  const home = project ?? homeOf(spaces)?.id
  if (home !== undefined) return beginIn(store, home)
  go({ screen: 'list' })
  attempt(async () => beginIn(store, await projectFor(store, null)))
}

function beginIn(store: FieldStore, project: SpaceId): void {
  attempt(async () => {
    // Its id is known before it is on disk.
    await store.write((w) => go({ screen: 'note', id: w.notes.add(project, { title: '' }) }))
  })
}

/** The person is done with it for now: what was written may go, and a note in which nothing was written goes away. */
export function leaveNote(store: FieldStore, id: RecordId): void {
  attempt(async () => {
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
    const restore = (): void => attempt(() => store.write((w) => w.notes.restore(note), { label: `Restore ${headingOf(note)}` }))
    say({ text: `“${headingOf(note)}” was deleted.`, action: { label: 'Undo', run: restore } })
  })
}
