/** The arguments of `tombolo hub`: parsed once, and refused with a reason if invalid. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CliError } from '../cli-error.ts'

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
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])
const DEFAULT_PORT = 8787

export const isLoopback = (host: string): boolean => LOOPBACK.has(host)

export function parseHubArguments(args: readonly string[], cwd: string): HubArguments {
  const values = readOptions(args)
  if (values.schema === undefined) throw new CliError('cli.schema', 'say which schema: --schema path/to/schema.ts')
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
    schema: resolve(cwd, values.schema),
    serve: values.serve === undefined ? null : resolve(cwd, values.serve),
    data: resolve(cwd, values.data ?? 'data'),
    host,
    port: portOf(values.port),
    dev,
    lan: values.lan ?? false,
    origins: (values.origin ?? []).map(originOf),
  }
}

interface Options {
  readonly schema?: string | undefined
  readonly serve?: string | undefined
  readonly data?: string | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly dev?: boolean | undefined
  readonly lan?: boolean | undefined
  readonly origin?: readonly string[] | undefined
}

function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const
  const texts = { type: 'string', multiple: true } as const
  const flag = { type: 'boolean' } as const
  try {
    const options = { schema: text, serve: text, data: text, host: text, port: text, dev: flag, lan: flag, origin: texts }
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    throw new CliError('cli.arguments', error instanceof Error ? error.message : String(error))
  }
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
