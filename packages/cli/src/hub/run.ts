/** Assembles a hub from the command line's options: storage, key, sign-in, the app's files, and the doors. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { base64url } from '@tombolo/core'
import { createHub, devPages, gatedPages, type Hub } from '@tombolo/hub'
import { environment, jsonLog, loadKey, serve, serveFiles, type ServeOptions, type Serving } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { CliError } from '../cli-error.ts'
import { type HubArguments, isLoopback } from './arguments.ts'
import { serveLan } from './lan.ts'
import { loadSchema } from './load-schema.ts'
import { type Environment, type SignIn, signInFor } from './sign-in.ts'

export interface Started {
  /** The address of the app, for a person. */
  readonly url: string
  /** Answers accepted requests, then stops. */
  readonly stop: () => Promise<void>
}

type Pages = (request: Request) => Promise<Response>
type Names = { readonly allowedHosts: Set<string>; readonly allowedOrigins: Set<string> }

const EPOCH_BYTES = 12

export async function runHub(asked: HubArguments, variables: Environment, say: (text: string) => void): Promise<Started> {
  const signIn = signInFor(asked, variables)
  const schema = await loadSchema(asked.schema)
  mkdirSync(asked.data, { recursive: true, mode: 0o700 })
  const log = jsonLog(variables['TOMBOLO_LOG'] ?? 'warn')
  const storage = openSqlite({ path: join(asked.data, 'hub.sqlite'), mintEpoch: () => base64url(environment.random(EPOCH_BYTES)) })
  const gate: Names = { allowedHosts: new Set(), allowedOrigins: new Set() }
  const auth = signIn.type === 'dev' ? signIn.dev.authenticate : signIn.auth
  const hub = await createHub({ ...environment, schema, storage, auth, gate, key: loadKey(join(asked.data, 'hub.key')), log })
  const files = asked.serve === null ? null : serveFiles(asked.serve)
  const servings = await openDoors(hub, asked, gate, pagesFor(signIn, gate, files), files, say)
  const stop = async (): Promise<void> => {
    await Promise.all(servings.map((serving) => serving.close()))
    await storage.close()
  }
  return { url: urlOf(asked, servings[0]?.port ?? asked.port), stop }
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
