/**
 * What the shell tells the scheduler, and what the scheduler asks of the shell. Both are plain JSON.
 *
 * The shell keeps no decisions of its own: it reports what happened, in order, and carries out every effect, in order. Each effect with
 * an `id` begins an exchange that is answered by one `exchangeSucceeded` or `exchangeFailed` with that id, except after `abort`.
 */
import type { SpaceId } from '../ids.ts'
import type { Failure } from './failure.ts'
import type { Lane } from './lane.ts'
import type { Conditions, Policy } from './policy.ts'
import type { Signal } from './signal.ts'

/** When an event happened, and chance for what it causes. */
export interface Moment {
  /** The device's own clock in milliseconds. It may jump: see `aheadMs` in state.ts. */
  readonly now: number
  /** Evenly drawn from [0, 1). */
  readonly random: number
}

/** A space's newest version. */
export interface Head {
  readonly space: SpaceId
  readonly head: number
}

/** What happened: to the platform, to what a person wrote, or to an exchange that the scheduler asked for. */
export type SchedulerEvent =
  /** The engine runs (again): whatever was in flight before is of unknown outcome. */
  | { readonly type: 'started' }
  | { readonly type: 'stopped' }
  /** The device holds this space up to version `at`. `queued`: it has something to send; `wanted`: read it without waiting for its head. */
  | { readonly type: 'spaceOpened'; readonly space: SpaceId; readonly at: number; readonly queued: boolean; readonly wanted: boolean }
  | { readonly type: 'spaceClosed'; readonly space: SpaceId }
  /** A person saved. `typing`: more edits of the same record are likely, wait for a pause; otherwise it goes as soon as it may. */
  | { readonly type: 'wrote'; readonly space: SpaceId; readonly typing: boolean }
  /** Something is ready to send without the scheduler having asked for it (a draft marked ready, a pull that sealed). */
  | { readonly type: 'sealed'; readonly space: SpaceId }
  /** A file or a job was put in its lane. */
  | { readonly type: 'queued'; readonly lane: 'files' | 'jobs' }
  /** From a hello, a long poll or the live socket. A hint: it may be late, repeated or wrong. */
  | { readonly type: 'headsSeen'; readonly heads: readonly Head[] }
  /** The device now holds the space up to this version, by a live delta or a push's answer. */
  | { readonly type: 'cursorMoved'; readonly space: SpaceId; readonly at: number }
  | ExchangeSucceeded
  | ExchangeFailed
  | { readonly type: 'liveOpened' }
  /** The socket ended or never opened. `failure`: if the hub said why. */
  | { readonly type: 'liveClosed'; readonly failure?: Failure; readonly retryAfterMs?: number }
  /** `navigator.onLine` and its like: hints, never proof. */
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  | { readonly type: 'visible' }
  | { readonly type: 'hidden' }
  | { readonly type: 'conditionsChanged'; readonly conditions: Conditions }
  | { readonly type: 'policyChanged'; readonly policy: Policy }
  /** There is a token to try. Refreshing one that ran out is the transport's work, before it reports `auth`. */
  | { readonly type: 'signedIn' }
  | { readonly type: 'signedOut' }
  /** A person asked for these lanes to go now. */
  | { readonly type: 'sendNow'; readonly lanes: readonly Lane[] }
  /** The cause of a space's wait was dealt with: recovery is done, a person amended or discarded, rights changed. */
  | { readonly type: 'resumed'; readonly space: SpaceId }
  | { readonly type: 'timerFired' }

/** The exchange with this id got a valid answer. */
export interface ExchangeSucceeded {
  readonly type: 'exchangeSucceeded'
  readonly id: number
  /** Something moved: a verdict came, a cursor moved, a part was taken. Of a hello or long poll it says nothing. */
  readonly progress: boolean
  /** The same is left to do again: changes still wait in the space, the pull is not complete, more files or jobs wait. */
  readonly more: boolean
  /** Of a pull: the version that the device now holds the space up to. */
  readonly at?: number
  /** Sent and received, as they went over the wire; from the first byte sent to the last received, without the time to apply. */
  readonly bytes: number
  readonly durationMs: number
}

/** The exchange with this id got none. */
export interface ExchangeFailed {
  readonly type: 'exchangeFailed'
  readonly id: number
  readonly failure: Failure
  readonly retryAfterMs?: number
  /** Of a push: how many changes it carried. Left out when the hub named the one that it failed on. */
  readonly changes?: number
}

/** What a shell has to do. Each exchange has an id, and is answered by an event that names it. */
export type SchedulerEffect =
  /** Offer sealed changes of this space: at most so many, and so many bytes unless one alone is larger. */
  | {
      readonly type: 'push'
      readonly id: number
      readonly space: SpaceId
      readonly maxBytes: number
      readonly maxChanges: number
      readonly timeoutMs: number
    }
  | { readonly type: 'pull'; readonly id: number; readonly space: SpaceId; readonly pageBytes: number; readonly timeoutMs: number }
  /** Ask who I am and where the heads stand: the probe. Its heads come back as `headsSeen`, after its success. */
  | { readonly type: 'hello'; readonly id: number; readonly timeoutMs: number }
  | { readonly type: 'longPoll'; readonly id: number; readonly holdMs: number; readonly timeoutMs: number }
  /** The next part of the smallest waiting file. */
  | { readonly type: 'sendFiles'; readonly id: number; readonly partBytes: number; readonly timeoutMs: number }
  | { readonly type: 'sendJobs'; readonly id: number; readonly maxBytes: number; readonly timeoutMs: number }
  /** Give the exchange up: its outcome is unknown. Nothing needs to be reported of it. */
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'openLive' }
  | { readonly type: 'closeLive' }
  /** Seal what is open in these spaces. Always before the push that offers it. */
  | { readonly type: 'seal'; readonly spaces: readonly SpaceId[] }
  /** The hub and this space's history disagree: do what `code` asks, then report `resumed`. */
  | { readonly type: 'recover'; readonly space: SpaceId; readonly code: string | null }
  /** Report `timerFired` at this time of the shell's clock. There is one timer: a new time replaces the old. */
  | { readonly type: 'setTimer'; readonly at: number }
  | { readonly type: 'clearTimer' }
  /** What people see changed. */
  | { readonly type: 'report'; readonly connection: Connection; readonly signal: Signal }

/** How the device stands to its hub. `blocked`: the hub refuses this version of the app. */
export type Connection = 'offline' | 'connecting' | 'live' | 'needs-sign-in' | 'blocked'
