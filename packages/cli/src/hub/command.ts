/** `tombolo hub`: runs a hub, and the app beside it, until it is told to stop. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { base64url } from '@tombolo/core'
import { createHub, devAuth, devPages, type Hub } from '@tombolo/hub'
import { environment, jsonLog, loadKey, serve, serveFiles, type Serving } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { CliError } from '../cli-error.ts'
import { type HubArguments, parseHubArguments } from './arguments.ts'
import { loadSchema } from './load-schema.ts'

export const HUB_HELP = `  hub      run a hub
    --schema FILE   the app's schema.ts
    --serve DIR     the app's built files
    --data DIR      where the hub keeps its database and its key (./data)
    --host HOST     the address to listen on (127.0.0.1)
    --port PORT     the port to listen on (8787)
    --dev           sign everybody on this machine in as one account`

export async function hubCommand(args: readonly string[]): Promise<void> {
  const asked = parseHubArguments(args, process.cwd())
  if (!asked.dev) throw new CliError('cli.auth', 'only --dev can sign people in yet')
  const { serving, stop } = await start(asked)
  console.log(`tombolo hub: http://localhost:${serving.port}`)
  onSignal(stop)
}

interface Started {
  readonly serving: Serving
  readonly stop: () => Promise<void>
}

const token = (bytes: number): string => base64url(environment.random(bytes))

async function start(asked: HubArguments): Promise<Started> {
  const schema = await loadSchema(asked.schema)
  mkdirSync(asked.data, { recursive: true })
  const log = jsonLog(process.env['TOMBOLO_LOG'] ?? 'warn')
  const auth = devAuth(token(32))
  const storage = openSqlite({ path: join(asked.data, 'hub.sqlite'), mintEpoch: () => token(12) })
  const gate = { allowedHosts: new Set<string>(), allowedOrigins: new Set<string>() }
  const key = loadKey(join(asked.data, 'hub.key'))
  const hub = await createHub({ ...environment, schema, storage, auth: auth.authenticate, gate, key, log })
  const elsewhere = devPages({ gate, cookie: auth.cookie, files: asked.serve === null ? null : serveFiles(asked.serve) })
  const serving = await listen(hub, asked, elsewhere)
  for (const name of ['localhost', '127.0.0.1', '[::1]']) allow(gate, `${name}:${serving.port}`)
  const stop = async (): Promise<void> => {
    await serving.close()
    await storage.close()
  }
  return { serving, stop }
}

function allow(gate: { readonly allowedHosts: Set<string>; readonly allowedOrigins: Set<string> }, host: string): void {
  gate.allowedHosts.add(host)
  gate.allowedOrigins.add(`http://${host}`)
}

async function listen(hub: Hub, { host, port }: HubArguments, elsewhere: (request: Request) => Promise<Response>): Promise<Serving> {
  try {
    return await serve({ hub, host, port, elsewhere })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (isTaken) throw new CliError('cli.portTaken', `port ${port} is taken; choose another with --port`)
    throw error
  }
}

/** Once: answer what was taken in, then end. Twice: end. */
function onSignal(stop: () => Promise<void>): void {
  let isStopping = false
  const end = (): void => {
    if (isStopping) process.exit(1)
    isStopping = true
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
