/** The sync runner, as the engine uses it. It comes later, and a store may have none. */
import type { Stop, StoreStatus } from './port.ts'

/** The half of the status that the sync runner knows. */
export type SyncStatus = Pick<
  StoreStatus,
  'connection' | 'signal' | 'lastSuccessAt' | 'nextTryAt' | 'waiting' | 'waits' | 'stalled' | 'loading' | 'clockOffsetMs' | 'clockWarning'
>

export interface SyncControl {
  sendNow(): void
  status(): SyncStatus
  subscribe(listener: () => void): Stop
  stop(): Promise<void>
}

/** The status of a store that does not sync. */
export const UNSYNCED: SyncStatus = {
  connection: 'offline',
  signal: 'none',
  lastSuccessAt: null,
  nextTryAt: null,
  waiting: null,
  waits: {},
  stalled: null,
  loading: null,
  clockOffsetMs: null,
  clockWarning: false,
}
