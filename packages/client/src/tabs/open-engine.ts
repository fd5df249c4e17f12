/**
 * Opens what a leading tab has, and a program on Node: the database, the local store on it, sync, and the engine in front.
 *
 * Whoever calls holds the only right to open this store. Nothing is open when this throws.
 */
import type { Hash, RandomBytes, SchemaDefinition, TextEditor } from '@tombolo/core'
import { Engine } from '../engine/engine.ts'
import { LocalStore } from '../engine/local-store.ts'
import type { Database, Storage } from '../storage/port.ts'
import type { Connectivity } from '../sync/connectivity.ts'
import { SyncRunner } from '../sync/runner.ts'
import { systemPorts } from '../sync/options.ts'
import type { Transport } from '../sync/transport.ts'

export interface EngineSetup {
  readonly name: string
  readonly schema: SchemaDefinition
  readonly storage: Storage
  /** Null: this store stays on the device. */
  readonly transport: Transport | null
  readonly connectivity: Connectivity
  readonly hash: Hash
  readonly random: RandomBytes
  readonly requestFrame: (run: () => void) => void
  /** What should never happen: bugs, a disk that fails in the background. */
  readonly onError: (error: unknown) => void
}

export interface OpenedEngine {
  readonly engine: Engine
  readonly store: LocalStore
  readonly sync: SyncRunner | null
}

export async function openEngine(setup: EngineSetup): Promise<OpenedEngine> {
  const database = await setup.storage.open(setup.name)
  try {
    return onDatabase(setup, database)
  } catch (error) {
    database.close()
    throw error
  }
}

function onDatabase(setup: EngineSetup, database: Database): OpenedEngine {
  const { hash, random, schema, onError, requestFrame } = setup
  const store = new LocalStore(database, schema, { nowMs: Date.now, random, hash })
  const sync = setup.transport === null ? null : newSync(setup, setup.transport, store)
  const durability = database.durability === 'disk' ? 'disk' : 'outbox-only'
  const engine = new Engine({ store, sync, durability, requestFrame, onError, loadText: () => loadText(random) })
  sync?.start()
  return { engine, store, sync }
}

function newSync({ connectivity, onError, random }: EngineSetup, transport: Transport, store: LocalStore): SyncRunner {
  return new SyncRunner({ store, transport, ports: { ...systemPorts(onError), connectivity }, loadText: () => loadText(random) })
}

/** Yjs loads when the first text is edited in place. */
async function loadText(random: RandomBytes): Promise<TextEditor> {
  const { yjsEditor } = await import('@tombolo/core/yjs')
  return yjsEditor(() => new DataView(random(4).slice().buffer).getUint32(0))
}
