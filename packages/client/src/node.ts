/**
 * The store on Node: one database file in a directory, held by one process at a time, with the engine in the same thread.
 */
import type { PolicyChoice, Schema } from '@tombolo/core'
import { orTomboloError } from './page/errors.ts'
import { Store } from './page/store.ts'
import { random, sha256 } from './platform/node.ts'
import { nodeStorage } from './storage/node.ts'
import { type Database, type Storage, StorageError } from './storage/port.ts'
import { BLIND } from './sync/connectivity.ts'
import { HttpTransport, type TokenSource } from './sync/http-transport.ts'
import { connectNode } from './sync/node/web-socket.ts'
import type { SyncSummary } from './sync/once.ts'
import { openEngine } from './tabs/open-engine.ts'

/** The options of a store on Node. */
export interface NodeStoreOptions<S extends Schema> {
  readonly schema: S
  /** Where the hub is: `https://hub.example/sync`. Null: this store stays on the device. */
  readonly hub: string | null
  /** Created if it does not exist. */
  readonly directory: string
  /** Each name is a separate database in the directory. */
  readonly name?: string
  /** The token to send, or null when there is none; `refused` is the one that the hub has just refused. */
  readonly token?: TokenSource
  /** When this program sends; by default at any time. `outbox.sendNow` and `syncOnce` override it. */
  readonly policy?: PolicyChoice
  /** For how many days superseded values are kept on the device; default 365. The hub has a setting of its own. */
  readonly historyDays?: number
  /** Called for errors in the background that should never happen: failing storage, a bug. Default: logs to the console. */
  readonly onError?: (error: unknown) => void
}

/** The additional functions of a store on Node. */
export interface SyncsOnce {
  /**
   * Pushes and pulls everything once, for a program that runs for a moment.
   * `deadline`: milliseconds since 1970; half a minute from now where it is left out.
   */
  syncOnce(options?: { readonly deadline?: number }): Promise<SyncSummary>
}

/**
 * Opens the store in `directory`.
 *
 * @throws StorageFailed `storage.busy` while another process has it open, `storage.unavailable` without `better-sqlite3`.
 * @example const store = await openStore({ schema: app, hub: 'https://hub.example/sync', directory: './data', token: () => process.env.TOKEN ?? null })
 */
export async function openStore<S extends Schema>(options: NodeStoreOptions<S>): Promise<Store<S> & SyncsOnce> {
  const { schema, hub, directory, name = 'store', token, policy, historyDays, onError = console.error } = options
  const opening = openEngine({
    name,
    schema,
    storage: heldAlone(nodeStorage({ directory, busyTimeoutMs: BUSY_TIMEOUT_MS })),
    mirror: null,
    transport:
      hub === null ? null : async () => new HttpTransport({ hub, connect: connectNode, ...(token === undefined ? {} : { token }) }),
    connectivity: BLIND,
    ...(policy === undefined ? {} : { policy }),
    ...(historyDays === undefined ? {} : { historyDays }),
    hash: sha256,
    random,
    requestFrame: (run) => void setImmediate(run),
    onError,
  })
  const { port, sync } = await orTomboloError(opening)
  const store = await Store.open({ schema, port })
  return Object.assign(store, { syncOnce: async (limit = {}) => (sync === null ? NOTHING_TO_SYNC : (await sync.loaded()).syncOnce(limit)) })
}

/**
 * Removes a store from the disk completely; unsent changes are lost. Close it before. A store that does not exist is no error.
 * @throws StorageFailed `storage.busy` while another process has it open.
 * @example await deleteStore({ directory: './data' })
 */
export async function deleteStore({ directory, name = 'store' }: Pick<NodeStoreOptions<Schema>, 'directory' | 'name'>): Promise<void> {
  const storage = heldAlone(nodeStorage({ directory, busyTimeoutMs: BUSY_TIMEOUT_MS }))
  await orTomboloError(removeIn(storage, name))
}

/** Opens it first: another process that has it open is told by that. One that is damaged is removed all the same. */
async function removeIn(storage: Storage, name: string): Promise<void> {
  try {
    const database = await storage.open(name)
    database.close()
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'storage.corrupt') throw error
  }
  await storage.remove(name)
}

/** A process that holds the database usually holds it for long: waiting only helps if that process is about to end. */
const BUSY_TIMEOUT_MS = 500

const NOTHING_TO_SYNC: SyncSummary = { outcome: 'complete', applied: 0, refused: 0, received: 0, waiting: 0 }

/**
 * Locks the database for this process, because the engine's memory is valid only while nobody else writes. Another process gets
 * `storage.busy`.
 */
const heldAlone = (storage: Storage): Storage => ({
  ...storage,
  open: async (name) => alone(await storage.open(name)),
  renew: async (name) => alone(await storage.renew(name)),
})

function alone(database: Database): Database {
  try {
    database.exec('PRAGMA locking_mode=exclusive; BEGIN IMMEDIATE; COMMIT')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export type * from './engine/export/port.ts'
export type * from './engine/port.ts'
export * from './page/public.ts'
export type { TokenSource } from './sync/http-transport.ts'
export type { SyncSummary } from './sync/once.ts'
