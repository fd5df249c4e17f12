/** What people may be told of the sync, from the scheduler's state: the same functions that it acts on, so that no promise is empty. */
import { connectionOf, type SchedulerState, type Waiting, waitingOf } from '@tombolo/core'
import type { SyncStatus } from '../engine/engine.ts'
import type { LocalStore } from '../engine/local-store.ts'
import { CLOCK_WARNING_MS } from './clock.ts'

export function statusOf(scheduler: SchedulerState, { state }: LocalStore, lastSuccessAt: number | null): SyncStatus {
  const waiting = scheduler.spaces.map(({ space }) => waitingOf(scheduler, space)).filter((each) => each !== null)
  return {
    connection: connectionOf(scheduler),
    signal: scheduler.signal.level,
    lastSuccessAt,
    nextTryAt: soonest(waiting),
    waiting: gravest(waiting)?.reason ?? null,
    clockOffsetMs: state.clockOffsetMs,
    clockWarning: isClockWrong(state.clockOffsetMs, state.clockStandsBehindMs()),
  }
}

function soonest(waiting: readonly Waiting[]): number | null {
  const times = waiting.map(({ nextTryAt }) => nextTryAt).filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/** What will not end by itself is what a person should hear of. */
function gravest(waiting: readonly Waiting[]): Waiting | undefined {
  return waiting.find(({ nextTryAt }) => nextTryAt === null) ?? waiting.toSorted((a, b) => b.tries - a.tries)[0]
}

/** Also offline: a clock that stands before the newest thing on this device is wrong [C1]. */
const isClockWrong = (offsetMs: number | null, behindMs: number): boolean =>
  Math.abs(offsetMs ?? 0) > CLOCK_WARNING_MS || behindMs > CLOCK_WARNING_MS
