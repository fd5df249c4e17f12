/** Hunts mutants, a few at a time, each in a process of its own; and makes what they fail smaller. */
import { spawn } from 'node:child_process'
import { bundleOf, removeBundles } from './bundle.ts'
import type { Hunt } from './hunt.ts'
import type { Mutant } from './mutant.ts'
import type { ShrunkSeed } from './shrink-seed.ts'

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
  const held = new Map<number, Promise<void>>()
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const hunt = await huntIn(await bundleOf(mutant), from(mutant), cpuSecondsMax)
      const { seed } = hunt
      if (seed !== null && !held.has(seed)) held.set(seed, holdsIn(product, seed))
      if (seed !== null) await held.get(seed)
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

const huntIn = async (bundle: string, from: number, cpuSecondsMax: number): Promise<Hunt> =>
  (await saidBy(bundle, [from, cpuSecondsMax], cpuSecondsMax + SEED_SECONDS)) as Hunt

/** Makes the first seed smaller that a mutant fails; null where it fails none soon. */
export async function shrinkSeed(mutant: Mutant, from: number, runsMax: number): Promise<ShrunkSeed | null> {
  try {
    return (await saidBy(await bundleOf(mutant, 'shrink-seed.ts'), [from, runsMax], runsMax * SEED_SECONDS)) as ShrunkSeed | null
  } finally {
    removeBundles()
  }
}

/** What a process prints last. */
async function saidBy(bundle: string, args: readonly number[], cpuSecondsMax: number): Promise<unknown> {
  const child = spawn(process.execPath, [bundle, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (text) => (said += String(text)))
  const timer = setTimeout(() => child.kill('SIGKILL'), cpuSecondsMax * PATIENCE * 1000)
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  clearTimeout(timer)
  if (code !== 0) throw new Error(`${bundle} ended with ${code}`)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '')
}
