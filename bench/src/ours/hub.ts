/** A hub as `tombolo hub` runs it: its own database file, HTTP and live sockets on a port of this machine. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createHub, type Hub, type Identity, type Rates, SILENT } from '@tombolo/hub'
import { environment, serve, serveFiles } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { app } from './schema.ts'

export const TOKEN = 'bench'

export interface RunningHub {
  readonly hub: Hub
  /** What a device is given. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** `pages`: an app's files, which it serves too. */
export async function runHub(directory: string, pages: string | null = null): Promise<RunningHub> {
  const gate = { allowedHosts: new Set<string>(), allowedOrigins: new Set<string>() }
  const storage = openSqlite({ path: join(directory, 'hub.db'), mintEpoch: () => randomBytes(12).toString('base64url') })
  const hub = await createHub({
    ...environment,
    schema: app,
    storage,
    auth: signedIn,
    gate,
    key: randomBytes(32),
    rates: UNLIMITED,
    log: SILENT,
  })
  const elsewhere = pages === null ? {} : { elsewhere: serveFiles(pages) }
  const serving = await serve({ hub, host: '127.0.0.1', port: 0, ...elsewhere })
  gate.allowedHosts.add(`127.0.0.1:${serving.port}`)
  gate.allowedOrigins.add(`http://127.0.0.1:${serving.port}`)
  const close = async (): Promise<void> => {
    await serving.close()
    await storage.close()
  }
  return { hub, url: `http://127.0.0.1:${serving.port}/sync`, close }
}

/** It is measured what a hub can, not what one device is given. */
const UNLIMITED: Rates = { device: { perSecond: 1e12, burst: 1e12 }, account: { perSecond: 1e12, burst: 1e12 } }
const ANN: Identity = { account: 'ann' }
const signedIn = async (): Promise<Identity> => ANN
