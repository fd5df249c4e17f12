/**
 * Plans what to do now. Runs after every event, so that nothing depends on a timer alone.
 *
 * Invariants: at most one push, file part or batch of jobs is in flight; at most `fanOut` pulls; one check; one hello; one long poll; per event
 * at most one effect of each kind, but for pulls and aborts. Unless the hub answered last (`open`), only a hello begins.
 */
import { unreachable } from '../assert.ts'
import type { SpaceId } from '../ids.ts'
import type { SchedulerEffect } from './events.ts'
import { CHECK_TIMEOUT_MS, HELLO_TIMEOUT_MS, LANE_PATIENCE, LONG_POLL_HOLD_MS, TIMER_MAX_MS } from './limits.ts'
import { keepLive, liveWakesAt, wantsLongPoll } from './live.ts'
import { type Tempo, TEMPO } from './signal.ts'
import {
  inOrder,
  isInFlight,
  isSending,
  only,
  onShellClock,
  type SchedulerState,
  spaceOf,
  type Step,
  type Task,
  updateNeed,
  updateSpace,
} from './state.ts'
import { HELLO, isDue, LANE_OF, LONG_POLL, readyAt, waitingWork, type Work } from './when.ts'

export function plan(state: SchedulerState): Step {
  return inOrder(state, sealDue, endSendNow, startHello, startWork, keepLive, startLongPoll, setTimer)
}

// Sealing: needs no hub, no sign-in, no network

function sealDue(state: SchedulerState): Step {
  const due = state.spaces.filter(({ sealAt }) => sealAt !== null && sealAt <= state.now).map(({ space }) => space)
  if (due.length === 0) return only(state)
  const sealed = due.reduce(
    (sofar, space) => updateNeed(sealing(sofar, space), { type: 'push', space }, (need) => ({ ...need, wanted: true })),
    state,
  )
  return { state: sealed, effects: [{ type: 'seal', spaces: due }] }
}

const sealing = (state: SchedulerState, space: SpaceId): SchedulerState =>
  updateSpace(state, space, (known) => ({ ...known, sealAt: null, typing: false }))

/** Ends 'Send now' when its time is over: it does not apply to what is written tomorrow. */
function endSendNow(state: SchedulerState): Step {
  if (state.sendNow === null) return only(state)
  const { lanes, until } = state.sendNow
  const tasks = [...state.inFlight, ...waitingWork(state)].map(({ task }) => task)
  const isBusy = tasks.map(({ type }) => LANE_OF[type]).some((lane) => lane !== null && lanes.includes(lane))
  return only(isBusy && state.now < until ? state : { ...state, sendNow: null })
}

// Exchanges

function startHello(state: SchedulerState): Step {
  return !isInFlight(state, HELLO) && isDue(state, HELLO) ? begin(state, HELLO) : only(state)
}

function startLongPoll(state: SchedulerState): Step {
  const wanted = wantsLongPoll(state) && !isInFlight(state, LONG_POLL) && isDue(state, LONG_POLL)
  return wanted ? begin(state, LONG_POLL) : only(state)
}

function startWork(state: SchedulerState): Step {
  if (state.hub.reach !== 'open') return only(state)
  const ready = waitingWork(state).filter((work) => work.readyAt !== null && work.readyAt <= state.now)
  const due = ready.filter(({ task }) => task.type !== 'check')
  if (due.length === 0) return startCheck(state, ready)
  const chosen = state.hub.failures > 0 ? oneOf(state, due) : [...nextSending(state, due), ...nextPulls(state, due)]
  return inOrder(
    state,
    ...chosen.map(
      ({ task }) =>
        (before: SchedulerState) =>
          begin(before, task),
    ),
  )
}

/** Begins a check behind everything else: when nothing is due or under way, nothing has failed, and the line is not poor [Q5]. */
function startCheck(state: SchedulerState, checks: readonly Work[]): Step {
  const [next] = byTurn(checks)
  const isIdle = state.hub.failures === 0 && state.inFlight.every(({ task }) => task.type === 'longPoll')
  return next !== undefined && isIdle && tempoOf(state).live ? begin(state, next.task) : only(state)
}

/** After a failure allows one exchange at a time, of any kind, until something makes progress; the longest-waiting goes first. */
function oneOf(state: SchedulerState, due: readonly Work[]): readonly Work[] {
  const isBusy = state.inFlight.some(({ task }) => isSending(task) || task.type === 'pull')
  return isBusy ? [] : byTurn(due).slice(0, 1)
}

/** Picks one exchange that sends: changes before files before jobs, but a lane that was passed over many times goes first once. */
function nextSending(state: SchedulerState, due: readonly Work[]): readonly Work[] {
  if (state.inFlight.some(({ task }) => isSending(task))) return []
  const lanes = due.filter(({ task }) => task.type === 'files' || task.type === 'jobs')
  const outwaited = lanes.filter(({ turn }) => state.turn - turn >= LANE_PATIENCE)
  const pushes = byTurn(due.filter(({ task }) => task.type === 'push'))
  return [...outwaited, ...pushes, ...lanes].slice(0, 1)
}

function nextPulls(state: SchedulerState, due: readonly Work[]): readonly Work[] {
  const running = state.inFlight.filter(({ task }) => task.type === 'pull').length
  const pulls = due.filter(({ task }) => task.type === 'pull')
  return byTurn(pulls).slice(0, Math.max(0, tempoOf(state).fanOut - running))
}

const byTurn = (due: readonly Work[]): readonly Work[] => due.toSorted((a, b) => a.turn - b.turn)

const tempoOf = (state: SchedulerState): Tempo => TEMPO[state.signal.level]

function begin(state: SchedulerState, task: Task): Step {
  const { state: ready, effects } = task.type === 'push' ? sealFirst(state, task) : only(state)
  const id = ready.turn + 1
  const effect = effectFor(ready, task, id)
  const exchange = { id, task, startedAt: ready.now, deadline: ready.now + effect.timeoutMs }
  const marked = updateNeed(ready, task, (need) => ({ ...need, wanted: false, turn: id }))
  return { state: { ...marked, turn: id, inFlight: [...marked.inFlight, exchange] }, effects: [...effects, effect] }
}

/** Seals a space's unsealed changes before its push, unless someone is still typing. */
function sealFirst(state: SchedulerState, task: Task & { type: 'push' }): Step {
  const known = spaceOf(state, task.space)
  if (known === undefined || known.sealAt === null || known.typing) return only(state)
  return { state: sealing(state, task.space), effects: [{ type: 'seal', spaces: [task.space] }] }
}

function effectFor(state: SchedulerState, task: Task, id: number): SchedulerEffect & { timeoutMs: number } {
  const { pushBytes, pageBytes, partBytes, timeoutMs } = tempoOf(state)
  switch (task.type) {
    case 'push':
      return { type: 'push', id, space: task.space, maxBytes: pushBytes, maxChanges: maxChangesOf(state, task), timeoutMs }
    case 'pull':
      return { type: 'pull', id, space: task.space, pageBytes, timeoutMs }
    case 'check':
      return { type: 'check', id, space: task.space, pageBytes, timeoutMs: CHECK_TIMEOUT_MS }
    case 'files':
      return { type: 'sendFiles', id, partBytes, timeoutMs }
    case 'jobs':
      return { type: 'sendJobs', id, maxBytes: pushBytes, timeoutMs }
    case 'hello':
      return { type: 'hello', id, timeoutMs: HELLO_TIMEOUT_MS }
    case 'longPoll':
      return { type: 'longPoll', id, holdMs: LONG_POLL_HOLD_MS, timeoutMs: LONG_POLL_HOLD_MS + timeoutMs }
    default:
      return unreachable(task)
  }
}

const maxChangesOf = (state: SchedulerState, task: Task & { type: 'push' }): number => spaceOf(state, task.space)?.maxChanges ?? 1

// The one timer

function setTimer(state: SchedulerState): Step {
  const at = state.running ? wakesAt(state) : null
  if (at === state.timerAt) return only(state)
  const effect: SchedulerEffect = at === null ? { type: 'clearTimer' } : { type: 'setTimer', at: onShellClock(state, at) }
  return { state: { ...state, timerAt: at }, effects: [effect] }
}

function wakesAt(state: SchedulerState): number | null {
  let next = Number.POSITIVE_INFINITY
  const wake = (at: number | null): void => {
    if (at !== null && at > state.now && at < next) next = at
  }
  for (const { sealAt } of state.spaces) wake(sealAt)
  for (const { deadline } of state.inFlight) wake(deadline)
  for (const at of startsAt(state)) wake(at)
  wake(liveWakesAt(state))
  return next === Number.POSITIVE_INFINITY ? null : Math.min(next, state.now + TIMER_MAX_MS)
}

/** The times at which waiting tasks may begin. */
function startsAt(state: SchedulerState): readonly (number | null)[] {
  const hello = isInFlight(state, HELLO) ? null : readyAt(state, HELLO)
  if (state.hub.reach !== 'open') return [hello]
  const longPoll = wantsLongPoll(state) && !isInFlight(state, LONG_POLL) ? readyAt(state, LONG_POLL) : null
  return [hello, longPoll, ...waitingWork(state).map((work) => work.readyAt)]
}
