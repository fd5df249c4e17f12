/**
 * When to talk to the hub: a pure machine [S1]. Takes one event; returns the next state and the effects for the shell.
 *
 *              started, online, signedIn, sendNow
 *                              │
 *                              ▼   hello answered
 *      ┌─ probe goes ───── unknown ───────────────────► open ◄──────────┐   everything goes: one push at a time, `fanOut`
 *      │                       │ no valid answer          │              │   pulls, spaces in turn, files and jobs behind
 *      │                       ▼                          │ 3 failures   │   (one exchange at a time while failures > 0)
 *      └─ probe goes, ─────── lost ◄──── no answer ───────┤ in a row,    │ any valid
 *         backing off                                     │ or the hint  │ answer
 *         probe goes, ─────── shut ◄──── hub fails ───────┘ 'offline'    │
 *         backing off      lost, shut ───────────────────────────────────┘
 *
 * Independent of `reach` are: signed in or not (a 401 pauses only the wire), blocked (an update is needed), busy (`Retry-After`), the
 * signal, and for each need (push and pull of each space, files, jobs) a backoff that only progress resets.
 *
 * The shell carries out the effects in order, and reports what happened as events, one by one. It decides nothing.
 */
import type { Moment, SchedulerEffect, SchedulerEvent } from './events.ts'
import { TIMED_OUT } from './failure.ts'
import { isLiveOverdue, liveLost } from './live.ts'
import { fail } from './outcome.ts'
import { plan } from './plan.ts'
import { receive } from './receive.ts'
import { atMoment, type Exchange, inOrder, only, type SchedulerState, type Step } from './state.ts'
import { connectionOf } from './status.ts'
import { watch } from './watch.ts'

/**
 * Computes the next state and the effects for the shell. Pure: the same events at the same moments give the same effects.
 * @example
 * const { state } = schedule(initialScheduler({ signedIn: true }), { type: 'started' }, { now: 0, random: 0.5 })
 * state.running // true
 */
export function schedule(state: SchedulerState, event: SchedulerEvent, { now, random }: Moment): Step {
  return inOrder(
    atMoment(state, now),
    (before) => receive(before, event, random),
    (received) => giveUpOverdue(received, random),
    watch,
    plan,
    (planned) => ({ state: planned, effects: report(state, planned) }),
  )
}

/** Abandons exchanges that got no answer in time. Their outcome is unknown, so they are sent again [P4]. */
function giveUpOverdue(state: SchedulerState, random: number): Step {
  const overdue = state.inFlight.filter(({ deadline }) => deadline <= state.now)
  const steps = overdue.map((exchange) => (before: SchedulerState) => giveUp(before, exchange, random))
  return inOrder(state, ...steps, (before) => giveUpLive(before, random))
}

function giveUp(state: SchedulerState, exchange: Exchange, random: number): Step {
  const failed = fail(state, exchange, { failure: TIMED_OUT }, random)
  return { state: failed.state, effects: [{ type: 'abort', id: exchange.id }, ...failed.effects] }
}

function giveUpLive(state: SchedulerState, random: number): Step {
  return isLiveOverdue(state) ? { state: liveLost(state, undefined, random), effects: [{ type: 'closeLive' }] } : only(state)
}

function report(before: SchedulerState, after: SchedulerState): readonly SchedulerEffect[] {
  const connection = connectionOf(after)
  const signal = after.signal.level
  return connection === connectionOf(before) && signal === before.signal.level ? [] : [{ type: 'report', connection, signal }]
}
