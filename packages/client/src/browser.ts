/** The page's half of a store in a browser, for code that uses the port without the store. */
export type * from './engine/export/port.ts'
export type * from './engine/port.ts'
export type { TokenSource } from './sync/http-transport.ts'
export { connectWorker, type WorkerStoreOptions } from './tabs/page.ts'
