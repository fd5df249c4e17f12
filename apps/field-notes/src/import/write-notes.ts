/**
 * Writes notes into a project, at most a hundred at a time, so that nothing else has to wait long: what a person types meanwhile is saved
 * between two batches. It can be stopped after any batch; what was written stays, and the same import goes on where it stopped.
 */
import { Invalid, TomboloError, TooBig } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import type { FieldStore } from '../store.ts'
import type { Candidate, Refusal } from './candidates.ts'
import { KnownNotes } from './known-notes.ts'

export const BATCH_ROWS_MAX = 100

export interface ImportOptions {
  readonly store: FieldStore
  readonly project: SpaceId
  readonly candidates: readonly Candidate[]
  /** What the outbox calls it: 'Import counts.csv'. */
  readonly label: string
  readonly signal: AbortSignal
  readonly onProgress: (done: number) => void
}

export interface ImportOutcome {
  readonly saved: number
  /** They were there already. */
  readonly known: number
  readonly refusals: readonly Refusal[]
  /** Why it ended early; what was saved stays. */
  readonly stopped: 'by-person' | TomboloError | null
}

export async function writeNotes({ store, project, candidates, label, signal, onProgress }: ImportOptions): Promise<ImportOutcome> {
  const isEmpty = (await store.db.notes.in(project).count()) === 0
  const existing = isEmpty ? null : new KnownNotes(store, project)
  const tally = { saved: 0, known: 0 }
  const refusals: Refusal[] = []
  for (let done = 0; done < candidates.length; done += BATCH_ROWS_MAX) {
    if (signal.aborted) return { ...tally, refusals, stopped: 'by-person' }
    const batch = candidates.slice(done, done + BATCH_ROWS_MAX)
    try {
      const fresh = (await existing?.without(batch)) ?? batch
      tally.known += batch.length - fresh.length
      const refused = await save(store, project, fresh, label)
      tally.saved += fresh.length - refused.length
      refusals.push(...refused)
    } catch (error) {
      return { ...tally, refusals, stopped: asTombolo(error) }
    }
    onProgress(Math.min(done + BATCH_ROWS_MAX, candidates.length))
  }
  return { ...tally, refusals, stopped: null }
}

/** A batch is saved as a whole or not at all: when the store refuses a row, the others are saved without it. */
async function save(store: FieldStore, project: SpaceId, batch: readonly Candidate[], label: string): Promise<readonly Refusal[]> {
  try {
    await store.write((w) => batch.forEach(({ note }) => void w.notes.add(project, note)), { label })
    return []
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof TooBig)) throw error
    if (batch.length > 1) return await saveHalves(store, project, batch, label)
    return batch.map(({ row }) => ({ row, reasons: [error.message] }))
  }
}

async function saveHalves(store: FieldStore, project: SpaceId, batch: readonly Candidate[], label: string): Promise<readonly Refusal[]> {
  const half = Math.ceil(batch.length / 2)
  return [...(await save(store, project, batch.slice(0, half), label)), ...(await save(store, project, batch.slice(half), label))]
}

function asTombolo(error: unknown): TomboloError {
  if (error instanceof TomboloError) return error
  throw error
}
