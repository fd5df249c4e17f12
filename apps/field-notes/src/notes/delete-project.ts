/**
 * Deletes a project with everything in it: the notes first, a hundred at a time, so that nothing else waits long, and the project last. What
 * is stopped on the way leaves the project with the rest.
 */
import type { SpaceItem } from '@tombolo/client'
import { BATCH_ROWS_MAX } from '../import/write-notes.ts'
import type { FieldStore } from '../store.ts'
import type { JobControl } from './job.ts'
import { nameOf } from './projects.ts'

/** Whether all of it is deleted. */
export async function deleteProject(store: FieldStore, space: SpaceItem, { signal, progress }: JobControl): Promise<boolean> {
  const label = `Delete ${nameOf(space)}`
  const batch = store.db.notes.in(space).orderBy('id').limit(BATCH_ROWS_MAX)
  for (let done = 0; ;) {
    const notes = await batch.all()
    if (notes.length === 0) break
    if (signal.aborted) return false
    await store.write((w) => notes.forEach((note) => w.notes.delete(note)), { label })
    progress((done += notes.length))
  }
  await store.deleteSpace(space)
  return true
}
