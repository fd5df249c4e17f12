/** The parts of the client that its entries do not show, as they are built: what is measured is what ships. */
const dist = new URL('../../../packages/client/dist/', import.meta.url)
const load = (path: string): Promise<unknown> => import(new URL(path, dist).href)

export const { LocalStore } = (await load('engine/local-store.js')) as typeof import('../../../packages/client/src/engine/local-store.ts')
export type LocalStore = import('../../../packages/client/src/engine/local-store.ts').LocalStore
export const { memoryStorage, nodeStorage } = (await load(
  'storage/node.js',
)) as typeof import('../../../packages/client/src/storage/node.ts')
export const { openEngine } = (await load('tabs/open-engine.js')) as typeof import('../../../packages/client/src/tabs/open-engine.ts')
export const { HttpTransport } = (await load(
  'sync/http-transport.js',
)) as typeof import('../../../packages/client/src/sync/http-transport.ts')
export const { socketOver } = (await load('sync/web-socket.js')) as typeof import('../../../packages/client/src/sync/web-socket.ts')
export const { BLIND } = (await load('sync/connectivity.js')) as typeof import('../../../packages/client/src/sync/connectivity.ts')
export const { Store } = (await load('page/store.js')) as typeof import('../../../packages/client/src/page/store.ts')
export const { random, sha256 } = (await load('platform/node.js')) as typeof import('../../../packages/client/src/platform/node.ts')
export const { loadSeldom } = (await load('load-seldom.js')) as typeof import('../../../packages/client/src/load-seldom.ts')

/** For rows that edit no text in place. */
export const loadText = (): Promise<never> => Promise.reject(new Error('a row of the bench that edits texts has to load their editor'))
