/**
 * The status of sync, computed from the scheduler's state by the functions that the scheduler itself uses, so that every promise is kept.
 */
import { connectionOf, type SchedulerState, type SpaceId, stalledOf, type Waiting, waitingOf } from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'
import type { SyncStatus } from '../engine/sync-control.ts'
import { CLOCK_WARNING_MS } from './clock.ts'
import type { Loading } from './session.ts'

export interface StatusParts {
  readonly scheduler: SchedulerState
  readonly store: LocalStore
  readonly lastSuccessAt: number | null
  /** First loads in progress. */
  readonly loading: readonly Loading[]
}

/** When this device last had the whole of a space, on its own clock: the last success of earlier runs. */
export function lastCompleteAt({ state }: LocalStore): number | null {
  const times = state.spaces.all().flatMap(({ completeAt }) => (completeAt === null ? [] : [completeAt]))
  return times.length === 0 ? null : Math.max(...times) - (state.clockOffsetMs ?? 0)
}

export function statusOf({ scheduler, store: { state }, lastSuccessAt, loading }: StatusParts): SyncStatus {
  const waits = waitsOf(scheduler)
  const waiting = Object.values(waits)
  return {
    connection: connectionOf(scheduler),
    signal: scheduler.signal.level,
    lastSuccessAt,
    nextTryAt: soonest(waiting),
    waiting: gravest(waiting)?.reason ?? null,
    waits,
    stalled: stalledOf(scheduler)[0] ?? null,
    loading: shareOf(loading),
    clockOffsetMs: state.clockOffsetMs,
    clockWarning: isClockWrong(state.clockOffsetMs, state.clockStandsBehindMs()),
  }
}

function waitsOf(scheduler: SchedulerState): Readonly<Record<SpaceId, Waiting>> {
  const entries = scheduler.spaces.map(({ space }) => [space, waitingOf(scheduler, space)] as const)
  return Object.fromEntries(entries.flatMap(([space, waiting]) => (waiting === null ? [] : [[space, waiting]])))
}

function soonest(waiting: readonly Waiting[]): number | null {
  const times = waiting.map(({ nextTryAt }) => nextTryAt).filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/** The wait that a person should hear of: one that will not end by itself goes first. */
function gravest(waiting: readonly Waiting[]): Waiting | undefined {
  return waiting.find(({ nextTryAt }) => nextTryAt === null) ?? waiting.toSorted((a, b) => b.tries - a.tries)[0]
}

/** The share of everything being loaded that is here, from 0 to 1. */
function shareOf(loading: readonly Loading[]): number | null {
  const total = loading.reduce((sum, each) => sum + each.total, 0)
  return total === 0 ? null : loading.reduce((sum, each) => sum + each.done, 0) / total
}

/** Whether the clock is wrong. Detected also offline, if the clock is behind the newest thing on this device [C1]. */
const isClockWrong = (offsetMs: number | null, behindMs: number): boolean =>
  Math.abs(offsetMs ?? 0) > CLOCK_WARNING_MS || behindMs > CLOCK_WARNING_MS
