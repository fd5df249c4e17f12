/** The status for people to read, in the shell's time. Computed by the same functions that the plan uses: see when.ts. */
import type { SpaceId } from '../ids.ts'
import type { Connection } from './events.ts'
import type { Lane } from './lane.ts'
import { blindTo, decide, type WaitReason } from './policy.ts'
import { isInFlight, needOf, onShellClock, type SchedulerState, spaceOf, type Task } from './state.ts'
import { circumstances, HELLO, readyAt } from './when.ts'

/** Why something waits, and after how many attempts. */
export interface Waiting {
  readonly reason: WaitReason
  /** Attempts that failed in a row. */
  readonly tries: number
  /** When it will be tried again automatically; null if something else must end or happen first (an attempt in flight, a sign-in). */
  readonly nextTryAt: number | null
}

/**
 *   blocked        the hub refuses this version of the app
 *   needs-sign-in  the hub does not know who asks; local work goes on
 *   offline        no valid answer comes; probes go on
 *   connecting     nothing is known yet, or the last attempt failed and the next is close
 *   live           the hub's valid answer is the last news
 */
export function connectionOf({ running, signedIn, hub }: SchedulerState): Connection {
  if (hub.blockedUntil !== null) return 'blocked'
  if (!signedIn) return 'needs-sign-in'
  if (!running || hub.reach === 'lost') return 'offline'
  return hub.reach === 'open' && hub.answeredAt >= hub.failedAt ? 'live' : 'connecting'
}

/** When changes of this space will be tried next automatically; null if none wait or something else must happen first. */
export const nextTryAt = (state: SchedulerState, space: SpaceId): number | null => waitingOf(state, space)?.nextTryAt ?? null

/** Why changes of this space have not been sent; null if none wait, or they are being sent now. */
export function waitingOf(state: SchedulerState, space: SpaceId): Waiting | null {
  const known = spaceOf(state, space)
  const task: Task = { type: 'push', space }
  if (known === undefined || isInFlight(state, task)) return null
  if (known.push.wanted) return waitingFor(state, task, 'changes')
  return known.sealAt === null ? null : { reason: 'typing', tries: 0, nextTryAt: onShellClock(state, known.sealAt) }
}

/** Why a file or job has not been sent; null if none waits, or one is being sent now. */
export function waitingOfLane(state: SchedulerState, lane: 'files' | 'jobs'): Waiting | null {
  const task: Task = { type: lane }
  return needOf(state, task).wanted && !isInFlight(state, task) ? waitingFor(state, task, lane) : null
}

/** The rules of a lane that this platform cannot evaluate. */
export const blindSpots = (state: SchedulerState, lane: Lane): readonly WaitReason[] =>
  blindTo(state.policy, circumstances(state, lane), lane)

function waitingFor(state: SchedulerState, task: Task, lane: Lane): Waiting {
  const at = promised(state, task)
  return {
    reason: reasonFor(state, task, lane),
    tries: needOf(state, task).failures,
    nextTryAt: at === null ? null : onShellClock(state, at),
  }
}

/**
 * The time to show for a task: no earlier than the probe that must come first; null if the task is due and only waits for another exchange.
 */
function promised(state: SchedulerState, task: Task): number | null {
  const ready = readyAt(state, task)
  if (ready === null) return null
  if (state.hub.reach !== 'open' && isInFlight(state, HELLO)) return null
  const at = state.hub.reach === 'open' ? ready : Math.max(ready, readyAt(state, HELLO) ?? ready)
  return at > state.now ? at : null
}

function reasonFor(state: SchedulerState, task: Task, lane: Lane): WaitReason {
  const { hub, now } = state
  const need = needOf(state, task)
  const decision = decide(state.policy, circumstances(state, lane), lane)
  if (!state.signedIn) return 'sign-in'
  if (hub.blockedUntil !== null) return 'app.older'
  if (need.until > now && need.why !== 'retry') return need.why
  if (hub.busyUntil > now || hub.reach === 'shut') return 'busy'
  if (decision.type === 'wait') return decision.reason
  return Math.max(need.until, hub.until) > now ? 'retry' : 'turn'
}
