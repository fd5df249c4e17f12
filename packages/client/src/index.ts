/**
 * The store of an app in a browser. On Node: `@tombolo/client/node`; in the store worker: `@tombolo/client/worker`.
 */
import type { Schema } from '@tombolo/core'
import { Store } from './page/store.ts'
import { connectWorker, type WorkerStoreOptions } from './tabs/page.ts'

/** The options of a store in a browser. */
export interface OpenStoreOptions<S extends Schema> extends WorkerStoreOptions {
  readonly schema: S
}

/**
 * Opens the store of this origin. All tabs share it: the one that leads has the database, the others go through it.
 *
 * @throws SchemaMismatch when page and store worker, or two open tabs, were built from different schemas; StorageFailed when the
 * database cannot be opened; TomboloError `store.worker` when the worker's file does not load.
 * @example
 * const store = await openStore({
 *   schema: app,
 *   hub: '/sync',
 *   worker: () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' }),
 * })
 */
export async function openStore<S extends Schema>(options: OpenStoreOptions<S>): Promise<Store<S>> {
  const port = connectWorker(options)
  try {
    return await Store.open({ schema: options.schema, port })
  } catch (error) {
    await port.close()
    throw error
  }
}

export type * from './engine/export/port.ts'
export type * from './engine/port.ts'
export * from './page/public.ts'
export type { TokenSource } from './sync/http-transport.ts'
export type { WorkerStoreOptions } from './tabs/page.ts'
export { deleteStore, type DeleteStoreOptions } from './tabs/delete-store.ts'
export { keepData, type Kept } from './tabs/persist.ts'
