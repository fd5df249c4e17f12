/** Brings the sample into a project of its own; where it was stopped before, it goes on. */
import type { SpaceId } from '@tombolo/core'
import sampleUrl from '../../sample-data/portal-ants.json.gz?url'
import { type WriteOutcome, writeNotes } from '../import/write-notes.ts'
import { runJob } from '../notes/job.ts'
import type { FieldStore } from '../store.ts'
import { ANT_PROJECT } from './ants.ts'
import { sampleCandidates } from './candidates.ts'

export interface SampleLoad {
  readonly project: SpaceId
  readonly outcome: Promise<WriteOutcome>
}

/** Resolves when the project is there; the counts go on arriving in it. @throws when the sample is not on this device and there is no network. */
export async function loadSample(store: FieldStore): Promise<SampleLoad> {
  const candidates = sampleCandidates(await fetchSample())
  const project = (await sampleProject(store)) ?? (await store.createSpace(ANT_PROJECT)).id
  const outcome = runJob('Loading sample data', candidates.length, ({ signal, progress }) =>
    writeNotes({ store, project, candidates, label: 'Load sample data', signal, onProgress: progress }),
  )
  return { project, outcome }
}

export async function sampleProject(store: FieldStore): Promise<SpaceId | null> {
  const spaces = await store.spaces()
  return spaces.find(({ name }) => name === ANT_PROJECT)?.id ?? null
}

async function fetchSample(): Promise<string> {
  const response = await fetch(sampleUrl)
  if (!response.ok || response.body === null) throw new Error(`the sample could not be fetched (${response.status})`)
  return await new Response(response.body.pipeThrough(new DecompressionStream('gzip'))).text()
}
