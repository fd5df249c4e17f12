/** Runs seeds, here or in workers: one at a time in each. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { ownApp } from './own-app.ts'
import { planOf } from './plan.ts'
import type { Summary } from './report.ts'
import { summaryOf } from './report.ts'
import { run } from './run.ts'
import { SHARES } from './shares.ts'

/** Every so many seeds one is run twice, and must give the same trace. */
const TWICE_EVERY = 100

export async function runSeed(seed: number): Promise<Summary> {
  const plan = planOf(ownApp, seed)
  if (seed % TWICE_EVERY !== 0) return summaryOf(await run(ownApp, plan, 'off', SHARES))
  const [first, second] = [await run(ownApp, plan, 'hash', SHARES), await run(ownApp, plan, 'hash', SHARES)]
  const summary = summaryOf(first)
  if (first.digest === second.digest || first.failure !== null) return summary
  return { ...summary, failure: { invariant: 'I-SAME', message: 'I-SAME: two runs of the seed gave two traces' } }
}

/** Calls `done` for each seed that `next` gives, until it gives none. */
export async function runAll(jobs: number, next: () => number | null, done: (summary: Summary) => void): Promise<void> {
  if (jobs <= 1) {
    for (let seed = next(); seed !== null; seed = next()) done(await runSeed(seed))
    return
  }
  await Promise.all(Array.from({ length: jobs }, () => runInWorker(next, done)))
}

function runInWorker(next: () => number | null, done: (summary: Summary) => void): Promise<void> {
  const worker = new Worker(new URL(import.meta.url))
  return new Promise((resolve, reject) => {
    const give = (): void => {
      const seed = next()
      if (seed === null) return void worker.terminate().then(() => resolve(), reject)
      worker.postMessage(seed)
    }
    worker.on('message', (summary: Summary) => {
      done(summary)
      give()
    })
    worker.on('error', reject)
    give()
  })
}

/** What a worker of this file does. */
export function serve(): boolean {
  if (isMainThread) return false
  parentPort?.on('message', (seed: number) => void runSeed(seed).then((summary) => parentPort?.postMessage(summary)))
  return true
}
