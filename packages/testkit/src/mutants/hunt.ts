/**
 * The process that hunts one mutant: it simulates seeds until one fails, or the limit of CPU time is reached, and prints what it found as a
 * line of JSON. bundle.ts builds it together with the product that the mutant is in.
 */
import { ownApp } from '../simulator/own-app.ts'
import { planOf } from '../simulator/plan.ts'
import { NOBODY, type Outcome, run } from '../simulator/run.ts'

/** How a hunt ended. */
export interface Hunt {
  /** The seed that failed; null: everything held, so the mutant survived. */
  readonly seed: number | null
  readonly invariant: string | null
  readonly message: string | null
  /** How many seeds were simulated. */
  readonly seeds: number
  readonly cpuSeconds: number
}

async function hunt(from: number, cpuSecondsMax: number): Promise<Hunt> {
  for (let seeds = 1; ; seeds++) {
    const seed = from + seeds - 1
    const { failure } = await endOf(run(ownApp, planOf(ownApp, seed), 'off', NOBODY))
    const cpuSeconds = usedSeconds()
    if (failure !== null) return { seed, invariant: failure.invariant, message: failure.message.slice(0, 300), seeds, cpuSeconds }
    if (cpuSeconds >= cpuSecondsMax) return { seed: null, invariant: null, message: null, seeds, cpuSeconds }
  }
}

type Ended = Pick<Outcome<null>, 'failure'>

/** Where nothing is left to happen, and the run has not ended, somebody was never answered. A failure that nobody takes is one, too. */
async function endOf(running: Promise<Outcome<null>>): Promise<Ended> {
  const never = new Promise<Ended>((resolve) => {
    const fails = (what: string): void => resolve({ failure: { invariant: 'I-QUIET', message: `I-QUIET: ${what}` } })
    process.once('beforeExit', () => fails('somebody is never answered'))
    process.once('unhandledRejection', (reason) => fails(String(reason)))
  })
  const end = await Promise.race([running, never])
  process.removeAllListeners('beforeExit')
  process.removeAllListeners('unhandledRejection')
  return end
}

function usedSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const [from = 1, cpuSecondsMax = 60] = process.argv.slice(2).map(Number)
console.log(JSON.stringify(await hunt(from, cpuSecondsMax)))
