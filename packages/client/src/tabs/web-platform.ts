/** Locks, channels and chance of the browser: the same in a page and in a worker. */
import { base64url, type RandomBytes } from '@tombolo/core'
import type { Stop } from '../engine/port.ts'
import { channelOf } from './channel.ts'
import type { Locks, OpenChannel } from './tab.ts'

export const webLocks: Locks = {
  request(name, granted): Stop {
    const abort = new AbortController()
    const ended = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()))
    const hold = (): Promise<void> => {
      if (!abort.signal.aborted) granted()
      return ended
    }
    // Rejected only when the wait is given up.
    navigator.locks.request(name, { signal: abort.signal }, hold).catch(() => {})
    return () => abort.abort()
  },
}

export function openBroadcast(name: string): OpenChannel {
  const target = new BroadcastChannel(name)
  return { ...channelOf(target), close: () => target.close() }
}

export const randomBytes: RandomBytes = (count) => crypto.getRandomValues(new Uint8Array(count))
export const randomId = (): string => base64url(randomBytes(12))
