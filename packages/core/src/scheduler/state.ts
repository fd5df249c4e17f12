/**
 * The scheduler's state: plain JSON, so that it can be shown, stored and replayed. This file has its types, its initial value and the small
 * updates that the other files share.
 *
 * Times are milliseconds on the scheduler's own clock, which never goes back: after the shell's clock was set back, `now` runs `aheadMs`
 * ahead of it. So no wait grows because someone corrected a clock. Only `setTimer` and status.ts speak the shell's time.
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
  | { readonly type: 'check'; readonly space: SpaceId }
  | { readonly type: 'files' }
  | { readonly type: 'jobs' }
  | { readonly type: 'hello' }
  | { readonly type: 'longPoll' }

/** The state of one kind of task. While it is in flight, `wanted` means: once more after this one. */
export interface Need {
  readonly wanted: boolean
  /** Failures in a row, since it last made progress. */
  readonly failures: number
  /** The task may not begin before this time. */
  readonly until: number
  readonly why: WaitReason
  /** The turn at which it last ran: the one that waited longest goes first. */
  readonly turn: number
  /** Since when it may go and has made no progress; null: it wants nothing, or something holds it back (watch.ts). */
  readonly stuckSince: number | null
  /** What the last failure said since there was progress: its code, or its class. */
  readonly problem: string | null
}

export interface SpaceState {
  readonly space: SpaceId
  readonly push: Need
  readonly pull: Need
  /** Comparing the records with the hub's [Q5]; `until` is when it is planned. */
  readonly check: Need
  /** When the unsealed changes of the space are to be sealed; null if there are none. */
  readonly sealAt: number | null
  /** Someone is typing: unsealed changes wait for a pause. */
  readonly typing: boolean
  /** The highest version heard of, and the version that the device has. */
  readonly head: number
  readonly at: number
  /** Changes that a push may hold: halved while the hub fails on them, doubled while it does not [P3]. */
  readonly maxChanges: number
  /** When the last remedies were taken, the oldest first; at most `REMEDIES_MAX`. */
  readonly remedies: readonly number[]
  /** When it was last started afresh because it was stalled; null: never. */
  readonly restartedAt: number | null
}

/**
 * Whether the hub answers.
 *   unknown  no answer since the start or a hint: only the probe goes
 *   open     the last exchange got a valid answer: everything goes
 *   shut     the hub answers but fails: only the probe goes (the breaker)
 *   lost     no valid answer comes: only the probe goes
 */
export type Reach = 'unknown' | 'open' | 'shut' | 'lost'

export interface HubState {
  readonly reach: Reach
  /** Failures in a row, since anything made progress. While above 0, one exchange goes at a time. */
  readonly failures: number
  readonly until: number
  /** The hub asked not to be called before this time; nothing overrides that. */
  readonly busyUntil: number
  readonly failedAt: number
  readonly answeredAt: number
  /** 401s in a row, since anything made progress: a sign-in that does not help must not become a hot loop. */
  readonly refusals: number
  /** The space whose own request failed last. One failing space does not count against the hub; a second one does. */
  readonly suspect: SpaceId | null
  /** The hub refuses this version of the app until this time, when it is tried again. */
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

/** The state of the scheduler. Times are milliseconds of the scheduler's clock. */
export interface SchedulerState {
  readonly now: number
  readonly aheadMs: number
  readonly running: boolean
  readonly signedIn: boolean
  /** When a person last asked to send or signed in: what had begun by then may have shown an older sign-in. */
  readonly askedBy: { readonly turn: number; readonly at: number }
  /** The platform's hint that there is no network. */
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
  /** Counts exchanges: the last id given out, also used as the `turn` of tasks. */
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

const IDLE: Need = { wanted: false, failures: 0, until: 0, why: 'retry', turn: 0, stuckSince: null, problem: null }

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

/** The initial conditions of a scheduler. The defaults are the default policy and a platform that reports nothing. */
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
    askedBy: { turn: 0, at: 0 },
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

/** Advances the scheduler's clock. If the shell's clock was set back, the scheduler's stays where it was. */
export function atMoment(state: SchedulerState, shellNow: number): SchedulerState {
  const now = shellNow + state.aheadMs
  return now >= state.now ? { ...state, now } : { ...state, aheadMs: state.now - shellNow }
}

/** Converts a time of the scheduler's clock to the shell's. */
export const onShellClock = (state: SchedulerState, at: number): number => at - state.aheadMs

export const spaceOf = (state: SchedulerState, space: SpaceId): SpaceState | undefined =>
  state.spaces.find((known) => known.space === space)

export function updateSpace(state: SchedulerState, space: SpaceId, update: (known: SpaceState) => SpaceState): SchedulerState {
  return { ...state, spaces: state.spaces.map((known) => (known.space === space ? update(known) : known)) }
}

/** Adds a space that was not announced: nothing written may be forgotten because of the order of two events. */
export function withSpace(state: SchedulerState, space: SpaceId): SchedulerState {
  if (spaceOf(state, space) !== undefined) return state
  const fresh = {
    space,
    push: IDLE,
    pull: IDLE,
    check: IDLE,
    sealAt: null,
    typing: false,
    head: 0,
    at: 0,
    maxChanges: PUSH_CHANGES_MAX,
    remedies: [],
    restartedAt: null,
  }
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

/** Whether nobody is looking, or the platform reports no network: waits may grow longer then [S2]. */
export const isBackground = (state: SchedulerState): boolean => state.hiddenAt !== null || state.offline
