/**
 * One thing done to many notes: a hundred at a time, so that nothing else waits long, each hundred as one change of its project. What is
 * stopped on the way leaves the rest as it was.
 */
import type { CollectionWriter } from '@tombolo/client'
import type { RecordId, SpaceId } from '@tombolo/core'
import { groupBy } from '../group-by.ts'
import { BATCH_ROWS_MAX } from '../import/write-notes.ts'
import type { app } from '../schema.ts'
import type { FieldStore, NotesQuery } from '../store.ts'
import { contentOf } from './fields.ts'
import type { JobControl } from './job.ts'
import type { Note } from './note.ts'

/** Some notes, by their ids, out of those that a query gives. */
export interface Some {
  readonly from: NotesQuery
  readonly ids: readonly RecordId[]
}

/** In the order of their ids, in pieces. */
export async function* notesOf({ from, ids }: Some): AsyncGenerator<readonly Note[], void, undefined> {
  const inOrder = ids.toSorted((a, b) => (a < b ? -1 : 1))
  for (let start = 0; start < inOrder.length; start += BATCH_ROWS_MAX)
    yield await from
      .where('id', 'in', inOrder.slice(start, start + BATCH_ROWS_MAX))
      .orderBy('id')
      .all()
}

export interface Doing extends JobControl {
  readonly store: FieldStore
  readonly some: Some
  /** What the outbox and the history call it. */
  readonly label: string
}

type Change = (writer: CollectionWriter<typeof app, 'notes'>, note: Note) => void

/** How many were changed. */
export async function changeAll({ store, some, label, signal, progress }: Doing, change: Change): Promise<number> {
  let done = 0
  for await (const notes of notesOf(some)) {
    if (signal.aborted) break
    for (const together of groupBy(notes, ({ space }) => space).values())
      await store.write((w) => together.forEach((note) => change(w.notes, note)), { label })
    progress((done += notes.length))
  }
  return done
}

export interface Moved {
  readonly moved: number
  /** They need their author first: a decision, or a change that was refused, is about the note where it is. */
  readonly left: number
}

/**
 * A note is in one project for ever, so it is written anew in the other, and deleted where it was once that is on disk. What was written
 * before stays in the history of the deleted one.
 */
export async function moveAll({ store, some, label, signal, progress }: Doing, to: SpaceId): Promise<Moved> {
  const sum = { moved: 0, left: 0 }
  for await (const notes of notesOf(some)) {
    if (signal.aborted) break
    const elsewhere = notes.filter(({ space }) => space !== to)
    const free = elsewhere.filter(({ $state }) => $state === 'synced' || $state === 'pending')
    await store.write((w) => free.forEach((note) => void w.notes.add(to, contentOf(note))), { label })
    for (const together of groupBy(free, ({ space }) => space).values())
      await store.write((w) => together.forEach((note) => w.notes.delete(note)), { label })
    sum.moved += free.length
    sum.left += elsewhere.length - free.length
    progress(sum.moved + sum.left)
  }
  return sum
}
