/** What was asked for on the command line. */
import { parseArgs } from 'node:util'

export interface Settings {
  /** Fewer rounds of the same work, on smaller stores: under a minute in total. */
  readonly quick: boolean
  /** The last line is the figures as one JSON object. */
  readonly json: boolean
  /** Stores hold this many times the records. A row is given 1 as well, to compare with. */
  readonly scale: number
  /** Rows to run, such as `R2`; empty: all. */
  readonly only: readonly string[]
}

export function settingsFrom(args: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, scale: { type: 'string' } },
    allowPositionals: true,
  })
  const scale = Number(values.scale ?? 1)
  if (!Number.isInteger(scale) || scale < 1) throw new RangeError(`--scale ${values.scale}: a whole number from 1 is wanted`)
  return { quick: values.quick ?? false, json: values.json ?? false, scale, only: positionals.map((name) => name.toUpperCase()) }
}
