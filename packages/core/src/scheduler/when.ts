/**
 * Computes when each task may run. The plan, the timer and the screen all use this answer, so the screen never promises an attempt that the
 * engine will not make.
 */

import type { Lane } from './lane.ts'
import { POLL_HIDDEN_MS, POLL_LIVE_MS, POLL_MS } from './limits.ts'
import { type Circumstances, decide } from './policy.ts'
import { isInFlight, type Need, needOf, onShellClock, type SchedulerState, type SpaceState, type Task } from './state.ts'

/** The lane that a task sends from; null if it only asks. */
export const LANE_OF: Readonly<Record<Task['type'], Lane | null>> = {
  push: 'changes',
  files: 'files',
  jobs: 'jobs',
  pull: null,
  check: null,
  hello: null,
  longPoll: null,
}

/** The earliest time for any exchange with the hub; null if some event must happen first. */
export function talkingAt({ running, signedIn, hub }: SchedulerState): number | null {
  if (!running || !signedIn) return null
  return Math.max(hub.until, hub.busyUntil, hub.blockedUntil ?? 0)
}

/**
 * The earliest time for this task, provided that the hub answers by then; null if some event must happen first. Unless the hub is known to
 * answer (`open`), a hello is the probe: it does not wait for the next poll, only for backoffs.
 */
export function readyAt(state: SchedulerState, task: Task): number | null {
  const { until, failures } = needOf(state, task)
  const isFirstProbe = task.type === 'hello' && state.hub.reach !== 'open' && failures === 0
  return latest(talkingAt(state), isFirstProbe ? 0 : until, allowedAt(state, LANE_OF[task.type]))
}

export function isDue(state: SchedulerState, task: Task): boolean {
  const ready = readyAt(state, task)
  return ready !== null && ready <= state.now
}

export function circumstances(state: SchedulerState, lane: Lane): Circumstances {
  return circumstancesIf(state, lane, state.signedIn, state.hub.reach === 'open')
}

function circumstancesIf(state: SchedulerState, lane: Lane, signedIn: boolean, reachable: boolean): Circumstances {
  const sendNow = state.sendNow !== null && state.sendNow.lanes.includes(lane) && state.now < state.sendNow.until
  return { conditions: state.conditions, now: onShellClock(state, state.now), signedIn, reachable, signal: state.signal.level, sendNow }
}

/** A task that is wanted and not in flight. */
export interface Work {
  readonly task: Task
  /** The turn at which it last ran. */
  readonly turn: number
  /** The result of `readyAt`. */
  readonly readyAt: number | null
}

/** Every push, pull, check, file and job that is wanted and not in flight. Most spaces want nothing and are skipped quickly. */
export function waitingWork(state: SchedulerState): readonly Work[] {
  const talking = talkingAt(state)
  const changesFrom = allowedAt(state, 'changes')
  const work: Work[] = []
  const add = (task: Task, need: Need, from: number | null): void => {
    if (!isInFlight(state, task)) work.push({ task, turn: need.turn, readyAt: latest(talking, need.until, from) })
  }
  for (const known of state.spaces) {
    const { space, push, pull, check } = known
    if (push.wanted) add({ type: 'push', space }, push, changesFrom)
    if (pull.wanted) add({ type: 'pull', space }, pull, 0)
    if (check.wanted && isQuiet(state, known)) add({ type: 'check', space }, check, 0)
  }
  if (state.files.wanted) add({ type: 'files' }, state.files, allowedAt(state, 'files'))
  if (state.jobs.wanted) add({ type: 'jobs' }, state.jobs, allowedAt(state, 'jobs'))
  return work
}

/** Whether the device holds all that the hub has of a space, and has nothing to send to it: only then can records be compared [Q5]. */
function isQuiet(state: SchedulerState, { space, push, pull, head, at, sealAt }: SpaceState): boolean {
  const isMoving = push.wanted || pull.wanted || sealAt !== null || head > at
  return !isMoving && !isInFlight(state, { type: 'push', space }) && !isInFlight(state, { type: 'pull', space })
}

export const HELLO: Task = { type: 'hello' }
export const LONG_POLL: Task = { type: 'longPoll' }

/** The interval until heads are asked for again. */
export function pollEveryMs({ hiddenAt, live, inFlight }: SchedulerState): number {
  if (hiddenAt !== null) return POLL_HIDDEN_MS
  return live.phase === 'open' || inFlight.some(({ task }) => task.type === 'longPoll') ? POLL_LIVE_MS : POLL_MS
}

const latest = (talking: number | null, until: number, allowed: number | null): number | null =>
  talking === null || allowed === null ? null : Math.max(talking, until, allowed)

function allowedAt(state: SchedulerState, lane: Lane | null): number | null {
  if (lane === null) return 0
  const decision = decide(state.policy, circumstancesIf(state, lane, true, true), lane)
  if (decision.type === 'send') return 0
  return decision.until === null ? null : decision.until + state.aheadMs
}
