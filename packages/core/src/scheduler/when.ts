/**
 * When each thing may be done: the one answer that the plan acts on, the timer waits for and the screen shows. So the screen never
 * promises an attempt that the engine will not make.
 */
import type { SpaceId } from '../ids.ts'
import type { Lane } from './lane.ts'
import { POLL_HIDDEN_MS, POLL_LIVE_MS, POLL_MS } from './limits.ts'
import { type Circumstances, decide } from './policy.ts'
import { isInFlight, needOf, onShellClock, type SchedulerState, type Task } from './state.ts'

/** The lane that a task empties; null: it only asks. */
export const LANE_OF: Readonly<Record<Task['type'], Lane | null>> = {
  push: 'changes',
  files: 'files',
  jobs: 'jobs',
  pull: null,
  hello: null,
  longPoll: null,
}

/** The earliest time for any exchange with the hub; null: not before something happens. */
export function talkingAt({ running, signedIn, hub }: SchedulerState): number | null {
  if (!running || !signedIn) return null
  return Math.max(hub.until, hub.busyUntil, hub.blockedUntil ?? 0)
}

/** The earliest time for this task, given that the hub answers by then; null: not before something happens. */
export function readyAt(state: SchedulerState, task: Task): number | null {
  const talking = talkingAt(state)
  if (talking === null || isProbe(state, task)) return talking
  const ready = Math.max(talking, needOf(state, task).until)
  const allowed = allowedAt(state, LANE_OF[task.type])
  return allowed === null ? null : Math.max(ready, allowed)
}

export function isDue(state: SchedulerState, task: Task): boolean {
  const ready = readyAt(state, task)
  return ready !== null && ready <= state.now
}

export function circumstances(state: SchedulerState, lane: Lane): Circumstances {
  return {
    ...state.conditions,
    now: onShellClock(state, state.now),
    signedIn: state.signedIn,
    reachable: state.hub.reach === 'open',
    signal: state.signal.level,
    sendNow: state.sendNow !== null && state.sendNow.lanes.includes(lane) && state.now < state.sendNow.until,
  }
}

/** Push, pull, files and jobs that are wanted and not under way. */
export function waitingWork(state: SchedulerState): readonly Task[] {
  const spaces = state.spaces.flatMap(({ space }) => tasksOf(space))
  const tasks: readonly Task[] = [...spaces, { type: 'files' }, { type: 'jobs' }]
  return tasks.filter((task) => needOf(state, task).wanted && !isInFlight(state, task))
}

export const HELLO: Task = { type: 'hello' }
export const LONG_POLL: Task = { type: 'longPoll' }

/** How long until heads are asked for again. */
export function pollEveryMs({ hiddenAt, live, inFlight }: SchedulerState): number {
  if (hiddenAt !== null) return POLL_HIDDEN_MS
  return live.phase === 'open' || inFlight.some(({ task }) => task.type === 'longPoll') ? POLL_LIVE_MS : POLL_MS
}

/** Unless the hub's answer was the last word, a hello is the probe and waits for nothing but the backoff. */
const isProbe = (state: SchedulerState, task: Task): boolean => task.type === 'hello' && state.hub.reach !== 'open'

function tasksOf(space: SpaceId): readonly Task[] {
  return [
    { type: 'push', space },
    { type: 'pull', space },
  ]
}

function allowedAt(state: SchedulerState, lane: Lane | null): number | null {
  if (lane === null) return 0
  const decision = decide(state.policy, { ...circumstances(state, lane), signedIn: true, reachable: true }, lane)
  if (decision.type === 'send') return 0
  return decision.until === null ? null : decision.until + state.aheadMs
}
