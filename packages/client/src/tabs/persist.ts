/** Asking the browser to keep what is on the device, also when the device runs short of room. */

/** What came of it. `unknown`: this browser does not say; `declined`: the person did not want to. */
export type Kept = 'kept' | 'not-kept' | 'declined' | 'unknown'

/** As browsers have it at `navigator.storage`; plain HTTP has none. */
export interface StorageKeeper {
  persisted(): Promise<boolean>
  persist(): Promise<boolean>
}

/**
 * Asks for it with a reason: `explain` shows the person why, where that is not known yet, and resolves to whether they agree. Call it
 * when they have just done something that is worth keeping. Some browsers then ask them once more, others decide by themselves.
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
