/** The hub: what devices sync with. */
export { type Authenticate, bearer, cookie, type Headers, type Identity } from './auth/auth.ts'
export { devAuth, type DevAuth } from './auth/dev.ts'
export { createHub, type Hub, type HubOptions } from './hub.ts'
export type { Gate } from './http/gate.ts'
export { devPages, type PagesOptions } from './http/pages.ts'
export { type Log, SILENT } from './log.ts'
export type { Refused } from './problem.ts'
export type { Storage } from './storage.ts'
