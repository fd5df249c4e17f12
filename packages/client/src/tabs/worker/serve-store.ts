/**
 * A dedicated worker that serves its page: from its own store while its tab leads, otherwise through the leading tab.
 *
 *   page ──hello──► serveStore ──► Tab ──► openEngine: SQLite, sync
 *    │                              └────► the worker of the leading tab
 *    └──port──► relay
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { PolicyChoice, SchemaDefinition } from '@tombolo/core'
import { browserStorage, preload } from '../../storage/browser.ts'
import { indexedDbMirror } from '../../storage/mirror.ts'
import { networkHints } from '../../sync/browser-connectivity.ts'
import { allOf, Relay as Hints } from '../../sync/connectivity.ts'
import type { TokenSource } from '../../sync/http-transport.ts'
import type { Transport } from '../../sync/transport.ts'
import type { EnginePort } from '../../engine/port.ts'
import { channelOf, portOver, PROTOCOL, realTimer, type WireError } from '../channel.ts'
import { type Hello, INSECURE, isSameSchema, type PageMessage, workerMismatch, type WorkerMessage } from '../hello.ts'
import { databaseDirectory, outboxName } from '../names.ts'
import { openEngine } from '../open-engine.ts'
import { Relay } from '../relay.ts'
import { serveEngine } from '../serve-engine.ts'
import { Tab } from '../tab.ts'
import { openBroadcast, randomBytes, randomId, webLocks } from '../web-platform.ts'
import { TokenAsker } from './token-asker.ts'

/** The options of a store worker. */
export interface ServeStoreOptions {
  /** When this app sends. By default over any network, at any hour, at any battery level. A person's 'Send now' overrides it. */
  readonly policy?: PolicyChoice
  /** For how many days superseded values are kept on the device; default 365. The hub has a setting of its own. */
  readonly historyDays?: number
}

/**
 * Serves the page that started this worker. Pass the same schema as the page does to `openStore`.
 * @example serveStore(app)
 * @example serveStore(app, { policy: { changes: { whenSaveData: 'wait' } } })
 */
export function serveStore(schema: SchemaDefinition, options: ServeStoreOptions = {}): void {
  const hints = new Hints()
  const tokens = new TokenAsker((message) => globalThis.postMessage(message), realTimer)
  let tab: Tab | null = null
  globalThis.addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
    switch (data.type) {
      case 'hello':
        tab = greeted(schema, data, { hints, tokens, options })
        return
      case 'looked':
        return tab?.look(data.isVisible)
      case 'hint':
        return hints.tell(data.hint)
      case 'left':
        return void tab?.leave()
      case 'returned':
        return tab?.returnHere()
      case 'token':
        return tokens.answered(data.id, data.token)
      case 'ping':
        return globalThis.postMessage({ type: 'pong' } satisfies WorkerMessage)
    }
  })
}

function greeted(schema: SchemaDefinition, hello: Hello, around: Surroundings): Tab | null {
  const channel = channelOf(hello.port)
  const refusal = refusalOf(schema, hello)
  if (refusal !== null) {
    const relay = new Relay(randomId)
    relay.fail(refusal)
    serveEngine(relay, channel)
    return null
  }
  webLocks.request(hello.lifeLock, () => globalThis.postMessage({ type: 'alive' } satisfies WorkerMessage))
  const tab = new Tab(hello.name, schema, {
    locks: webLocks,
    openChannel: openBroadcast,
    setTimer: realTimer,
    mintId: randomId,
    preload,
    openEngine: (onBroken) => openOwn(schema, hello, around, onBroken),
    onSeen: (isVisible) => around.hints.tell({ type: isVisible ? 'visible' : 'hidden' }),
    onError: reportError,
  })
  serveEngine(closing(tab), channel)
  return tab
}

function refusalOf(schema: SchemaDefinition, hello: Hello): WireError | null {
  if (hello.protocol !== PROTOCOL || !isSameSchema(hello.schema, schema))
    return workerMismatch(hello.schema, schema, globalThis.location.href)
  return 'locks' in navigator ? null : INSECURE
}

interface Surroundings {
  readonly hints: Hints
  readonly tokens: TokenAsker
  readonly options: ServeStoreOptions
}

async function openOwn(
  schema: SchemaDefinition,
  { name, hub, givesToken }: Hello,
  { hints, tokens, options }: Surroundings,
  onBroken: () => void,
): Promise<EnginePort> {
  const token = givesToken ? { token: (refused: string | null) => tokens.ask(refused) } : {}
  const { port } = await openEngine({
    name: 'store',
    schema,
    storage: browserStorage({ directory: databaseDirectory(name) }),
    mirror: indexedDbMirror(outboxName(name)),
    transport: hub === null ? null : () => transportTo(hub, token),
    connectivity: allOf(networkHints(globalThis), hints),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(options.historyDays === undefined ? {} : { historyDays: options.historyDays }),
    hash: sha256,
    random: randomBytes,
    requestFrame: (run) => void setTimeout(run, FRAME_MS),
    onBroken,
    onError: reportError,
  })
  return port
}

/** Loads the transport together with sync, after the store is open. */
async function transportTo(hub: string, token: { readonly token?: TokenSource }): Promise<Transport> {
  const { browserTransport } = await import('../../sync/browser-transport.ts')
  return browserTransport({ hub, ...token })
}

/** The interval that replaces animation frames, which a worker lacks while its page is hidden. */
const FRAME_MS = 16

/** The page's port. Closing it ends this tab's part, whichever tab leads. */
const closing = (tab: Tab): EnginePort =>
  portOver(tab.relay, {
    close: async () => {
      await tab.leave()
      await tab.relay.close()
    },
  })
