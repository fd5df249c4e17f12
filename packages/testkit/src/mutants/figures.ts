/** What hunts add up to: the last line of `npm run mutants`. */
import type { Mutant } from './mutant.ts'
import type { MutantRecord, Records } from './records.ts'

export interface Figures {
  readonly mutants: number
  readonly found: number
  /** Of all mutants, not only of these; from records.json. */
  readonly missedByUnitTests: number
  readonly medianSeeds: number
  readonly slowestCpuSeconds: number
  readonly survivors: readonly string[]
  /** How many were hunted by this run; the others are told of from records.json. */
  readonly hunted: number
}

/** @param hunted of `mutants`, those that this run has hunted. All have a hunt in their records. */
export function figuresOf(mutants: readonly Mutant[], hunted: ReadonlySet<Mutant>, records: Records): Figures {
  const hunts = mutants.flatMap(({ id }) => {
    const hunt = records.get(id)?.hunt
    return hunt === undefined ? [] : [{ id, ...hunt }]
  })
  const found = hunts.filter(({ seed }) => seed !== null)
  return {
    mutants: mutants.length,
    found: found.length,
    missedByUnitTests: missedBy(records).length,
    medianSeeds: medianOf(found.map(({ seeds }) => seeds)),
    slowestCpuSeconds: Math.round(Math.max(0, ...found.map(({ cpuSeconds }) => cpuSeconds))),
    survivors: hunts.filter(({ seed }) => seed === null).map(({ id }) => id),
    hunted: hunted.size,
  }
}

/** What the unit tests have let through. */
export const missedBy = (records: ReadonlyMap<string, MutantRecord>): readonly string[] =>
  [...records].filter(([, { unitTests }]) => unitTests === null).map(([id]) => id)

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
