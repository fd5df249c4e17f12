/** Asks the browser to keep the data even when the device runs short of space. */

/** The result. `unknown`: this browser does not say; `declined`: the person declined. */
export type Kept = 'kept' | 'not-kept' | 'declined' | 'unknown'

/** The part of `navigator.storage` used here; absent over plain HTTP. */
export interface StorageKeeper {
  persisted(): Promise<boolean>
  persist(): Promise<boolean>
}

/**
 * Asks the browser to keep the data. `explain` shows the person the reason, unless the browser has decided already, and resolves to whether
 * they agree. Call it after they did something worth keeping. Some browsers then ask them again, others decide themselves.
 *
 * @example await keepData(() => confirm('Keep your notes on this device, even when it is nearly full?'))
 */
export async function keepData(
  explain: () => boolean | Promise<boolean>,
  storage: StorageKeeper | undefined = globalThis.navigator?.storage,
): Promise<Kept> {
  if (storage === undefined || typeof storage.persist !== 'function') return 'unknown'
  if (await storage.persisted()) return 'kept'
  if (!(await explain())) return 'declined'
  return (await storage.persist()) ? 'kept' : 'not-kept'
}
