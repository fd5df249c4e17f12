/** The command line of `npm run sim`. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export interface Options {
  readonly from: number
  /** How many; infinite where `minutes` limits them. */
  readonly seeds: number
  /** Of the clock on the wall. */
  readonly minutes: number | null
  readonly jobs: number
  /** Only the last line, as JSON. */
  readonly json: boolean
  /** Replays this one alone. */
  readonly seed: number | null
  readonly timeline: boolean
  /** Writes failing seeds, made smaller, to repro/. */
  readonly keep: boolean
  /** Plans to run instead of seeds. */
  readonly repro: readonly string[]
}

const SEEDS = 100

export function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      minutes: { type: 'string' },
      jobs: { type: 'string' },
      json: { type: 'boolean' },
      seed: { type: 'string' },
      timeline: { type: 'boolean' },
      keep: { type: 'boolean' },
    },
  })
  const numberOf = (name: 'seeds' | 'from' | 'minutes' | 'jobs' | 'seed'): number | null => {
    const text = values[name]
    if (text === undefined) return null
    const number = Number(text)
    if (!(number >= 0)) throw new RangeError(`--${name} takes a number from 0, not '${text}'`)
    return number
  }
  const minutes = numberOf('minutes')
  return {
    from: numberOf('from') ?? 1,
    seeds: numberOf('seeds') ?? (minutes === null ? SEEDS : Infinity),
    minutes,
    jobs: Math.min(numberOf('jobs') ?? 1, availableParallelism()),
    json: values.json ?? false,
    seed: numberOf('seed'),
    timeline: values.timeline ?? false,
    keep: values.keep ?? false,
    repro: positionals,
  }
}
