/** The arguments of `tombolo hub`: parsed once, and refused with a reason if invalid. */
import { resolve } from 'node:path'
import { KEEP_DEFAULT } from '../backup/command.ts'
import { CliError } from '../cli-error.ts'
import { readOptions } from '../options.ts'
import { durationOf, keepOf, schemaOf } from '../values.ts'

export interface HubArguments {
  /** The path of a module that exports the app's schema. */
  readonly schema: string
  /** The app's built files; null serves none. */
  readonly serve: string | null
  readonly data: string
  readonly host: string
  readonly port: number
  readonly dev: boolean
  readonly lan: boolean
  /** The addresses of this hub for browsers: `https://notes.example.org`. */
  readonly origins: readonly string[]
  /** Null: nobody says where backups are. */
  readonly backups: BackupArguments | null
  /** For how long deleted records are remembered, in days; null: as the hub has it. */
  readonly horizonDays: number | null
}

export interface BackupArguments {
  readonly directory: string
  /** Null: somebody else makes them. */
  readonly everyMs: number | null
  readonly keep: number
}

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean' } as const
const OPTIONS = {
  schema: TEXT,
  serve: TEXT,
  data: TEXT,
  host: TEXT,
  port: TEXT,
  dev: FLAG,
  lan: FLAG,
  origin: { type: 'string', multiple: true },
  backups: TEXT,
  'backup-every': TEXT,
  keep: TEXT,
  horizon: TEXT,
} as const

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])
const DEFAULT_PORT = 8787
const BACKUP_EVERY_DEFAULT = '24h'
const DAY_MS = 86_400_000

export const isLoopback = (host: string): boolean => LOOPBACK.has(host)

export function parseHubArguments(args: readonly string[], cwd: string): HubArguments {
  const { values } = readOptions(args, OPTIONS)
  const host = values.host ?? '127.0.0.1'
  const dev = values.dev ?? false
  if (dev && !isLoopback(host)) {
    throw new CliError(
      'cli.devExposed',
      `--dev signs everybody in, so it listens on this machine only, not on ${host}; for other devices use --lan`,
    )
  }
  if ((values.lan ?? false) && !dev) throw new CliError('cli.lan', '--lan shares the account of --dev; give both')
  return {
    schema: resolve(cwd, schemaOf(values.schema)),
    serve: values.serve === undefined ? null : resolve(cwd, values.serve),
    data: resolve(cwd, values.data ?? 'data'),
    host,
    port: portOf(values.port),
    dev,
    lan: values.lan ?? false,
    origins: (values.origin ?? []).map(originOf),
    backups: backupsOf(values, cwd),
    horizonDays: values.horizon === undefined ? null : durationOf(values.horizon) / DAY_MS,
  }
}

interface BackupOptions {
  readonly backups?: string | undefined
  readonly 'backup-every'?: string | undefined
  readonly keep?: string | undefined
}

function backupsOf({ backups, keep, 'backup-every': every }: BackupOptions, cwd: string): BackupArguments | null {
  if (backups === undefined) {
    if (keep === undefined && every === undefined) return null
    throw new CliError('cli.arguments', '--backup-every and --keep go with --backups DIR')
  }
  const everyMs = every === 'never' ? null : durationOf(every ?? BACKUP_EVERY_DEFAULT)
  return { directory: resolve(cwd, backups), everyMs, keep: keep === undefined ? KEEP_DEFAULT : keepOf(keep) }
}

function originOf(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text
  throw new CliError('cli.origin', `'${text}' is not an origin, such as https://notes.example.org`)
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new CliError('cli.port', `'${text}' is not a port`)
}
