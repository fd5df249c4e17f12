/**
 * Writes what a sheet corrects in notes that are here. Each value is written as a person would: a text in place, tags one by one, visits by
 * their difference, so that what others write at the same time stays.
 */
import type { CollectionWriter } from '@tombolo/client'
import type { RecordId } from '@tombolo/core'
import { groupBy } from '../group-by.ts'
import { EVERY_FIELD } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import type { app } from '../schema.ts'
import type { FieldStore } from '../store.ts'
import type { Corrected, Refusal } from './candidates.ts'
import type { Correction } from './read-row.ts'
import { inBatches, saved, type WriteOptions, type WriteOutcome } from './write-notes.ts'

export interface CorrectOptions extends WriteOptions {
  readonly corrected: readonly Corrected[]
}

/** A change is of one space: a batch is of one project. */
export async function writeCorrections({ store, corrected, label, signal, onProgress }: CorrectOptions): Promise<WriteOutcome> {
  const inOrder = corrected.toSorted((a, b) => (a.note.space < b.note.space ? -1 : a.note.space > b.note.space ? 1 : 0))
  return await inBatches(inOrder, { signal, onProgress }, async (batch) => {
    const now = await thereNow(store, batch)
    const there = batch.filter(({ note }) => now.has(note.id))
    const refusals: Refusal[] = []
    for (const some of groupBy(there, ({ note }) => note.space).values()) {
      const write = (rows: readonly Corrected[]): Promise<unknown> =>
        store.write((w) => rows.forEach(({ note, correction }) => correct(w.notes, note, correction)), { label })
      refusals.push(...(await saved(some, write)))
    }
    const gone = batch.filter(({ note }) => !now.has(note.id)).map(({ row }) => ({ row, reasons: ['its note was deleted meanwhile'] }))
    return { saved: batch.length - gone.length - refusals.length, known: 0, refusals: [...refusals, ...gone] }
  })
}

/** `note` as it was when the correction was made. */
export function correct(writer: CollectionWriter<typeof app, 'notes'>, note: Note, correction: Correction): void {
  for (const [key, { change }] of EVERY_FIELD) {
    if (!(key in correction)) continue
    const value = correction[key] as Note[typeof key]
    if (change === undefined) writer.set(note, { [key]: value })
    else change(writer, note, value)
  }
}

/** Those that are still there. */
async function thereNow({ db }: FieldStore, batch: readonly Corrected[]): Promise<ReadonlySet<RecordId>> {
  const ids = batch.map(({ note }) => note.id)
  const notes: readonly Note[] = await db.notes.where('id', 'in', ids).all()
  return new Set(notes.map(({ id }) => id))
}
