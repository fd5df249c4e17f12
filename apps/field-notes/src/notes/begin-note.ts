/** Begins a note. */
import type { SpaceItem } from '@tombolo/client'
import type { RecordId, SpaceId } from '@tombolo/core'
import { currentFilter, go } from '../navigation.ts'
import { attempt } from '../parts/notice.tsx'
import type { FieldStore } from '../store.ts'
import type { Filter } from './filter.ts'
import type { Note } from './note.ts'
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
