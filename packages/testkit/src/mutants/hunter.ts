/** Hunts mutants, a few at a time, each in a process of its own. */
import { spawn } from 'node:child_process'
import { bundleOf, removeBundles } from './bundle.ts'
import type { Hunt } from './hunt.ts'
import type { Mutant } from './mutant.ts'

export interface HuntLimits {
  readonly cpuSecondsMax: number
  /** How many at a time. */
  readonly jobs: number
  /** The first seed for a mutant. */
  readonly from: (mutant: Mutant) => number
}

/** A process that uses no CPU is stuck; one that uses it all needs this much longer on a busy machine. */
const PATIENCE = 20
/** What a seed takes at most: it goes on to its end when the limit is reached. */
const SEED_SECONDS = 30

/**
 * Calls `done` as each hunt ends.
 * @throws where the product itself fails a seed: then nothing can be said of a mutant.
 */
export async function huntAll(
  mutants: readonly Mutant[],
  { cpuSecondsMax, jobs, from }: HuntLimits,
  done: (mutant: Mutant, hunt: Hunt) => void,
): Promise<void> {
  const waiting = [...mutants]
  const product = await bundleOf(null)
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const hunt = await huntIn(await bundleOf(mutant), from(mutant), cpuSecondsMax)
      if (hunt.seed !== null) await holdsIn(product, hunt.seed)
      done(mutant, hunt)
    }
  }
  try {
    await Promise.all(Array.from({ length: jobs }, work))
  } finally {
    removeBundles()
  }
}

async function holdsIn(product: string, seed: number): Promise<void> {
  const { message } = await huntIn(product, seed, 0)
  if (message !== null) throw new Error(`the product itself fails seed ${seed}: ${message}`)
}

async function huntIn(bundle: string, from: number, cpuSecondsMax: number): Promise<Hunt> {
  const hunt = spawn(process.execPath, [bundle, String(from), String(cpuSecondsMax)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  hunt.stdout.on('data', (text) => (said += String(text)))
  const timer = setTimeout(() => hunt.kill('SIGKILL'), (cpuSecondsMax + SEED_SECONDS) * PATIENCE * 1000)
  const code = await new Promise<number | null>((resolve, reject) => hunt.on('close', resolve).on('error', reject))
  clearTimeout(timer)
  if (code !== 0) throw new Error(`${bundle} ended with ${code}`)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Hunt
}
