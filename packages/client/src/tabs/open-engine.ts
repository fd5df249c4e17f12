/**
 * Opens the parts that a leading tab or a Node program holds: the database, the local store on it, sync, and the engine in front.
 *
 * The caller must hold the exclusive right to open this store. If this throws, nothing is open.
 */
import { type Hash, type PolicyChoice, type RandomBytes, type SchemaDefinition, type TextEditor } from '@tombolo/core'
import { Engine } from '../engine/engine.ts'
import type { LocalStore } from '../engine/local-store.ts'
import type { Durability, EnginePort, Stop } from '../engine/port.ts'
import { noteSuspicion } from '../engine/suspicion.ts'
import { loadSeldom } from '../load-seldom.ts'
import { loadPart } from '../platform/load-part.ts'
import type { OutboxMirror } from '../storage/mirror.ts'
import type { Database, Storage } from '../storage/port.ts'
import type { Connectivity } from '../sync/connectivity.ts'
import { LaterSync } from '../sync/later-sync.ts'
import { type SyncOptions, systemPorts } from '../sync/options.ts'
import type { SyncRunner } from '../sync/runner.ts'
import type { Transport } from '../sync/transport.ts'
import { portOver, realTimer, type SetTimer } from './channel.ts'
import { openStore } from './open-store.ts'
import { OutboxKeeper } from './outbox-keeper.ts'
import { scrubNowAndThen } from './scrub.ts'
import type { OpenedStore } from './store-on-database.ts'

export interface EngineSetup {
  readonly name: string
  readonly schema: SchemaDefinition
  readonly storage: Storage
  /** Null: this store stays on the device. */
  readonly transport: (() => Promise<Transport>) | null
  /** Null if the database is always on disk and nothing is sent while no program runs. */
  readonly mirror: OutboxMirror | null
  readonly connectivity: Connectivity
  /** When to send, as the app says. */
  readonly policy?: PolicyChoice
  readonly historyDays?: number
  readonly hash: Hash
  readonly random: RandomBytes
  /** Milliseconds since 1970; default the device's clock. */
  readonly nowMs?: () => number
  readonly setTimer?: SetTimer
  readonly requestFrame: (run: () => void) => void
  /** Called when the device failed to read or write, as some browsers do until the file is opened again. Default: nothing. */
  readonly onBroken?: () => void
  /** Called for errors that should never happen: bugs, a disk that fails in the background. */
  readonly onError: (error: unknown) => void
}

/** The opened parts, with the outbox mirrored. `close` closes all of them. */
export interface OpenedEngine {
  readonly port: EnginePort
  readonly store: LocalStore
  readonly sync: LaterSync | null
}

export async function openEngine(setup: EngineSetup): Promise<OpenedEngine> {
  const opened = await openStore({ ...setup, loadText: () => loadText(setup.random), loadUpgrade: loadSeldom })
  try {
    return await onStore(setup, opened)
  } catch (error) {
    opened.database.close()
    throw error
  }
}

async function onStore(given: EngineSetup, { database, store }: OpenedStore): Promise<OpenedEngine> {
  const broke = brokenIn(given, database)
  const setup: EngineSetup = { ...given, onError: (error) => told(error, given.onError, broke) }
  const { random, transport, onError, requestFrame, storage: aside } = setup
  const durability = database.durability === 'disk' ? 'disk' : 'outbox-only'
  const keeper = newKeeper(setup, store, durability)
  // Who asks again for a save that was sent, after a crash, is known by its copy alone where the database is in memory.
  const kept = durability === 'outbox-only' && keeper !== null ? { kept: () => keeper.keep() } : {}
  const sync = transport === null ? null : newSync(setup, { store, transport, ...kept })
  // On disk everything is saved already, so nothing waits for the mirror.
  if (durability === 'outbox-only') await keeper?.start()
  const afterWrite = durability === 'outbox-only' && keeper !== null ? { afterWrite: () => keeper.keepSaved() } : {}
  const engine = new Engine({
    store,
    aside,
    sync,
    durability,
    requestFrame,
    setTimer: setup.setTimer ?? realTimer,
    onError,
    loadText: () => loadText(random),
    ...afterWrite,
  })
  const { nowMs = Date.now, setTimer = realTimer } = setup
  const damaged = (): void => broke('storage.corrupt')
  const stopScrub = scrubNowAndThen({ database, setTimer, nowMs, damaged, onError })
  const port = keeper === null ? engine : keptBy(keeper, engine, onError)
  // Last: what goes on by itself would go on where a failing disk ends this.
  if (durability === 'disk') keeper?.start().catch(onError)
  sync?.start()
  void store.state.room.hold()
  return { port: tellingOf(broke, port, stopScrub), store, sync }
}

/** Errors in the background may be failures of the storage too. */
function told(error: unknown, onError: (error: unknown) => void, broke: (code: string) => void): void {
  onError(error)
  broke(codeOf(error))
}

function newSync(
  { connectivity, onError, random, policy = {}, nowMs = Date.now, setTimer = realTimer }: EngineSetup,
  { transport, ...own }: Pick<SyncOptions, 'store' | 'kept'> & { readonly transport: () => Promise<Transport> },
): LaterSync {
  const ports = { ...systemPorts(onError), nowMs, setTimer, random: () => uint32(random) / 2 ** 32, connectivity }
  const load = async (): Promise<SyncRunner> => {
    const { SyncRunner } = await import('../sync/runner.ts')
    return new SyncRunner({ ...own, transport: await transport(), ports, policy, loadText: () => loadText(random) })
  }
  return new LaterSync({ load, setTimer: ports.setTimer, onError })
}

function newKeeper(
  { mirror, random, onError, nowMs = Date.now, setTimer = realTimer }: EngineSetup,
  store: LocalStore,
  durability: Durability,
): OutboxKeeper | null {
  if (mirror === null) return null
  return new OutboxKeeper({ store, mirror, durability, loadText: () => loadText(random), setTimer, nowMs, onError })
}

/** Wraps the engine so that `seal`, which a page sends when hidden, also updates the mirror: there may be no later chance. */
function keptBy(keeper: OutboxKeeper, engine: Engine, onError: (error: unknown) => void): EnginePort {
  return portOver(engine, {
    write: async (batch) => {
      const answer = await engine.write(batch)
      if (batch.type === 'seal') keeper.keep().catch(onError)
      return answer
    },
    close: async () => {
      try {
        await keeper.stop()
      } finally {
        await engine.close()
      }
    },
  })
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** Wraps the port so that a storage failure is told of. The failed request gets its error; later requests wait for the file. */
function tellingOf(broke: (code: string) => void, port: EnginePort, stopScrub: Stop): EnginePort {
  return portOver(port, {
    read: async (request) => {
      try {
        return await port.read(request)
      } catch (error) {
        broke(codeOf(error))
        throw error
      }
    },
    write: async (batch) => {
      const answer = await port.write(batch)
      if (!answer.ok) broke(answer.code)
      return answer
    },
    watch: (request, notify) =>
      port.watch(request, (event) => {
        notify(event)
        if (event.type === 'failed') broke(event.code)
      }),
    close: () => {
      stopScrub()
      return port.close()
    },
  })
}

/**
 * Handles a failure of the device's storage: the file is opened again, and checked if something in it could not be read. A database in
 * memory is left open: it cannot break, and another one would lack what the mirror has not taken yet.
 */
function brokenIn({ onBroken }: EngineSetup, database: Database): (code: string) => void {
  if (database.durability === 'memory') return () => undefined
  return (code) => {
    if (code === 'storage.corrupt' || code.startsWith('SQLITE_')) noteSuspicion(database, code === 'storage.corrupt')
    if (code === 'storage.corrupt' || code === 'storage.io') onBroken?.()
  }
}

/** Yjs loads when the first text is edited in place. */
async function loadText(random: RandomBytes): Promise<TextEditor> {
  const { yjsEditor } = await loadPart(() => import('@tombolo/core/yjs'))
  return yjsEditor(() => uint32(random))
}

function uint32(random: RandomBytes): number {
  const { buffer, byteOffset } = random(4)
  return new DataView(buffer, byteOffset).getUint32(0)
}
