/**
 * Updates the state at the end of an exchange: the need that it served, the knowledge of the hub, and who must act [S2, S3].
 *
 * Two things back off, and only progress resets them: the need that failed (one push or pull), and the hub as a whole if the failure is
 * about the path or the hub. One failing space slows only itself; a second failing space in a row counts against the hub.
 */
import { PUSH_CHANGES_MAX } from '../limits.ts'
import { backoffMs, retryAfterMs } from './backoff.ts'
import type { ExchangeFailed, ExchangeSucceeded } from './events.ts'
import { type Consequence, CONSEQUENCE, type Failure, HUB_OLDER, INVITE_UNKNOWN } from './failure.ts'
import { BREAKER_FAILURES, LONG_POLL_GAP_MS, PAUSE_RETRY_MS, REMEDIES_MAX, REMEDIES_WITHIN_MS } from './limits.ts'
import { helloSoon } from './live.ts'
import { observe } from './signal.ts'
import {
  type Exchange,
  type HubState,
  isBackground,
  type Need,
  only,
  type Reach,
  type SchedulerState,
  spaceOf,
  type SpaceState,
  type Step,
  type Task,
  updateNeed,
  updateSpace,
} from './state.ts'
import { pollEveryMs } from './when.ts'

type Success = Omit<ExchangeSucceeded, 'type' | 'id'>
type Failed = Omit<ExchangeFailed, 'type' | 'id'>

export function succeed(state: SchedulerState, exchange: Exchange, success: Success, random: number): SchedulerState {
  const answered = proved(measured(landed(state, exchange), exchange.task, success))
  const moved = movedTo(answered, exchange.task, success)
  const paced = updateNeed(moved, exchange.task, (need) => needAfterSuccess(moved, exchange, need, success, random))
  return isProgress(exchange.task, success) || !wantsAny(paced)
    ? { ...paced, hub: { ...paced.hub, failures: 0, refusals: 0, suspect: null } }
    : paced
}

/** Any valid answer, even a late one, proves the connection; only progress resets the failures [S2]. */
export function proved(state: SchedulerState): SchedulerState {
  const hub: HubState = {
    ...state.hub,
    reach: 'open',
    until: Math.min(state.hub.until, state.now),
    answeredAt: state.now,
    blockedUntil: null,
  }
  return { ...state, offline: false, hub }
}

export const asksForSignIn = ({ class: kind }: Failure): boolean => CONSEQUENCE[kind] === 'sign-in'

export function fail(state: SchedulerState, exchange: Exchange, failed: Failed, random: number): Step {
  const { task } = exchange
  if (asksForSignIn(failed.failure) && exchange.id <= state.askedBy.turn) return only(askedAgain(state, exchange))
  const seen = smallerPush(unanswered(landed(state, exchange), task, failed.failure), task, failed)
  const paced = updateNeed(seen, task, (need) => needAfterFailure(seen, need, task, failed, random))
  const { state: mending, effects } = recovery(paced, task, failed.failure)
  return { state: refused(news(mending, exchange, failed, random), failed.failure), effects }
}

/** The hub refused a sign-in that may be an older one: the same is asked once more. */
const askedAgain = (state: SchedulerState, exchange: Exchange): SchedulerState =>
  updateNeed(proved(landed(state, exchange)), exchange.task, (need) => ({ ...need, wanted: true, until: state.now }))

/** Pauses everything until a sign-in or an update. */
export function refused(state: SchedulerState, failure: Failure): SchedulerState {
  if (failure.about === 'path') return state
  if (asksForSignIn(failure)) return signedOut(state)
  const tooOld = CONSEQUENCE[failure.class] === 'update' && failure.code !== HUB_OLDER
  return tooOld ? { ...state, hub: { ...state.hub, blockedUntil: state.now + PAUSE_RETRY_MS } } : state
}

/** Counts one refused sign-in, however many exchanges report it. */
function signedOut(state: SchedulerState): SchedulerState {
  const refusals = state.hub.refusals + (state.signedIn ? 1 : 0)
  return { ...state, signedIn: false, hub: { ...state.hub, refusals } }
}

const landed = (state: SchedulerState, { id }: Exchange): SchedulerState => ({
  ...state,
  inFlight: state.inFlight.filter((exchange) => exchange.id !== id),
})

/** Whether the hub takes its time with a task: its duration measures nothing, and its failure says nothing about the hub. */
const isSlow = ({ type }: Task): boolean => type === 'longPoll' || type === 'check'

function measured(state: SchedulerState, task: Task, { bytes, durationMs }: Success): SchedulerState {
  return isSlow(task) ? state : { ...state, signal: observe(state.signal, { type: 'answered', bytes, durationMs }) }
}

function unanswered(state: SchedulerState, task: Task, failure: Failure): SchedulerState {
  if (isSlow(task) || failure.about !== 'path') return state
  return { ...state, signal: observe(state.signal, { type: 'unanswered' }) }
}

/** Whether something moved. News of heads is not progress yet [S2]. */
const isProgress = ({ type }: Task, { progress }: Success): boolean => progress && type !== 'hello' && type !== 'longPoll'

const wantsAny = ({ spaces }: SchedulerState): boolean => spaces.some(({ push, pull }) => push.wanted || pull.wanted)

// After success

function movedTo(state: SchedulerState, task: Task, success: Success): SchedulerState {
  if (task.type === 'pull') return updateSpace(state, task.space, (known) => pulled(known, success))
  if (task.type !== 'push' || !success.progress) return state
  return updateSpace(state, task.space, (known) => ({ ...known, maxChanges: doubled(known.maxChanges) }))
}

/**
 * The space after a pull. If a complete pull brought nothing, the hint that caused it is dropped; a hint that arrived in the meantime still
 * counts.
 */
function pulled(known: SpaceState, { at = known.at, more, progress }: Success): SpaceState {
  const isHintOpen = more || progress || known.pull.wanted
  const head = isHintOpen ? Math.max(known.head, at) : at
  return { ...known, at, head, pull: { ...known.pull, wanted: more || head > at } }
}

const doubled = (maxChanges: number): number => Math.min(maxChanges * 2, PUSH_CHANGES_MAX)

/**
 * The need after a success. An answer without progress while more is wanted backs off like a failure; asking again at once would be a hot
 * loop.
 */
function needAfterSuccess(state: SchedulerState, exchange: Exchange, need: Need, { progress, more }: Success, random: number): Need {
  const wanted = need.wanted || more
  if (!progress && wanted) return { ...afterBackoff(state, need, random), wanted }
  return { ...need, wanted, failures: 0, why: 'retry', until: nextRoundAt(state, exchange), stuckSince: null, problem: null }
}

function nextRoundAt(state: SchedulerState, { task, startedAt }: Exchange): number {
  if (task.type === 'hello') return state.now + pollEveryMs(state)
  return task.type === 'longPoll' ? Math.max(state.now, startedAt + LONG_POLL_GAP_MS) : state.now
}

// After failure

/**
 * The consequence for this task. The shell removes a failing file or job and the others go on; a hello has nothing to halve or to recover.
 */
function consequenceFor(task: Task, failure: Failure): Consequence {
  const consequence = CONSEQUENCE[failure.class]
  if (consequence === 'sign-in' || consequence === 'update') return consequence
  if (!('space' in task) || (consequence === 'halve' && task.type !== 'push')) return 'retry'
  return consequence
}

/** Halves the next push after the hub failed on this one, until a single change is sent alone [P3]. */
function smallerPush(state: SchedulerState, task: Task, { failure, changes }: Failed): SchedulerState {
  const consequence = consequenceFor(task, failure)
  const isInside = consequence === 'halve' || (consequence === 'retry' && failure.about === 'exchange')
  if (task.type !== 'push' || changes === undefined || !isInside) return state
  return updateSpace(state, task.space, (known) => ({ ...known, maxChanges: Math.max(1, Math.min(known.maxChanges, changes >> 1)) }))
}

function needAfterFailure(state: SchedulerState, need: Need, task: Task, failed: Failed, random: number): Need {
  const problem = failed.failure.code ?? failed.failure.class
  const waiting = { ...afterBackoff(state, need, random), wanted: true, problem }
  const paused = { ...waiting, until: state.now + PAUSE_RETRY_MS }
  if (isLimited(failed.failure, failed.retryAfterMs)) return { ...waiting, failures: need.failures, until: state.now }
  switch (consequenceFor(task, failed.failure)) {
    case 'retry':
    case 'probe':
      return askedToWait(state, waiting, failed, random)
    case 'sign-in':
      return { ...waiting, failures: need.failures, until: state.now }
    case 'update':
      return failed.failure.code === HUB_OLDER ? { ...paused, why: 'hub.older' } : { ...waiting, until: state.now }
    case 'person':
      if (failed.failure.code === INVITE_UNKNOWN) return { ...waiting, why: 'join' }
      return { ...paused, why: failed.failure.class === 'permission' ? 'permission' : 'refused' }
    case 'halve':
      return (failed.changes ?? 1) > 1 ? waiting : { ...paused, why: 'refused' }
    case 'recover':
      return { ...paused, why: 'recovery' }
  }
}

function afterBackoff(state: SchedulerState, need: Need, random: number): Need {
  const failures = need.failures + 1
  return { ...need, failures, why: 'retry', until: state.now + backoffMs(failures, random, isBackground(state)) }
}

function askedToWait(state: SchedulerState, need: Need, { failure, retryAfterMs: askedMs }: Failed, random: number): Need {
  if (askedMs === undefined || failure.about !== 'exchange') return need
  return { ...need, until: Math.max(need.until, state.now + retryAfterMs(askedMs, random)) }
}

/** Asks for a remedy, unless several within an hour did not help: then the space waits until it is paused no longer. */
function recovery(state: SchedulerState, task: Task, failure: Failure): Step {
  if (consequenceFor(task, failure) !== 'recover' || !('space' in task)) return only(state)
  const { space } = task
  const recent = (spaceOf(state, space)?.remedies ?? []).filter((at) => at > state.now - REMEDIES_WITHIN_MS)
  if (recent.length >= REMEDIES_MAX) return only(updateSpace(state, space, (known) => ({ ...known, remedies: recent })))
  const noted = updateSpace(state, space, (known) => ({ ...known, remedies: [...recent, state.now] }))
  return { state: noted, effects: [{ type: 'recover', space, code: failure.code }] }
}

// Failures that concern the hub

/**
 * Updates the knowledge of the hub after a failure. A failed long poll or check says nothing about the hub; it only brings the next hello
 * forward.
 */
function news(state: SchedulerState, exchange: Exchange, { failure, retryAfterMs: askedMs }: Failed, random: number): SchedulerState {
  if (failure.about === 'nothing') return state
  if (failure.about === 'path') return isSlow(exchange.task) ? helloSoon(state, random) : against(state, exchange, 'path', random)
  if (asksForSignIn(failure) || CONSEQUENCE[failure.class] === 'update') return proved(state)
  if (isLimited(failure, askedMs)) return resting(proved(state), askedMs, random)
  if (failure.about === 'exchange' && exchange.task.type !== 'hello') return newsOfOne(proved(state), exchange, failure, random)
  return against(resting(state, askedMs, random), exchange, 'hub', random)
}

/**
 * Whether the hub says that this device, or its account, has had its share, and when to come again. The hub is well, so nothing backs off:
 * whoever did, each time that another device of the account was quicker, would come later and later.
 */
const isLimited = ({ code }: Failure, askedMs: number | undefined): boolean => code === 'hub.limited' && askedMs !== undefined

function resting(state: SchedulerState, askedMs: number | undefined, random: number): SchedulerState {
  if (askedMs === undefined) return state
  const busyUntil = Math.max(state.hub.busyUntil, state.now + retryAfterMs(askedMs, random))
  return { ...state, hub: { ...state.hub, busyUntil } }
}

function newsOfOne(state: SchedulerState, exchange: Exchange, failure: Failure, random: number): SchedulerState {
  if (!('space' in exchange.task) || CONSEQUENCE[failure.class] !== 'retry') return state
  const { suspect } = state.hub
  const suspected = { ...state, hub: { ...state.hub, suspect: exchange.task.space } }
  return suspect === null || suspect === exchange.task.space ? suspected : against(suspected, exchange, 'hub', random)
}

/** Counts one failure against the hub. Exchanges that were already in flight at the last failure do not count again. */
function against(state: SchedulerState, exchange: Exchange, about: 'path' | 'hub', random: number): SchedulerState {
  const { hub, now } = state
  const answeredAt = about === 'hub' ? now : hub.answeredAt
  if (exchange.startedAt <= hub.failedAt) return { ...state, hub: { ...hub, answeredAt } }
  const failures = hub.failures + 1
  const until = now + backoffMs(failures, random, isBackground(state))
  return { ...state, hub: { ...hub, failures, until, answeredAt, failedAt: now, reach: reachAfter(hub.reach, about, failures) } }
}

function reachAfter(reach: Reach, about: 'path' | 'hub', failures: number): Reach {
  if (reach === 'open' && failures < BREAKER_FAILURES) return 'open'
  return about === 'path' ? 'lost' : 'shut'
}
