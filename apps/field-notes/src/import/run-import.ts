/** An import as a person confirmed it: new notes into their projects, corrections to the notes that they name, and what came of it. */
import type { SpaceId } from '@tombolo/core'
import { groupBy } from '../group-by.ts'
import type { JobControl } from '../notes/job.ts'
import { nameOf } from '../notes/projects.ts'
import type { FieldStore } from '../store.ts'
import type { Candidate, Refusal, Sorted } from './candidates.ts'
import { writeCorrections } from './write-corrections.ts'
import { writeNotes, type WriteOutcome } from './write-notes.ts'

/** Where new notes go: into one project, or into the one that each row names, made where there is none. */
export type Into = { readonly project: SpaceId } | { readonly newProject: string } | { readonly asNamed: true; readonly otherwise: string }

export interface ImportOutcome {
  readonly added: number
  readonly corrected: number
  /** They were in the project already. */
  readonly known: number
  readonly unchanged: number
  readonly refusals: readonly Refusal[]
  /** Why it ended early; what was saved stays. */
  readonly stopped: WriteOutcome['stopped']
}

export interface RunOptions extends JobControl {
  readonly store: FieldStore
  readonly sorted: Sorted
  readonly into: Into
  readonly label: string
}

export async function runImport({ store, sorted, into, label, signal, progress }: RunOptions): Promise<ImportOutcome> {
  const { candidates, corrected, unchanged } = sorted
  const outcomes = [await writeCorrections({ store, corrected, label, signal, onProgress: progress })]
  const corrections = outcomes[0]?.saved ?? 0
  let done = corrected.length
  for (const [project, some] of await destinations(store, candidates, into)) {
    if (outcomes.at(-1)?.stopped !== null) break
    const before = done
    outcomes.push(await writeNotes({ store, project, candidates: some, label, signal, onProgress: (more) => progress(before + more) }))
    done += some.length
  }
  return {
    added: sumOf(outcomes, ({ saved }) => saved) - corrections,
    corrected: corrections,
    known: sumOf(outcomes, ({ known }) => known),
    unchanged,
    refusals: [...sorted.refusals, ...outcomes.flatMap(({ refusals }) => refusals)],
    stopped: outcomes.at(-1)?.stopped ?? null,
  }
}

const sumOf = (outcomes: readonly WriteOutcome[], figure: (outcome: WriteOutcome) => number): number =>
  outcomes.reduce((sum, outcome) => sum + figure(outcome), 0)

/** The projects, each with its rows; one that does not exist yet is made when there is something to write into it. */
async function destinations(
  store: FieldStore,
  candidates: readonly Candidate[],
  into: Into,
): Promise<readonly (readonly [SpaceId, readonly Candidate[]])[]> {
  if (candidates.length === 0) return []
  if ('project' in into) return [[into.project, candidates]]
  if ('newProject' in into) return [[(await store.createSpace(into.newProject)).id, candidates]]
  const spaces = await store.spaces()
  const byName = groupBy(candidates, ({ project }) => project ?? into.otherwise)
  const found: (readonly [SpaceId, readonly Candidate[]])[] = []
  for (const [name, some] of byName) {
    const space = spaces.find((one) => nameOf(one) === name) ?? (await store.createSpace(name))
    found.push([space.id, some])
  }
  return found
}
