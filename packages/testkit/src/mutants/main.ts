/**
 * `npm run mutants`: puts each fault into the product and lets the simulator look for it. Ends with 1 if one survives.
 *
 *   npm run mutants                          all of them, at most a CPU-minute each
 *   npm run mutants -- clock-not-clamped     these
 *   npm run mutants -- --some 6              a share, from the seeds that found them: what `npm test` runs
 *   npm run mutants -- --unit                with the unit tests instead: which do they miss?
 */
import { readCommandLine } from '../simulator/command-line.ts'
import { MUTANTS } from './catalogue.ts'
import type { Hunt } from './hunt.ts'
import { huntAll } from './hunter.ts'
import type { Mutant } from './mutant.ts'
import { type Options, optionsOf } from './options.ts'
import { hashOf, type MutantRecord, readRecords, writeRecords } from './records.ts'

/** The last line. */
interface Figures {
  readonly mutants: number
  readonly found: number
  readonly missedByUnitTests: number
  readonly medianSeeds: number
  readonly slowestCpuSeconds: number
  readonly survivors: readonly string[]
}

const DAY_MS = 24 * 3_600_000

async function main(options: Options): Promise<void> {
  const records = readRecords(MUTANTS)
  const chosen = chosenOf(options, records)
  if (options.unit) return judgeUnitTests(chosen, records)
  const hunts = new Map<Mutant, Hunt>()
  const from = ({ id }: Mutant): number => (options.some > 0 ? (records.get(id)?.found?.seed ?? 1) : 1)
  await huntAll(chosen, { ...options, from }, (mutant, hunt) => {
    hunts.set(mutant, hunt)
    records.set(mutant.id, { ...recordOf(mutant, records), found: foundBy(hunt) })
    if (options.some === 0) writeRecords(records)
    if (!options.json) console.log(lineOf(mutant, hunt))
  })
  const figures = figuresOf(hunts, records)
  console.log(JSON.stringify(figures))
  if (figures.survivors.length > 0) process.exitCode = 1
}

function chosenOf({ ids, some }: Options, records: ReadonlyMap<string, MutantRecord>): readonly Mutant[] {
  const unknown = ids.filter((id) => !MUTANTS.some((mutant) => mutant.id === id))
  if (unknown.length > 0) throw new RangeError(`there is no mutant ${unknown.join(', ')}`)
  const chosen = MUTANTS.filter(({ id }) => ids.length === 0 || ids.includes(id))
  if (some === 0) return chosen
  const found = chosen.filter(({ id }) => typeof records.get(id)?.found?.seed === 'number')
  const today = Math.floor(Date.now() / DAY_MS) * some
  return Array.from({ length: Math.min(some, found.length) }, (_, index) => found[(today + index) % found.length] as Mutant)
}

/** Vitest is loaded for this alone. */
async function judgeUnitTests(mutants: readonly Mutant[], records: Map<string, MutantRecord>): Promise<void> {
  const { runUnitTests } = await import('./unit-tests.ts')
  const product = await runUnitTests(null)
  if (product.failed !== null) throw new Error(`${product.failed} fails on the product itself`)
  for (const mutant of mutants) {
    const { failed } = await runUnitTests(mutant)
    records.set(mutant.id, { ...recordOf(mutant, records), unitTests: failed })
    writeRecords(records)
    console.log(`${mutant.id}: ${failed ?? 'missed'}`)
  }
  console.log(JSON.stringify({ missedByUnitTests: missedBy(records) }))
}

const recordOf = (mutant: Mutant, records: ReadonlyMap<string, MutantRecord>): MutantRecord =>
  records.get(mutant.id) ?? { hash: hashOf(mutant), found: null }

const foundBy = ({ seed, invariant }: Hunt): MutantRecord['found'] => (seed === null || invariant === null ? null : { seed, invariant })

const missedBy = (records: ReadonlyMap<string, MutantRecord>): readonly string[] =>
  [...records].filter(([, { unitTests }]) => unitTests === null).map(([id]) => id)

const lineOf = ({ id, group }: Mutant, { seed, message, seeds, cpuSeconds }: Hunt): string =>
  `${group.padEnd(4)}${id.padEnd(40)}${String(seeds).padStart(4)} seeds ${cpuSeconds.toFixed(0).padStart(3)} s  ${seed === null ? 'SURVIVED' : (message?.split('\n')[0] ?? '').slice(0, 120)}`

function figuresOf(hunts: ReadonlyMap<Mutant, Hunt>, records: ReadonlyMap<string, MutantRecord>): Figures {
  const survivors = [...hunts].filter(([, { seed }]) => seed === null).map(([{ id }]) => id)
  const found = [...hunts.values()].filter(({ seed }) => seed !== null)
  return {
    mutants: hunts.size,
    found: found.length,
    missedByUnitTests: missedBy(records).length,
    medianSeeds: medianOf(found.map(({ seeds }) => seeds)),
    slowestCpuSeconds: Math.round(Math.max(0, ...[...hunts.values()].map(({ cpuSeconds }) => cpuSeconds))),
    survivors,
  }
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

await main(readCommandLine(optionsOf))
