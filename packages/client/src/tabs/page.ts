/**
 * The page's half: starts the store worker, introduces the page, and gives the port. What only a page knows goes along: that it is
 * hidden, that it goes and comes back, its token.
 */
import type { SchemaIdentity } from '@tombolo/core'
import type { EnginePort } from '../engine/port.ts'
import { deviceHints } from '../sync/browser-connectivity.ts'
import type { TokenSource } from '../sync/http-transport.ts'
import { channelOf, PortError, portOver, PROTOCOL, type WireError } from './channel.ts'
import type { PageMessage, WorkerMessage } from './hello.ts'
import { remoteEngine } from './remote-engine.ts'

export interface WorkerStoreOptions {
  readonly schema: SchemaIdentity
  /** Where the hub is: `/sync`, or an address. Null: this store stays on the device. */
  readonly hub: string | null
  /** The app's store worker: `() => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' })`. */
  readonly worker: () => Worker
  /** Another name is another store, with another account perhaps. Letters, digits, `.`, `_` and `-`. */
  readonly name?: string
  /** The token to send, or null when there is none. Left out: the browser's cookie of the hub's own origin. */
  readonly token?: TokenSource
}

/** A port to the store of this origin, wherever it is open. Nothing is asked until `open`. */
export function connectWorker(options: WorkerStoreOptions): EnginePort {
  const worker = options.worker()
  const { port1: own, port2: port } = new MessageChannel()
  const send = (message: PageMessage, transfer: Transferable[] = []): void => worker.postMessage(message, transfer)
  send({ type: 'hello', port, ...helloOf(options) }, [port])
  answerTokens(worker, send, options.token)
  const engine = remoteEngine(channelOf(own))
  return closable(engine, worker, tellOfPage(send, engine))
}

const DEFAULT_NAME = 'store'

function helloOf({
  name = DEFAULT_NAME,
  hub,
  schema,
  token,
}: WorkerStoreOptions): Omit<Extract<PageMessage, { type: 'hello' }>, 'type' | 'port'> {
  const { version, fingerprint } = schema
  return {
    protocol: PROTOCOL,
    name,
    hub: hub === null ? null : new URL(hub, globalThis.location.href).href.replace(/\/$/, ''),
    schema: { version, fingerprint },
    givesToken: token !== undefined,
  }
}

function answerTokens(worker: Worker, send: (message: PageMessage) => void, token: TokenSource | undefined): void {
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
    void tokenOf(token, data.refused).then((value) => send({ type: 'token', id: data.id, token: value }))
  })
}

/** An app that fails to give a token has none. */
async function tokenOf(source: TokenSource | undefined, refused: string | null): Promise<string | null> {
  try {
    return (await source?.(refused)) ?? null
  } catch {
    return null
  }
}

/** A page that is hidden may never be seen again: what was written is sealed then, so that it can be sent without it. */
function tellOfPage(send: (message: PageMessage) => void, engine: EnginePort): () => void {
  const end = new AbortController()
  const listen = { signal: end.signal }
  const tellVisibility = (): void => {
    const isVisible = document.visibilityState !== 'hidden'
    send({ type: 'looked', isVisible })
    if (!isVisible) engine.write({ type: 'seal', space: null, operationId: '' }).catch(() => {})
  }
  document.addEventListener('visibilitychange', tellVisibility, listen)
  globalThis.addEventListener('pagehide', () => send({ type: 'left' }), listen)
  globalThis.addEventListener('pageshow', ({ persisted }) => persisted && send({ type: 'returned' }), listen)
  tellVisibility()
  const stopHints = deviceHints(globalThis, midnightAtMs).watch((hint) => send({ type: 'hint', hint }))
  return () => {
    end.abort()
    stopHints()
  }
}

const midnightAtMs = (): number => new Date().setHours(0, 0, 0, 0)

/** A worker whose file cannot be loaded, or fails while it starts, answers nothing. */
function closable(engine: EnginePort, worker: Worker, stop: () => void): EnginePort {
  let isOpen = false
  const failed = new Promise<never>((_, reject) =>
    worker.addEventListener('error', ({ message }) => isOpen || reject(new PortError(workerFailure(message)))),
  )
  failed.catch(() => {})
  return portOver(engine, {
    open: async () => {
      const answer = await Promise.race([engine.open(), failed])
      isOpen = true
      return answer
    },
    close: async () => {
      stop()
      await Promise.race([engine.close(), failed]).catch(() => {})
      worker.terminate()
    },
  })
}

const workerFailure = (message: string | undefined): WireError => ({
  name: 'WorkerFailed',
  code: 'store.worker',
  message: `The store worker failed${message === undefined ? ': its file could not be loaded.' : `: ${message}`}`,
})
