/** Long work that goes on while a person does other things: one at a time, with its progress, and a way to stop it. */
import { useSyncExternalStore } from 'react'
import { whileWorking } from '../update/open-work.ts'

export interface Job {
  readonly label: string
  readonly done: number
  readonly total: number
  readonly stop: () => void
}

export interface JobControl {
  readonly signal: AbortSignal
  readonly progress: (done: number) => void
}

let current: Job | null = null
const listeners = new Set<() => void>()

function set(job: Job | null): void {
  current = job
  for (const listener of listeners) listener()
}

export const isJobRunning = (): boolean => current !== null

/** Runs `work` as the job; an update of the app waits for its end. */
export async function runJob<T>(label: string, total: number, work: (control: JobControl) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  set({ label, done: 0, total, stop })
  try {
    return await whileWorking(() => work({ signal: abort.signal, progress: (done) => set({ label, done, total, stop }) }))
  } finally {
    set(null)
  }
}

export const useJob = (): Job | null => useSyncExternalStore(subscribe, () => current)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
