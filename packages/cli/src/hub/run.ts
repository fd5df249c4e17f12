/** Assembles a hub from the command line's options: storage, key, sign-in, the app's files, and the doors. */
import { mkdirSync } from 'node:fs'
import { createHub, devPages, gatedPages, type Hub, type Log } from '@tombolo/hub'
import { openBackups, type ShelvedBackups } from '@tombolo/hub/backup'
import {
  environment,
  holdDatabase,
  jsonLog,
  loadKey,
  openLedger,
  serve,
  serveFiles,
  type ServeOptions,
  type Serving,
} from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { CliError } from '../cli-error.ts'
import { databaseIn, keyIn, ledgerIn, mintEpoch } from '../data-files.ts'
import { type HubArguments, isLoopback } from './arguments.ts'
import { BackupSchedule, backUpApart } from './backup-schedule.ts'
import { serveLan } from './lan.ts'
import { loadSchema } from '../load-schema.ts'
import { type Environment, type SignIn, signInFor } from './sign-in.ts'

export interface Started {
  /** The address of the app, for a person. */
  readonly url: string
  /** Answers accepted requests, then stops. */
  readonly stop: () => Promise<void>
}

type Pages = (request: Request) => Promise<Response>
type Names = { readonly allowedHosts: Set<string>; readonly allowedOrigins: Set<string> }

export async function runHub(asked: HubArguments, variables: Environment, say: (text: string) => void): Promise<Started> {
  const signIn = signInFor(asked, variables)
  const schema = await loadSchema(asked.schema)
  mkdirSync(asked.data, { recursive: true, mode: 0o700 })
  const log = jsonLog(variables['TOMBOLO_LOG'] ?? 'warn')
  const letGo = holdDatabase(databaseIn(asked.data))
  const storage = openSqlite({ path: databaseIn(asked.data), mintEpoch })
  const ledger = openLedger(ledgerIn(asked.data))
  const backups = asked.backups === null ? null : openBackups(asked.backups.directory, log)
  const gate: Names = { allowedHosts: new Set(), allowedOrigins: new Set() }
  const auth = signIn.type === 'dev' ? signIn.dev.authenticate : signIn.auth
  const hub = await createHub({
    ...environment,
    schema,
    storage,
    ledger,
    ...(backups === null ? {} : { backups }),
    ...(asked.horizonDays === null ? {} : { retention: { deletedDays: asked.horizonDays } }),
    auth,
    gate,
    key: loadKey(keyIn(asked.data)),
    log,
  })
  const files = asked.serve === null ? null : serveFiles(asked.serve)
  const servings = await openDoors(hub, asked, gate, pagesFor(signIn, gate, files), files, say)
  const schedule = scheduleFor(asked, backups, log)
  const stop = async (): Promise<void> => {
    await Promise.all([...servings.map((serving) => serving.close()), schedule?.stop()])
    backups?.close()
    ledger.close()
    await storage.close()
    letGo()
  }
  return { url: urlOf(asked, servings[0]?.port ?? asked.port), stop }
}

function scheduleFor({ data, backups: asked }: HubArguments, backups: ShelvedBackups | null, log: Log): BackupSchedule | null {
  if (asked === null || backups === null) return null
  const args = ['--data', data, '--backups', asked.directory, '--keep', String(asked.keep)]
  const make = (stop: AbortSignal): Promise<void> => backUpApart(args, stop)
  return new BackupSchedule({ ...environment, everyMs: asked.everyMs, backups, make, log })
}

const pagesFor = (signIn: SignIn, gate: Names, files: Pages | null): Pages =>
  signIn.type === 'dev' ? devPages({ gate, cookie: signIn.dev.cookie, files }) : gatedPages(gate, files)

async function openDoors(
  hub: Hub,
  asked: HubArguments,
  gate: Names,
  elsewhere: Pages,
  files: Pages | null,
  say: (text: string) => void,
): Promise<readonly Serving[]> {
  const serving = await listen({ hub, host: asked.host, port: asked.port, elsewhere })
  const names = isLoopback(asked.host) ? ['localhost', '127.0.0.1', '[::1]'] : [asked.host]
  for (const name of names) allow(gate, `http://${name}:${serving.port}`)
  for (const origin of asked.origins) allow(gate, origin)
  if (!asked.lan) return [serving]
  const lan = { hub, account: 'dev', files, data: asked.data, port: asked.port === 0 ? 0 : asked.port + 1, say }
  return [serving, await serveLan(lan)]
}

function allow({ allowedHosts, allowedOrigins }: Names, origin: string): void {
  allowedHosts.add(new URL(origin).host)
  allowedOrigins.add(origin)
}

const urlOf = ({ host, origins }: HubArguments, port: number): string =>
  origins[0] ?? `http://${isLoopback(host) ? 'localhost' : host}:${port}`

async function listen(options: ServeOptions): Promise<Serving> {
  try {
    return await serve(options)
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (isTaken) throw new CliError('cli.portTaken', `port ${options.port} is taken; choose another with --port`)
    throw error
  }
}
