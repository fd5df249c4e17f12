/**
 * `npm run mutants`: puts each fault into the product and lets the simulator look for it. Ends with 1 if one survives.
 *
 *   npm run mutants                          all of them, at most a CPU-minute each
 *   npm run mutants -- clock-not-clamped     these
 *   npm run mutants -- --some 6              a share, from the seeds that found them: what `npm test` runs
 *   npm run mutants -- --missing             those that were not found since their patch changed; the others as they are recorded
 *   npm run mutants -- --shrink clock-goes-back   makes the seed smaller that found it, and prints why it fails
 *   npm run mutants -- --unit                with the unit tests instead: which do they miss?
 */
import { readCommandLine } from '../simulator/command-line.ts'
import { MUTANTS } from './catalogue.ts'
import { figuresOf, missedBy } from './figures.ts'
import type { Hunt } from './hunt.ts'
import { huntAll, shrinkSeed } from './hunter.ts'
import type { Mutant } from './mutant.ts'
import { type Options, optionsOf } from './options.ts'
import { hashOf, type MutantRecord, readRecords, type Records, writeRecords } from './records.ts'

const DAY_MS = 24 * 3_600_000

async function main(options: Options): Promise<void> {
  const records = readRecords(MUTANTS)
  const chosen = chosenOf(options, records)
  if (options.unit) return judgeUnitTests(chosen, records)
  if (options.shrink) return shrinkSeeds(chosen, records)
  const isKnown = ({ id }: Mutant): boolean => options.missing && typeof records.get(id)?.hunt?.seed === 'number'
  const toHunt = chosen.filter((mutant) => !isKnown(mutant))
  const from = ({ id }: Mutant): number => (options.some > 0 ? (records.get(id)?.hunt?.seed ?? 1) : 1)
  await huntAll(toHunt, { ...options, from }, (mutant, { message, ...hunt }) => {
    records.set(mutant.id, { ...records.get(mutant.id), hash: hashOf(mutant), hunt })
    if (options.some === 0) writeRecords(records)
    if (!options.json) console.log(lineOf(mutant, { message, ...hunt }))
  })
  const figures = figuresOf(chosen, new Set(toHunt), records)
  console.log(JSON.stringify(figures))
  if (figures.survivors.length > 0) process.exitCode = 1
}

function chosenOf({ ids, some }: Options, records: ReadonlyMap<string, MutantRecord>): readonly Mutant[] {
  const unknown = ids.filter((id) => !MUTANTS.some((mutant) => mutant.id === id))
  if (unknown.length > 0) throw new RangeError(`there is no mutant ${unknown.join(', ')}`)
  const chosen = MUTANTS.filter(({ id }) => ids.length === 0 || ids.includes(id))
  if (some === 0) return chosen
  const found = chosen.filter(({ id }) => typeof records.get(id)?.hunt?.seed === 'number')
  const today = Math.floor(Date.now() / DAY_MS) * some
  return Array.from({ length: Math.min(some, found.length) }, (_, index) => found[(today + index) % found.length] as Mutant)
}

const SHRINK_RUNS_MAX = 150

/** As an engineer would have it who has to find the fault. */
async function shrinkSeeds(mutants: readonly Mutant[], records: Records): Promise<void> {
  for (const mutant of mutants) {
    const shrunk = await shrinkSeed(mutant, records.get(mutant.id)?.hunt?.seed ?? 1, SHRINK_RUNS_MAX)
    if (shrunk === null) console.log(`${mutant.id} was not found yet`)
    else console.log(`${mutant.id}: ${shrunk.failure.message}\n${JSON.stringify(shrunk.plan)}\n${shrunk.timeline}\n`)
  }
}

/** Vitest is loaded for this alone. */
async function judgeUnitTests(mutants: readonly Mutant[], records: Map<string, MutantRecord>): Promise<void> {
  const { runUnitTests } = await import('./unit-tests.ts')
  for (const mutant of mutants) {
    const { failed, files } = await runUnitTests(mutant)
    records.set(mutant.id, { ...records.get(mutant.id), hash: hashOf(mutant), unitTests: failed })
    writeRecords(records)
    console.log(`${mutant.id}: ${failed ?? 'missed'} (${files} files)`)
  }
  console.log(JSON.stringify({ missedByUnitTests: missedBy(records) }))
}

const lineOf = ({ id, group }: Mutant, { seed, message, seeds, cpuSeconds }: Hunt): string =>
  `${group.padEnd(4)}${id.padEnd(40)}${String(seeds).padStart(4)} seeds ${cpuSeconds.toFixed(0).padStart(3)} s  ${seed === null ? 'SURVIVED' : (message?.split('\n')[0] ?? '').slice(0, 120)}`

await main(readCommandLine(optionsOf))
