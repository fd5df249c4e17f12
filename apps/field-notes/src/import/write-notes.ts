/**
 * Writes notes into projects, at most a hundred at a time, so that nothing else has to wait long: what a person types meanwhile is saved
 * between two batches. It can be stopped after any batch; what was written stays, and the same import goes on where it stopped.
 */
import { Invalid, TomboloError, TooBig } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import type { NewNote } from '../notes/note.ts'
import type { FieldStore } from '../store.ts'
import type { Refusal } from './candidates.ts'
import { KnownNotes } from './known-notes.ts'
import type { SheetRow } from './sheet.ts'

export const BATCH_ROWS_MAX = 100

/** What is written of a row. */
export interface Addition {
  readonly row: SheetRow
  readonly note: NewNote
}

export interface WriteOptions {
  readonly store: FieldStore
  /** What the outbox calls it: 'Import counts.csv'. */
  readonly label: string
  readonly signal: AbortSignal
  readonly onProgress: (done: number) => void
}

export interface AddOptions extends WriteOptions {
  readonly project: SpaceId
  readonly candidates: readonly Addition[]
}

export interface WriteOutcome {
  readonly saved: number
  /** They were there already. */
  readonly known: number
  readonly refusals: readonly Refusal[]
  /** Why it ended early; what was saved stays. */
  readonly stopped: 'by-person' | TomboloError | null
}

export async function writeNotes({ store, project, candidates, label, signal, onProgress }: AddOptions): Promise<WriteOutcome> {
  const isEmpty = (await store.db.notes.in(project).count()) === 0
  const existing = isEmpty ? null : new KnownNotes(store, project)
  return await inBatches(candidates, { signal, onProgress }, async (batch) => {
    const fresh = (await existing?.without(batch)) ?? batch
    const refusals = await saved(fresh, (some) =>
      store.write((w) => some.forEach(({ note }) => void w.notes.add(project, note)), { label }),
    )
    return { saved: fresh.length - refusals.length, known: batch.length - fresh.length, refusals }
  })
}

type BatchOutcome = Omit<WriteOutcome, 'stopped'>

/** One batch after another, until the person or the store says stop. */
export async function inBatches<T>(
  all: readonly T[],
  { signal, onProgress }: Pick<WriteOptions, 'signal' | 'onProgress'>,
  write: (batch: readonly T[]) => Promise<BatchOutcome>,
): Promise<WriteOutcome> {
  let sum: BatchOutcome = { saved: 0, known: 0, refusals: [] }
  for (let done = 0; done < all.length; done += BATCH_ROWS_MAX) {
    if (signal.aborted) return { ...sum, stopped: 'by-person' }
    try {
      const { saved: more, known, refusals } = await write(all.slice(done, done + BATCH_ROWS_MAX))
      sum = { saved: sum.saved + more, known: sum.known + known, refusals: [...sum.refusals, ...refusals] }
    } catch (error) {
      return { ...sum, stopped: asTombolo(error) }
    }
    onProgress(Math.min(done + BATCH_ROWS_MAX, all.length))
  }
  return { ...sum, stopped: null }
}

/** A batch is saved as a whole or not at all: when the store refuses a row, the others are saved without it. */
export async function saved<T extends { readonly row: SheetRow }>(
  batch: readonly T[],
  write: (some: readonly T[]) => Promise<unknown>,
): Promise<readonly Refusal[]> {
  if (batch.length === 0) return []
  try {
    await write(batch)
    return []
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof TooBig)) throw error
    if (batch.length === 1) return batch.map(({ row }) => ({ row, reasons: [error.message] }))
    const half = Math.ceil(batch.length / 2)
    return [...(await saved(batch.slice(0, half), write)), ...(await saved(batch.slice(half), write))]
  }
}

function asTombolo(error: unknown): TomboloError {
  if (error instanceof TomboloError) return error
  throw error
}
