/** The page's half: a port to the store worker, and facts that only a page knows: its visibility, its leaving and returning, its token. */
import type { SchemaIdentity } from '@tombolo/core'
import type { EnginePort, Stop } from '../engine/port.ts'
import { Unanswered } from './unanswered.ts'
import { pageKeep, pageLeaving } from './unanswered-page.ts'
import { assertDatabaseName } from '../storage/sql.ts'
import { deviceHints } from '../sync/browser-connectivity.ts'
import type { TokenSource } from '../sync/http-transport.ts'
import { portOver, PROTOCOL, realTimer } from './channel.ts'
import type { Hello, PageMessage } from './hello.ts'
import { DEFAULT_NAME } from './names.ts'
import { Supervisor } from './supervisor.ts'
import { randomId, webLocks } from './web-platform.ts'

/** Where the store of a page runs, and which hub it syncs with. */
export interface WorkerStoreOptions {
  readonly schema: SchemaIdentity
  /** Where the hub is: `/sync`, or an address. Null: this store stays on the device. */
  readonly hub: string | null
  /** The app's store worker: `() => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' })`. */
  readonly worker: () => Worker
  /** Each name is a separate store, possibly with another account. Letters, digits, `.`, `_` and `-`. */
  readonly name?: string
  /** The token to send, or null when there is none. Left out: the browser's cookie of the hub's own origin. */
  readonly token?: TokenSource
}

/** A port to the store of this origin, whichever tab has it open. Sends nothing before `open`. */
export function connectWorker(options: WorkerStoreOptions): EnginePort {
  const supervisor = new Supervisor({
    startWorker: options.worker,
    locks: webLocks,
    setTimer: realTimer,
    hello: (port, lifeLock) => ({ type: 'hello', port, lifeLock, ...helloOf(options) }),
    mintId: randomId,
    tell: tellOfPage,
    giveToken: (refused) => tokenOf(options.token, refused),
  })
  const stopSealing = sealWhenHidden(supervisor.port)
  const port = portOver(supervisor.port, {
    close: async () => {
      stopSealing()
      await supervisor.port.close()
    },
  })
  return new Unanswered(port, pageKeep(options.name ?? DEFAULT_NAME), pageLeaving, Date.now)
}

function helloOf({ name = DEFAULT_NAME, hub, schema, token }: WorkerStoreOptions): Omit<Hello, 'type' | 'port' | 'lifeLock'> {
  assertDatabaseName(name)
  const { version, fingerprint } = schema
  return {
    protocol: PROTOCOL,
    name,
    hub: hub === null ? null : new URL(hub, globalThis.location.href).href.replace(/\/$/, ''),
    schema: { version, fingerprint },
    givesToken: token !== undefined,
  }
}

/** Asks the app for a token; an error counts as no token. */
async function tokenOf(source: TokenSource | undefined, refused: string | null): Promise<string | null> {
  try {
    return (await source?.(refused)) ?? null
  } catch {
    return null
  }
}

/** Sends the worker the facts that only a page knows. */
function tellOfPage(send: (message: PageMessage) => void): Stop {
  const end = new AbortController()
  const listen = { signal: end.signal }
  const tellVisibility = (): void => send({ type: 'looked', isVisible: document.visibilityState !== 'hidden' })
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

/** Seals unsealed changes when the page is hidden, because it may never be visible again and they must be sent without it. */
function sealWhenHidden(engine: EnginePort): Stop {
  const end = new AbortController()
  const seal = (): void => {
    if (document.visibilityState === 'hidden') engine.write({ type: 'seal', space: null, operationId: '' }).catch(() => {})
  }
  document.addEventListener('visibilitychange', seal, { signal: end.signal })
  return () => end.abort()
}

const midnightAtMs = (): number => new Date().setHours(0, 0, 0, 0)
