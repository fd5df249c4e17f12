/** The parts of a hub that need Node: a server, keys in a file, an app's files, and Node's clock and randomness. */
export type { ClientLimits } from './client-limits.ts'
export { serveFiles } from './files.ts'
export { environment } from './environment.ts'
export { holdDatabase } from './hold.ts'
export { jsonLog } from './json-log.ts'
export { loadKey } from './key-file.ts'
export { type LedgerFile, openLedger } from '../ledger/ledger-file.ts'
export { serve, type ServeOptions, type Serving } from './serve.ts'
