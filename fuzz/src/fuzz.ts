/** The loop: change a known input, run it, keep it if it reached something new, and stop at the first finding. */
import { Coverage } from './coverage.ts'
import { diceOf } from './dice.ts'
import { mutated } from './mutate.ts'
import type { Target } from './target.ts'

export interface FuzzOptions {
  readonly seed: number
  /** Asked before each input. */
  readonly goesOn: (runs: number) => boolean
  readonly known: readonly Uint8Array[]
}

export interface Fuzzed {
  readonly runs: number
  /** Places of the code that were reached, each also by how often. */
  readonly reached: number
  /** Inputs that reached something new. */
  readonly fresh: readonly Uint8Array[]
  readonly finding: { readonly input: Uint8Array; readonly error: unknown } | null
}

export async function fuzz(target: Target, { seed, goesOn, known }: FuzzOptions): Promise<Fuzzed> {
  const dice = diceOf(seed)
  const coverage = new Coverage()
  const pool = [...target.seeds(), ...known]
  const fresh: Uint8Array[] = []
  let runs = 0
  for (const input of pool) {
    const error = await failureOf(target, input)
    if (error !== null) return { runs, reached: coverage.size, fresh, finding: { input, error: error.cause } }
  }
  coverage.takeNews()
  for (; goesOn(runs); runs += 1) {
    const input = mutated(dice.pick(pool), dice.pick(pool), dice)
    coverage.clear()
    const error = await failureOf(target, input)
    if (error !== null) return { runs, reached: coverage.size, fresh, finding: { input, error: error.cause } }
    if (!coverage.takeNews()) continue
    pool.push(input)
    fresh.push(input)
  }
  return { runs, reached: coverage.size, fresh, finding: null }
}

/** What the input breaks; null if all is well. */
export async function failureOf(target: Target, input: Uint8Array): Promise<{ readonly cause: unknown } | null> {
  try {
    await target.run(input)
    return null
  } catch (cause) {
    return { cause }
  }
}
