/**
 * The store worker of an app. Its file imports the schema and calls `serveStore`; the page names that file to `openStore`.
 *
 * @example
 * // store.worker.ts
 * import { serveStore } from '@tombolo/client/worker'
 * import { app } from './schema.ts'
 * serveStore(app)
 */
export { serveStore, type ServeStoreOptions } from './tabs/worker/serve-store.ts'
