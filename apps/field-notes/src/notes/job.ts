/** Long work that goes on while a person does other things: one at a time, with its progress, and a way to stop it. */
import { Cell, useCell } from '../cell.ts'
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

const job = new Cell<Job | null>(null)

export const isJobRunning = (): boolean => job.get() !== null

/** Runs `work` as the job; an update of the app waits for its end. */
export async function runJob<T>(label: string, total: number, work: (control: JobControl) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  job.set({ label, done: 0, total, stop })
  try {
    return await whileWorking(() => work({ signal: abort.signal, progress: (done) => job.set({ label, done, total, stop }) }))
  } finally {
    job.set(null)
  }
}

export const useJob = (): Job | null => useCell(job)
