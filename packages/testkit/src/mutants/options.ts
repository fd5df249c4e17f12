/** The command line of `npm run mutants`. */
import { parseArgs } from 'node:util'

export interface Options {
  /** Only these; all where there are none. */
  readonly ids: readonly string[]
  /** Only so many of those that were found before, others each day; 0: all. They begin with the seed that found them last. */
  readonly some: number
  /** The most CPU time for one mutant. */
  readonly cpuSecondsMax: number
  readonly jobs: number
  /** Only those that no record says were found. */
  readonly missing: boolean
  /** Makes the seeds smaller that found them, and prints why they fail. */
  readonly shrink: boolean
  /** Runs the unit tests on each mutant, instead of the simulator. */
  readonly unit: boolean
  /** Only the last line, as JSON. */
  readonly json: boolean
}

export function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      some: { type: 'string', default: '0' },
      seconds: { type: 'string', default: '60' },
      jobs: { type: 'string', default: '2' },
      missing: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: false },
      unit: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    ids: positionals,
    some: Number(values.some),
    cpuSecondsMax: Number(values.seconds),
    jobs: Number(values.jobs),
    missing: values.missing,
    shrink: values.shrink,
    unit: values.unit,
    json: values.json,
  }
}
