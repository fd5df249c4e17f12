/**
 * The scheduler's state: plain JSON, so that it can be shown, stored and replayed. Here are its types, its beginning and the small
 * updates that the other files share.
 *
 * Times are milliseconds on the scheduler's own clock, which never goes back: `now` runs `aheadMs` ahead of the shell's clock after
 * that was set back. So no wait grows because someone corrected a clock. Only `setTimer` and status.ts speak the shell's time.
 */
import { PUSH_CHANGES_MAX } from '../limits.ts'
import type { SpaceId } from '../ids.ts'
import type { SchedulerEffect } from './events.ts'
import type { Lane } from './lane.ts'
import { type Conditions, DEFAULT_POLICY, type Policy, UNKNOWN_CONDITIONS, type WaitReason } from './policy.ts'
import { type SignalState, UNMEASURED } from './signal.ts'

/** One thing to do on the wire. */
export type Task =
  | { readonly type: 'push'; readonly space: SpaceId }
  | { readonly type: 'pull'; readonly space: SpaceId }
  | { readonly type: 'files' }
  | { readonly type: 'jobs' }
  | { readonly type: 'hello' }
  | { readonly type: 'longPoll' }

/** How one thing to do stands. While it is in flight, `wanted` means: once more after this. */
export interface Need {
  readonly wanted: boolean
  /** In a row, since it last made progress. */
  readonly failures: number
  /** Not before. */
  readonly until: number
  readonly why: WaitReason
  /** When it was last its turn: who waited longest goes first. */
  readonly turn: number
}

export interface SpaceState {
  readonly space: SpaceId
  readonly push: Need
  readonly pull: Need
  /** When the open changes of the space are sealed, or null if none is open. */
  readonly sealAt: number | null
  /** Someone is at it: what is open waits for a pause. */
  readonly typing: boolean
  /** The highest version heard of, and the one the device has. */
  readonly head: number
  readonly at: number
  /** Changes that a push may hold: halved while the hub fails on them, doubled while it does not [P3]. */
  readonly maxChanges: number
}

/**
 * What is known of the hub.
 *   unknown  nothing since the start or a hint: only the probe goes
 *   open     a valid answer was the last word: everything goes
 *   shut     it answers, but fails at what it is asked: only the probe goes (the breaker)
 *   lost     no valid answer comes: only the probe goes
 */
export type Reach = 'unknown' | 'open' | 'shut' | 'lost'

export interface HubState {
  readonly reach: Reach
  /** In a row, since anything made progress. While there are some, one exchange at a time goes. */
  readonly failures: number
  readonly until: number
  /** The hub asked not to be called before; nobody overrides that. */
  readonly busyUntil: number
  readonly failedAt: number
  readonly answeredAt: number
  /** 401s in a row, since anything made progress: a sign-in that does not help must not become a hot loop. */
  readonly refusals: number
  /** The space whose own request failed last: one poisoned space is no news about the hub, a second one is. */
  readonly suspect: SpaceId | null
  /** The hub refuses this version of the app; tried again then. */
  readonly blockedUntil: number | null
}

export interface LiveState {
  readonly phase: 'closed' | 'opening' | 'open'
  /** When the phase began. */
  readonly since: number
  readonly failures: number
  readonly until: number
}

export interface Exchange {
  readonly id: number
  readonly task: Task
  readonly startedAt: number
  readonly deadline: number
}

/** All that the scheduler knows. Times are milliseconds of the shell's clock. */
export interface SchedulerState {
  readonly now: number
  readonly aheadMs: number
  readonly running: boolean
  readonly signedIn: boolean
  /** The platform's hint. */
  readonly offline: boolean
  readonly hiddenAt: number | null
  readonly conditions: Conditions
  readonly policy: Policy
  readonly sendNow: { readonly lanes: readonly Lane[]; readonly until: number } | null
  readonly hub: HubState
  readonly signal: SignalState
  readonly spaces: readonly SpaceState[]
  readonly files: Need
  readonly jobs: Need
  readonly hello: Need
  readonly longPoll: Need
  readonly live: LiveState
  readonly inFlight: readonly Exchange[]
  readonly timerAt: number | null
  /** Counts exchanges: the last id given out, and whose turn it was when. */
  readonly turn: number
}

export interface Step {
  readonly state: SchedulerState
  readonly effects: readonly SchedulerEffect[]
}

export const only = (state: SchedulerState): Step => ({ state, effects: [] })

/** Runs steps one after the other and keeps all their effects, in order. */
export function inOrder(state: SchedulerState, ...steps: readonly ((state: SchedulerState) => Step)[]): Step {
  return steps.reduce<Step>((done, next) => {
    const { state: after, effects } = next(done.state)
    return { state: after, effects: [...done.effects, ...effects] }
  }, only(state))
}

const IDLE: Need = { wanted: false, failures: 0, until: 0, why: 'retry', turn: 0 }

const NOTHING_KNOWN: HubState = {
  reach: 'unknown',
  failures: 0,
  until: 0,
  busyUntil: 0,
  failedAt: -1,
  answeredAt: 0,
  refusals: 0,
  suspect: null,
  blockedUntil: null,
}

/** What a scheduler begins with. Left out: the default policy, and a platform that tells nothing. */
export interface Beginning {
  readonly signedIn: boolean
  readonly policy?: Policy
  readonly conditions?: Conditions
}

/** A scheduler that has not been started. */
export function initialScheduler({ signedIn, policy = DEFAULT_POLICY, conditions = UNKNOWN_CONDITIONS }: Beginning): SchedulerState {
  return {
    now: 0,
    aheadMs: 0,
    running: false,
    signedIn,
    offline: false,
    hiddenAt: null,
    conditions,
    policy,
    sendNow: null,
    hub: NOTHING_KNOWN,
    signal: UNMEASURED,
    spaces: [],
    files: IDLE,
    jobs: IDLE,
    hello: IDLE,
    longPoll: IDLE,
    live: { phase: 'closed', since: 0, failures: 0, until: 0 },
    inFlight: [],
    timerAt: null,
    turn: 0,
  }
}

/** Time as the scheduler counts it: a clock that was set back leaves it standing, not waiting. */
export function atMoment(state: SchedulerState, shellNow: number): SchedulerState {
  const now = shellNow + state.aheadMs
  return now >= state.now ? { ...state, now } : { ...state, aheadMs: state.now - shellNow }
}

/** A time of the scheduler's clock on the shell's. */
export const onShellClock = (state: SchedulerState, at: number): number => at - state.aheadMs

export const spaceOf = (state: SchedulerState, space: SpaceId): SpaceState | undefined =>
  state.spaces.find((known) => known.space === space)

export function updateSpace(state: SchedulerState, space: SpaceId, update: (known: SpaceState) => SpaceState): SchedulerState {
  return { ...state, spaces: state.spaces.map((known) => (known.space === space ? update(known) : known)) }
}

/** A space that nobody announced is held too: nothing that was written may be forgotten for the order of two events. */
export function withSpace(state: SchedulerState, space: SpaceId): SchedulerState {
  if (spaceOf(state, space) !== undefined) return state
  const fresh = { space, push: IDLE, pull: IDLE, sealAt: null, typing: false, head: 0, at: 0, maxChanges: PUSH_CHANGES_MAX }
  return { ...state, spaces: [...state.spaces, fresh] }
}

export function needOf(state: SchedulerState, task: Task): Need {
  return 'space' in task ? (spaceOf(state, task.space)?.[task.type] ?? IDLE) : state[task.type]
}

export function updateNeed(state: SchedulerState, task: Task, update: (need: Need) => Need): SchedulerState {
  if ('space' in task) return updateSpace(state, task.space, (known) => ({ ...known, [task.type]: update(known[task.type]) }))
  return { ...state, [task.type]: update(state[task.type]) }
}

export const isInFlight = (state: SchedulerState, task: Task): boolean => state.inFlight.some((exchange) => isSameTask(exchange.task, task))

function isSameTask(a: Task, b: Task): boolean {
  return a.type === b.type && ('space' in a ? 'space' in b && a.space === b.space : true)
}

/** Push, files and jobs share one connection: one of them at a time [S4]. */
export const isSending = (task: Task): boolean => task.type === 'push' || task.type === 'files' || task.type === 'jobs'

/** Nobody looks, or there is said to be no network: waits may grow longer [S2]. */
export const isBackground = (state: SchedulerState): boolean => state.hiddenAt !== null || state.offline
