/**
 * The live socket and its stand-in [Q7]. Both only bring hints sooner: if one fails, that says nothing about the hub and only brings the
 * next hello forward.
 *
 *   closed ──(wanted, due)──► opening ──liveOpened──► open
 *     ▲                          │ time-out, liveClosed │ liveClosed, no longer wanted
 *     └──────────────────────────┴──────────────────────┘      after 3 failures in a row: long polls, a socket every 10 min
 */
import { backoffMs, retryAfterMs } from './backoff.ts'
import { HIDDEN_GRACE_MS, LIVE_LOST_SPREAD_MS, LIVE_RETRY_MS, LIVE_STABLE_MS, LIVE_TIMEOUT_MS, LIVE_TRIES } from './limits.ts'
import { TEMPO } from './signal.ts'
import { isBackground, type LiveState, only, type SchedulerState, type Step } from './state.ts'
import { talkingAt } from './when.ts'

/** Whether the hub should push news: not over a poor line, and not while nobody is looking. */
export function wantsNews(state: SchedulerState): boolean {
  const answering = state.running && state.signedIn && state.hub.blockedUntil === null && state.hub.reach === 'open'
  const watched = state.hiddenAt === null || state.now < state.hiddenAt + HIDDEN_GRACE_MS
  return answering && watched && TEMPO[state.signal.level].live
}

export function wantsLongPoll(state: SchedulerState): boolean {
  return wantsNews(state) && state.live.phase === 'closed' && state.live.failures >= LIVE_TRIES
}

/** The next time at which the socket is due to be opened, abandoned or closed; null if only an event can change it. */
export function liveWakesAt(state: SchedulerState): number | null {
  const { phase, since } = state.live
  if (phase === 'opening') return since + LIVE_TIMEOUT_MS
  if (phase === 'open') return state.hiddenAt === null ? null : state.hiddenAt + HIDDEN_GRACE_MS
  return wantsNews(state) ? opensAt(state) : null
}

export const isLiveOverdue = ({ now, live }: SchedulerState): boolean => live.phase === 'opening' && now >= live.since + LIVE_TIMEOUT_MS

/** Opens the socket if it is wanted and due, closes it if it is not wanted. */
export function keepLive(state: SchedulerState): Step {
  const wanted = wantsNews(state)
  if (state.live.phase !== 'closed') return wanted ? only(state) : closeLive(state)
  const opens = opensAt(state)
  if (!wanted || opens === null || opens > state.now) return only(state)
  return { state: { ...state, live: enter(state, 'opening') }, effects: [{ type: 'openLive' }] }
}

export function closeLive(state: SchedulerState): Step {
  if (state.live.phase === 'closed') return only(state)
  return { state: { ...state, live: enter(state, 'closed') }, effects: [{ type: 'closeLive' }] }
}

export function liveOpened(state: SchedulerState): SchedulerState {
  return state.live.phase === 'opening' ? { ...state, live: enter(state, 'open') } : state
}

export function liveLost(state: SchedulerState, askedMs: number | undefined, random: number): SchedulerState {
  const { phase, since, failures } = state.live
  const stood = phase === 'open' && state.now - since >= LIVE_STABLE_MS
  const inRow = stood ? 1 : failures + 1
  const wait = askedMs === undefined ? waitAfter(inRow, random, isBackground(state)) : retryAfterMs(askedMs, random)
  const live: LiveState = { phase: 'closed', since: state.now, failures: inRow, until: state.now + wait }
  return helloSoon({ ...state, live }, random)
}

/** Asks the hub for heads soon, after a random delay, instead of at the next poll. */
export function helloSoon(state: SchedulerState, random: number): SchedulerState {
  const soon = state.now + Math.floor(random * LIVE_LOST_SPREAD_MS)
  return { ...state, hello: { ...state.hello, until: Math.min(state.hello.until, soon) } }
}

const enter = ({ live, now }: SchedulerState, phase: LiveState['phase']): LiveState => ({ ...live, phase, since: now })

function opensAt(state: SchedulerState): number | null {
  const talking = talkingAt(state)
  return talking === null ? null : Math.max(talking, state.live.until)
}

function waitAfter(failures: number, random: number, background: boolean): number {
  return failures >= LIVE_TRIES ? LIVE_RETRY_MS : backoffMs(failures, random, background)
}
