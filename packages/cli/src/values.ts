/** Values of options that several commands have. */
import { CliError } from './cli-error.ts'

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A length of time in milliseconds: `90m`, `24h`, `7d`. */
export function durationOf(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit]
  if (unitMs === undefined) throw new CliError('cli.duration', `'${text}' is not a length of time, such as 90m, 24h or 7d`)
  return Number(count) * unitMs
}

/** The file that `--schema` names. */
export function schemaOf(text: string | undefined): string {
  if (text === undefined) throw new CliError('cli.schema', 'say which schema: --schema path/to/schema.ts')
  return text
}

/** How many backups stay. */
export function keepOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new CliError('cli.keep', `'${text}' is not a number of backups to keep, from 1`)
}
