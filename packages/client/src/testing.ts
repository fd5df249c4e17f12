/**
 * Parts of the device for simulations, which bring their own time, chance, storage, network and tabs. No promise of stability: this entry
 * may change with any version.
 */
export type { LocalStore } from './engine/local-store.ts'
export { loadAll } from './load-all.ts'
export { memoryMirror, type MirrorItem, type OutboxMirror } from './storage/mirror.ts'
export { type Database, type Flush, type Statement, type Storage, StorageError, type Work } from './storage/port.ts'
export { type Connectivity, type Hint, Relay } from './sync/connectivity.ts'
export { type Fetch, HttpTransport, type HttpTransportOptions } from './sync/http-transport.ts'
export type { Exchange, RequestOptions, RequestPath, Socket, SocketEnd, SocketHandlers, Transport } from './sync/transport.ts'
export { type EngineSetup, type OpenedEngine, openEngine } from './tabs/open-engine.ts'
export { type Locks, type OpenChannel, Tab, type TabPorts } from './tabs/tab.ts'
