/** Updates the state for each event, before anything is decided. Unknown spaces, late answers and repeated hints are normal here. */
import { unreachable } from '../assert.ts'
import type { SpaceId } from '../ids.ts'
import { SEAL_AFTER_MS } from '../limits.ts'
import { backoffMs } from './backoff.ts'
import type { ExchangeFailed, ExchangeSucceeded, Head, SchedulerEffect, SchedulerEvent } from './events.ts'
import type { Failure } from './failure.ts'
import type { Lane } from './lane.ts'
import { BACKOFF_FLOOR_MS, HINT_FLOOR_MS, SEND_NOW_LASTS_MS } from './limits.ts'
import { closeLive, liveLost, liveOpened } from './live.ts'
import { asksForSignIn, fail, proved, refused, succeed } from './outcome.ts'
import type { WaitReason } from './policy.ts'
import {
  type Exchange,
  inOrder,
  type Need,
  only,
  type SchedulerState,
  type SpaceState,
  type Step,
  updateNeed,
  updateSpace,
  withSpace,
} from './state.ts'

export function receive(state: SchedulerState, event: SchedulerEvent, random: number): Step {
  switch (event.type) {
    case 'started':
      return only(hurried({ ...forgotten(state), running: true }, 0))
    case 'stopped':
      return inOrder(state, abortAll, closeLive, (closed) => only({ ...closed, running: false }))
    case 'spaceOpened':
      return only(updateSpace(withSpace(state, event.space), event.space, (known) => opened(known, event)))
    case 'spaceClosed':
      return only({ ...state, spaces: state.spaces.filter(({ space }) => space !== event.space) })
    case 'wrote':
      return only(updateSpace(withSpace(state, event.space), event.space, (known) => written(state, known, event.typing)))
    case 'sealed':
      return only(updateNeed(withSpace(state, event.space), { type: 'push', space: event.space }, want))
    case 'queued':
      return only(updateNeed(state, { type: event.lane }, (need) => ({ ...want(need), turn: need.wanted ? need.turn : state.turn })))
    case 'headsSeen':
      return only(event.heads.reduce(headSeen, state))
    case 'checkPlanned':
      return only(
        updateNeed(withSpace(state, event.space), { type: 'check', space: event.space }, (need) => plannedAt(state, need, event.at)),
      )
    case 'cursorMoved':
      return only(updateSpace(state, event.space, (known) => cursorMoved(known, event.at)))
    case 'exchangeSucceeded':
      return only(succeeded(state, event, random))
    case 'exchangeFailed':
      return failed(state, event, random)
    case 'liveOpened':
      return only(state.live.phase === 'opening' ? liveOpened(proved(state)) : state)
    case 'liveClosed':
      return only(liveClosed(state, event.failure, event.retryAfterMs, random))
    case 'online':
      return only(hurried(anew({ ...state, offline: false }), HINT_FLOOR_MS))
    case 'offline':
      return only(saidOffline(state, random))
    case 'visible':
      return only(hurried({ ...state, hiddenAt: null }, HINT_FLOOR_MS))
    case 'hidden':
      return only(sealedNow({ ...state, hiddenAt: state.hiddenAt ?? state.now }))
    case 'conditionsChanged':
      return only({ ...state, conditions: event.conditions })
    case 'policyChanged':
      return only({ ...state, policy: event.policy })
    case 'signedIn':
      return only(signedIn(state, random))
    case 'signedOut':
      return only({ ...state, signedIn: false })
    case 'sendNow':
      return only(sendNow(state, event.lanes))
    case 'resumed':
      return only(resumed(state, event.space, random))
    case 'timerFired':
      return only({ ...state, timerAt: null })
    default:
      return unreachable(event)
  }
}

const want = (need: Need): Need => ({ ...need, wanted: true })

const plannedAt = ({ aheadMs }: SchedulerState, need: Need, at: number): Need => ({ ...want(need), failures: 0, until: at + aheadMs })

// Running

/**
 * The state after a restart: nothing is in flight, no timer is set and nothing is known of the hub. Tasks that were in flight are wanted
 * again.
 */
function forgotten(state: SchedulerState): SchedulerState {
  return {
    ...wantedAgain(state),
    inFlight: [],
    timerAt: null,
    live: { ...state.live, phase: 'closed' },
    hub: { ...state.hub, reach: 'unknown' },
  }
}

const wantedAgain = (state: SchedulerState): SchedulerState =>
  state.inFlight.reduce((sofar, { task }) => updateNeed(sofar, task, want), state)

function abortAll(state: SchedulerState): Step {
  const effects = state.inFlight.map<SchedulerEffect>(({ id }) => ({ type: 'abort', id }))
  return { state: { ...wantedAgain(state), inFlight: [] }, effects }
}

// Spaces

function opened(known: SpaceState, { at, queued, wanted }: { at: number; queued: boolean; wanted: boolean }): SpaceState {
  const push = { ...known.push, wanted: known.push.wanted || queued }
  return { ...known, at, head: at, push, pull: { ...known.pull, wanted } }
}

/** The space after a write. A change that someone is still typing is not wanted until it is sealed. Nobody types on a hidden page. */
function written(state: SchedulerState, known: SpaceState, typing: boolean): SpaceState {
  const sealAt = state.hiddenAt === null ? state.now + SEAL_AFTER_MS : state.now
  return { ...known, sealAt, typing, push: typing ? known.push : want(known.push) }
}

function headSeen(state: SchedulerState, { space, head }: Head): SchedulerState {
  return updateSpace(state, space, (known) => {
    const highest = Math.max(known.head, head)
    return { ...known, head: highest, pull: { ...known.pull, wanted: known.pull.wanted || highest > known.at } }
  })
}

/** The space after its cursor moved. At the head, the pull that a hint asked for is no longer needed. */
function cursorMoved(known: SpaceState, at: number): SpaceState {
  const head = Math.max(known.head, at)
  return { ...known, at, head, pull: { ...known.pull, wanted: known.pull.wanted && head > at } }
}

// Exchanges

const exchangeWith = (state: SchedulerState, id: number): Exchange | undefined => state.inFlight.find((exchange) => exchange.id === id)

function succeeded(state: SchedulerState, event: ExchangeSucceeded, random: number): SchedulerState {
  const exchange = exchangeWith(state, event.id)
  return exchange === undefined ? proved(state) : succeed(state, exchange, event, random)
}

/** Handles a failure; ignores one of an exchange that was already abandoned. */
function failed(state: SchedulerState, event: ExchangeFailed, random: number): Step {
  const exchange = exchangeWith(state, event.id)
  return exchange === undefined ? only(state) : fail(state, exchange, event, random)
}

function liveClosed(state: SchedulerState, failure: Failure | undefined, askedMs: number | undefined, random: number): SchedulerState {
  if (state.live.phase === 'closed') return state
  const lost = liveLost(state, askedMs, random)
  const isOlder = state.live.since < state.askedBy.at
  return failure === undefined || (isOlder && asksForSignIn(failure)) ? lost : refused(lost, failure)
}

// Hints, and requests of a person

/** The state after a hint that the hub may answer now. */
function anew(state: SchedulerState): SchedulerState {
  return state.hub.reach === 'open' ? state : { ...state, hub: { ...state.hub, reach: 'unknown' } }
}

/** Ends waits for a retry, no earlier than `floorMs` after the last failure, and asks for heads. A wait that the hub asked for stays. */
function hurried(state: SchedulerState, floorMs: number): SchedulerState {
  const soon = Math.max(state.now, state.hub.failedAt + floorMs)
  const needs = withoutWaits(state, ['retry'])
  return { ...needs, hello: { ...needs.hello, until: state.now }, hub: { ...state.hub, until: Math.min(state.hub.until, soon) } }
}

function withoutWaits(state: SchedulerState, reasons: readonly WaitReason[]): SchedulerState {
  const now = (need: Need): Need => (reasons.includes(need.why) ? { ...need, until: Math.min(need.until, state.now) } : need)
  const spaces = state.spaces.map((known) => ({ ...known, push: now(known.push), pull: now(known.pull) }))
  return { ...state, spaces, files: now(state.files), jobs: now(state.jobs) }
}

const asked = (state: SchedulerState): SchedulerState => ({ ...state, askedBy: { turn: state.turn, at: state.now } })

/** Sends at once after the first sign-in. Each sign-in that the hub refuses makes the next wait longer. */
function signedIn(state: SchedulerState, random: number): SchedulerState {
  const tried = hurried(anew({ ...asked(state), signedIn: true }), BACKOFF_FLOOR_MS)
  const { refusals, until } = tried.hub
  if (refusals <= 1) return tried
  return { ...tried, hub: { ...tried.hub, until: Math.max(until, state.now + backoffMs(refusals - 1, random, false)) } }
}

/** The platform reports no network. It may be wrong, so probes go on, further apart, and a valid answer overrules it. */
function saidOffline(state: SchedulerState, random: number): SchedulerState {
  if (state.offline) return state
  const until = Math.max(state.hub.until, state.now + backoffMs(Math.max(state.hub.failures, 1), random, true))
  return { ...state, offline: true, hub: { ...state.hub, reach: 'lost', until } }
}

/** A person asked to send now, so tasks that wait for a person, an update or the next hourly retry are tried too. */
function sendNow(state: SchedulerState, lanes: readonly Lane[]): SchedulerState {
  const freed = withoutWaits(hurried(anew(sealedNow(asked(state))), BACKOFF_FLOOR_MS), ['join', 'permission', 'refused', 'hub.older'])
  const hub = { ...freed.hub, blockedUntil: freed.hub.blockedUntil === null ? null : state.now }
  return { ...freed, hub, sendNow: { lanes, until: state.now + SEND_NOW_LASTS_MS } }
}

function sealedNow(state: SchedulerState): SchedulerState {
  const spaces = state.spaces.map((known) => (known.sealAt === null ? known : { ...known, sealAt: state.now }))
  return { ...state, spaces }
}

/** Resumes a space after recovery. Repeated recoveries back off like any other failure. */
function resumed(state: SchedulerState, space: SpaceId, random: number): SchedulerState {
  const freed = (need: Need): Need => {
    const wait = need.failures > 1 ? backoffMs(need.failures - 1, random, false) : 0
    return { ...need, why: 'retry', until: state.now + wait }
  }
  return updateSpace(state, space, (known) => ({ ...known, push: freed(known.push), pull: freed(known.pull) }))
}
