/** The arguments of a sync runner: a store, a transport, and time, chance and errors as ports. */
import type { PolicyChoice, SpaceId, TextEditor } from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'
import type { Connectivity } from './connectivity.ts'
import type { Transport } from './transport.ts'

export interface SyncPorts {
  /** The device's own clock, in milliseconds since 1970. */
  readonly nowMs: () => number
  /** Runs once after so many milliseconds, unless the returned function is called before. */
  readonly setTimer: (run: () => void, delayMs: number) => () => void
  /** Evenly drawn from [0, 1). */
  readonly random: () => number
  /** Called for errors that should never happen: failing storage, a bug. Sync goes on as far as it can. */
  readonly onError: (error: unknown) => void
  readonly connectivity?: Connectivity
}

export interface SyncOptions {
  readonly store: LocalStore
  readonly transport: Transport
  readonly ports: SyncPorts
  /** Yjs, by a dynamic import. */
  readonly loadText: () => Promise<TextEditor>
  /** Resolves when what is sealed is where this device finds it again; default at once. A push waits ten seconds for it, or for its failure. */
  readonly kept?: () => Promise<void>
  /** Which spaces of the account this device holds; default all. */
  readonly wants?: (space: SpaceId) => boolean
  readonly policy?: PolicyChoice
  /** Whether there may be a token; the hub's 401 corrects it. */
  readonly signedIn?: boolean
}

/** Time and chance of the platform: the same in a page, a worker and Node. */
export function systemPorts(onError: (error: unknown) => void): SyncPorts {
  return {
    nowMs: Date.now,
    setTimer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    random: Math.random,
    onError,
  }
}
