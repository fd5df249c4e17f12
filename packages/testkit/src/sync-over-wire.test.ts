/** Real devices and the real hub over real HTTP and WebSocket connections of this machine. */
import { collection, mintRecordId, mintSpaceId, type RandomBytes, type RecordId, schema, type SpaceId, string } from '@tombolo/core'
import { createHub, devAuth, SILENT } from '@tombolo/hub'
import { environment, serve, type Serving } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { StoreStatus } from '../../client/src/engine/port.ts'
import { LocalStore } from '../../client/src/engine/local-store.ts'
import { loadSeldom } from '../../client/src/load-seldom.ts'
import { openStore } from '../../client/src/node.ts'
import { memoryStorage } from '../../client/src/storage/node.ts'
import { HttpTransport, type HttpTransportOptions } from '../../client/src/sync/http-transport.ts'
import { connectNode } from '../../client/src/sync/node/web-socket.ts'
import { systemPorts } from '../../client/src/sync/options.ts'
import { SyncRunner } from '../../client/src/sync/runner.ts'
import { connectBrowser } from '../../client/src/sync/web-socket.ts'
import type { SocketEnd } from '../../client/src/sync/transport.ts'
import { loadText, sha256 } from '../../client/src/test/local-store-kit.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string() }) } })
const TOKEN = 'a-token-of-this-test'
const random: RandomBytes = (count) => randomBytes(count)

const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function openHub(): Promise<Serving> {
  const port = { taken: 0 }
  const hub = await createHub({
    ...environment,
    schema: app,
    storage: openSqlite({ path: ':memory:', mintEpoch: () => 'first-epoch' }),
    auth: devAuth(TOKEN, { account: 'ann' }).authenticate,
    gate: { allowedHosts: { has: (host: string) => host === `127.0.0.1:${port.taken}` } as ReadonlySet<string>, allowedOrigins: new Set() },
    key: new Uint8Array(32).fill(7),
    log: SILENT,
  })
  const serving = await serve({ hub, host: '127.0.0.1', port: 0 })
  port.taken = serving.port
  endings.push(serving.close)
  return serving
}

const errors: unknown[] = []

async function openDevice(
  { port }: Serving,
  options: Partial<HttpTransportOptions> = {},
): Promise<{ store: LocalStore; runner: SyncRunner }> {
  const store = await LocalStore.open(await memoryStorage().open('device'), app, {
    nowMs: Date.now,
    random,
    hash: sha256,
    loadText,
    loadUpgrade: loadSeldom,
  })
  const runner = new SyncRunner({
    store,
    transport: new HttpTransport({ hub: `http://127.0.0.1:${port}/sync`, token: () => TOKEN, connect: connectNode, ...options }),
    ports: systemPorts((error) => errors.push(error)),
    loadText,
  })
  endings.push(() => runner.stop())
  return { store, runner }
}

/** Resolves when this is so; looks after each commit and each change of the status. */
function when({ store, runner }: { store: LocalStore; runner: SyncRunner }, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isSo()) return
      stops.forEach((stop) => stop())
      resolve()
    }
    const stops = [store.onCommit(look), runner.subscribe(look)]
    look()
  })
}

function addNote(store: LocalStore, space: SpaceId, title: string): RecordId {
  const record = mintRecordId(Date.now(), random)
  const steps = [{ type: 'add', collection: 'notes', record, values: { title } } as const]
  expect(store.write({ space, createsSpace: true, steps })).toMatchObject({ ok: true })
  store.seal(space)
  return record
}

const titlesOf = (store: LocalStore): unknown[] =>
  store.state.database
    .prepare('SELECT title FROM notes ORDER BY id')
    .all()
    .map((row) => row['title'])

test('[Q7] over real connections two devices hear of each other as they write, and nothing is lost when they stop', async () => {
  const serving = await openHub()
  const [a, b] = [await openDevice(serving), await openDevice(serving)]
  const space = mintSpaceId(Date.now(), random)
  const long = 'heron '.repeat(2000)
  addNote(a.store, space, long)
  a.runner.start()
  b.runner.start()
  await when(b, () => titlesOf(b.store).length === 1)
  addNote(b.store, space, 'Nest')
  await when(a, () => titlesOf(a.store).length === 2)
  await a.runner.stop()
  addNote(a.store, space, 'Egret')
  expect(await a.runner.syncOnce()).toMatchObject({ outcome: 'complete', applied: 1, waiting: 0 })
  await when(b, () => titlesOf(b.store).length === 3)
  expect(titlesOf(b.store)).toEqual([long, 'Nest', 'Egret'])
  expect(errors).toEqual([])
})

test('[Q7] a page that signs in by a token hears over a live socket what another device writes', async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  onTestFinished(() => void vi.unstubAllGlobals())
  const serving = await openHub()
  const urls: string[] = []
  const page = await openDevice(serving, {
    connect: (url, token, handlers) => {
      urls.push(url)
      return connectBrowser(url, token, handlers)
    },
    fetch: async (url, init) => {
      if (url.endsWith('/poll')) throw new Error('nothing is heard but over a socket')
      return fetch(url, init)
    },
  })
  const other = await openDevice(serving)
  const space = mintSpaceId(Date.now(), random)
  addNote(page.store, space, 'Heron')
  page.runner.start()
  other.runner.start()
  await when(other, () => titlesOf(other.store).length === 1)
  addNote(other.store, space, 'Egret')
  await when(page, () => titlesOf(page.store).length === 2)
  expect(urls).toEqual([`ws://127.0.0.1:${serving.port}/sync/live`])
  expect(errors).toEqual([])
})

test('[S5] what the app lets wait says why, and goes when a person says so', async () => {
  const { port } = await openHub()
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-policy-'))
  endings.push(() => rm(directory, { recursive: true, force: true }))
  const store = await openStore({
    schema: app,
    hub: `http://127.0.0.1:${port}/sync`,
    directory,
    token: () => TOKEN,
    // Node does not know what its network is.
    policy: { changes: { wifiOnly: true, whenUnknown: 'wait' } },
  })
  endings.push(() => store.close())
  const space = await store.createSpace('Marsh')
  await store.seal()
  const status = (): StoreStatus | undefined => store.status.get()
  onTestFinished(store.status.subscribe(() => {}))
  await vi.waitFor(() => expect(status()?.waits[space.id]).toEqual({ reason: 'wifi-only', tries: 0, nextTryAt: null }))
  expect(status()).toMatchObject({ connection: 'live', toSend: 1, waiting: 'wifi-only' })
  await store.outbox.sendNow()
  await vi.waitFor(() => expect(status()).toMatchObject({ toSend: 0, waits: {} }))
})

test('[S3] a hub that refuses a socket says why, where the platform lets it be heard', async () => {
  const { port } = await openHub()
  const url = `ws://127.0.0.1:${port}/sync/live`
  const end = await new Promise<SocketEnd>((resolve) => {
    connectNode(url, 'another-token', { opened: () => undefined, received: () => undefined, closed: resolve })
  })
  expect(end.problem).toMatchObject({ code: 'auth.required', class: 'auth', status: 401 })
})

test('[Q7] where nobody listens the socket is told as closed', async () => {
  const end = await new Promise<SocketEnd>((resolve) => {
    connectNode('ws://127.0.0.1:1/sync/live', null, { opened: () => undefined, received: () => undefined, closed: resolve })
  })
  expect(end).toEqual({})
})
