/**
 * Events from the shell to the scheduler, and effects from the scheduler to the shell. Both are plain JSON.
 *
 * The shell decides nothing: it reports events in order and carries out every effect in order. Each effect with an `id` begins an exchange
 * that is answered by one `exchangeSucceeded` or `exchangeFailed` with that id, except after `abort`.
 */
import type { SpaceId } from '../ids.ts'
import type { Failure } from './failure.ts'
import type { Lane } from './lane.ts'
import type { Conditions, Policy } from './policy.ts'
import type { Signal } from './signal.ts'

/** The time of an event, and a random number for its effects. */
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

/** An event of the platform, of a person's writes, or of an exchange that the scheduler started. */
export type SchedulerEvent =
  /** The engine runs, or runs again: the outcome of anything in flight before is unknown. */
  | { readonly type: 'started' }
  | { readonly type: 'stopped' }
  /**
   * The device holds this space up to version `at`. `queued`: it has changes to send. `wanted`: pull without waiting for news of the head.
   */
  | { readonly type: 'spaceOpened'; readonly space: SpaceId; readonly at: number; readonly queued: boolean; readonly wanted: boolean }
  | { readonly type: 'spaceClosed'; readonly space: SpaceId }
  /** A person saved. `typing`: more edits of the same record are likely, so wait for a pause; otherwise send as soon as possible. */
  | { readonly type: 'wrote'; readonly space: SpaceId; readonly typing: boolean }
  /** A change became ready to send without a request by the scheduler (a draft marked ready, a pull that sealed). */
  | { readonly type: 'sealed'; readonly space: SpaceId }
  /** A file or a job was put in its lane. */
  | { readonly type: 'queued'; readonly lane: 'files' | 'jobs' }
  /** From a hello, a long poll or the live socket. A hint: it may be late, repeated or wrong. */
  | { readonly type: 'headsSeen'; readonly heads: readonly Head[] }
  /** The space's records are to be compared with the hub's, from this time of the shell's clock on [Q5]. */
  | { readonly type: 'checkPlanned'; readonly space: SpaceId; readonly at: number }
  /** The device now holds the space up to this version, by a live delta or a push's answer. */
  | { readonly type: 'cursorMoved'; readonly space: SpaceId; readonly at: number }
  | ExchangeSucceeded
  | ExchangeFailed
  | { readonly type: 'liveOpened' }
  /** The socket closed or failed to open. `failure` is set if the hub said why. */
  | { readonly type: 'liveClosed'; readonly failure?: Failure; readonly retryAfterMs?: number }
  /** `navigator.onLine` and its like: hints, never proof. */
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  | { readonly type: 'visible' }
  | { readonly type: 'hidden' }
  | { readonly type: 'conditionsChanged'; readonly conditions: Conditions }
  | { readonly type: 'policyChanged'; readonly policy: Policy }
  /** There is a token to try. The transport refreshes an expired token itself before it reports `auth`. */
  | { readonly type: 'signedIn' }
  | { readonly type: 'signedOut' }
  /** A person asked for these lanes to go now. */
  | { readonly type: 'sendNow'; readonly lanes: readonly Lane[] }
  /** The cause of a space's wait is gone: recovery is done, a person amended or discarded, or rights changed. */
  | { readonly type: 'resumed'; readonly space: SpaceId }
  | { readonly type: 'timerFired' }

/** The exchange with this id got a valid answer. */
export interface ExchangeSucceeded {
  readonly type: 'exchangeSucceeded'
  readonly id: number
  /** Something moved: a verdict arrived, a cursor moved, or a part was accepted. Ignored for a hello or long poll. */
  readonly progress: boolean
  /** More of the same is left to do: changes still wait in the space, the pull is incomplete, or more files or jobs wait. */
  readonly more: boolean
  /** For a pull: the version up to which the device now holds the space. */
  readonly at?: number
  /** Bytes sent and received over the wire; the duration runs from the first byte sent to the last received, without the time to apply. */
  readonly bytes: number
  readonly durationMs: number
}

/** The exchange with this id got no valid answer. */
export interface ExchangeFailed {
  readonly type: 'exchangeFailed'
  readonly id: number
  readonly failure: Failure
  readonly retryAfterMs?: number
  /** For a push: how many changes it carried. Left out if the hub named the change that it failed on. */
  readonly changes?: number
}

/** An instruction to the shell. Each exchange has an id; the shell answers it by an event with that id. */
export type SchedulerEffect =
  /** Push sealed changes of this space: at most this many, and at most this many bytes unless one alone is larger. */
  | {
      readonly type: 'push'
      readonly id: number
      readonly space: SpaceId
      readonly maxBytes: number
      readonly maxChanges: number
      readonly timeoutMs: number
    }
  | { readonly type: 'pull'; readonly id: number; readonly space: SpaceId; readonly pageBytes: number; readonly timeoutMs: number }
  /** The next step of comparing the space's records with the hub's [Q5]. */
  | { readonly type: 'check'; readonly id: number; readonly space: SpaceId; readonly pageBytes: number; readonly timeoutMs: number }
  /** The probe: ask for the account and the heads. Report the heads as `headsSeen`, after its success. */
  | { readonly type: 'hello'; readonly id: number; readonly timeoutMs: number }
  | { readonly type: 'longPoll'; readonly id: number; readonly holdMs: number; readonly timeoutMs: number }
  /** The next part of the smallest waiting file. */
  | { readonly type: 'sendFiles'; readonly id: number; readonly partBytes: number; readonly timeoutMs: number }
  | { readonly type: 'sendJobs'; readonly id: number; readonly maxBytes: number; readonly timeoutMs: number }
  /** Abandon the exchange; its outcome is unknown. Report nothing about it. */
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'openLive' }
  | { readonly type: 'closeLive' }
  /** Seal the unsealed changes of these spaces. Comes before the push that sends them. */
  | { readonly type: 'seal'; readonly spaces: readonly SpaceId[] }
  /** Hub and device disagree on this space's history: do what `code` asks for, then report `resumed`. */
  | { readonly type: 'recover'; readonly space: SpaceId; readonly code: string | null }
  /** Report `timerFired` at this time of the shell's clock. There is one timer: a new time replaces the old. */
  | { readonly type: 'setTimer'; readonly at: number }
  | { readonly type: 'clearTimer' }
  /** The status that people see changed. */
  | { readonly type: 'report'; readonly connection: Connection; readonly signal: Signal }

/** The connection to the hub. `blocked`: the hub refuses this version of the app. */
export type Connection = 'offline' | 'connecting' | 'live' | 'needs-sign-in' | 'blocked'
