/** The process that makes a seed smaller which a mutant fails, and prints what is left of it as a line of JSON. bundle.ts builds it. */
import { ownApp } from '../simulator/own-app.ts'
import { type Plan, planOf } from '../simulator/plan.ts'
import { type Failure, NOBODY, run } from '../simulator/run.ts'
import { shrink, type Shrunk } from '../simulator/shrink.ts'
import { concernedBy, timelineOf } from '../simulator/timeline.ts'

export interface ShrunkSeed extends Shrunk {
  readonly before: Plan
  /** What tells why it fails. */
  readonly timeline: string
}

/** Where the simulator has changed since, a seed that failed may hold. */
const SEEDS_MAX = 10

async function shrunk(from: number, runsMax: number): Promise<ShrunkSeed | null> {
  for (let seed = from; seed < from + SEEDS_MAX; seed++) {
    const before = planOf(ownApp, seed)
    const { failure } = await run(ownApp, before, 'off', NOBODY)
    if (failure !== null) return smaller(before, failure, runsMax)
  }
  return null
}

async function smaller(before: Plan, failure: Failure, runsMax: number): Promise<ShrunkSeed> {
  const smallest = await shrink(before, failure, async (plan) => (await run(ownApp, plan, 'off', NOBODY)).failure, runsMax)
  const { lines } = await run(ownApp, smallest.plan, 'lines', NOBODY)
  return { ...smallest, before, timeline: timelineOf(concernedBy(lines, smallest.failure.message)) }
}

const [from = 1, runsMax = 100] = process.argv.slice(2).map(Number)
console.log(JSON.stringify(await shrunk(from, runsMax)))
