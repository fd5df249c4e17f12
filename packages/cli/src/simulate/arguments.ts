/** The arguments of `tombolo simulate`: parsed once, and refused with a reason if invalid. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { readOptions } from '../options.ts'
import { schemaOf } from '../values.ts'

export const SIMULATE_HELP: string = `  simulate   simulate people, devices, networks and a hub with an app's schema; ends with 1 if anything did not hold
    --schema FILE   the app's schema.ts; if it exports examples as well, fields get their values from them
    --older FILE    an older version of the schema, which some of the devices have in the beginning
    --seeds N       how many worlds (200)
    --from S        the seed of the first (1)
    --jobs N        how many at a time (as many as the machine has cores)
    --seed S        one world alone
    --timeline      with --seed: everything that happened in it
    --json          the report as one line`

export interface SimulateArguments {
  readonly schema: string
  readonly older: string | null
  readonly seeds: number
  readonly from: number
  readonly jobs: number
  /** Replays this one alone. */
  readonly seed: number | null
  readonly timeline: boolean
  readonly json: boolean
}

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean' } as const
const OPTIONS = { schema: TEXT, older: TEXT, seeds: TEXT, from: TEXT, jobs: TEXT, seed: TEXT, timeline: FLAG, json: FLAG } as const
const SEEDS = 200
const SEED_MAX = 2 ** 31

export function parseSimulateArguments(args: readonly string[], cwd: string): SimulateArguments {
  const { values } = readOptions(args, OPTIONS)
  const { timeline = false, json = false } = values
  const seed = values.seed === undefined ? null : numberOf('--seed', values.seed, 0)
  if (timeline && seed === null) throw new CliError('cli.arguments', '--timeline is of one world: say which with --seed')
  const ofMany = (['seeds', 'from', 'jobs'] as const).find((name) => values[name] !== undefined)
  if (seed !== null && ofMany !== undefined) throw new CliError('cli.arguments', `--${ofMany} is for many worlds, and --seed for one`)
  return {
    schema: fileOf(schemaOf(values.schema), cwd),
    older: values.older === undefined ? null : fileOf(values.older, cwd),
    seeds: values.seeds === undefined ? SEEDS : numberOf('--seeds', values.seeds, 1),
    from: values.from === undefined ? 1 : numberOf('--from', values.from, 0),
    jobs: Math.min(values.jobs === undefined ? Infinity : numberOf('--jobs', values.jobs, 1), availableParallelism()),
    seed,
    timeline,
    json,
  }
}

function fileOf(text: string, cwd: string): string {
  const file = resolve(cwd, text)
  if (!existsSync(file)) throw new CliError('cli.schema', `there is no file ${file}`)
  return file
}

function numberOf(option: string, text: string, least: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= SEED_MAX) return number
  throw new CliError('cli.arguments', `${option} takes a whole number from ${least}, not '${text}'`)
}
