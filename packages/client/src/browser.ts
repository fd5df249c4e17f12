/** The page's half of a store in a browser, for those who want the port and not the store on it. */
export type * from './engine/port.ts'
export type { TokenSource } from './sync/http-transport.ts'
export { connectWorker, type WorkerStoreOptions } from './tabs/page.ts'
