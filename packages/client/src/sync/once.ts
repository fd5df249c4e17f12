/**
 * When a single round of sync is over: everything was sent and read, or nothing more can happen before the deadline.
 */
import { type Connection, connectionOf, isUnanswered, type SchedulerState } from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'

/** What a round of sync came to. */
export interface SyncSummary {
  /** `complete`: all that waited has its verdict, and every space is at its head. Otherwise why not. */
  readonly outcome: 'complete' | 'deadline' | Exclude<Connection, 'live' | 'connecting'>
  /** Own changes that got a verdict: applied ones, and refused ones, which need a person. */
  readonly applied: number
  readonly refused: number
  /** Changes and records that came. */
  readonly received: number
  /** Changes that still wait. */
  readonly waiting: number
}

/** Null while there is something to wait for. `isGreeted`: the hub has answered a hello in this round. */
export function outcomeOf(scheduler: SchedulerState, isGreeted: boolean, deadline: number): SyncSummary['outcome'] | null {
  if (isAtWork(scheduler)) return null
  const connection = connectionOf(scheduler)
  if (connection === 'needs-sign-in' || connection === 'blocked') return connection
  if (isGreeted && isDone(scheduler)) return 'complete'
  return nextMove(scheduler) <= deadline ? null : outOfTime(scheduler)
}

export const outOfTime = (scheduler: SchedulerState): SyncSummary['outcome'] =>
  connectionOf(scheduler) === 'offline' ? 'offline' : 'deadline'

const isAtWork = ({ inFlight }: SchedulerState): boolean => inFlight.some(({ task }) => task.type !== 'longPoll')

const isDone = ({ spaces }: SchedulerState): boolean =>
  spaces.every(({ push, pull, sealAt }) => !push.wanted && !pull.wanted && sealAt === null)

/** On the shell's clock. */
const nextMove = ({ timerAt, aheadMs }: SchedulerState): number => (timerAt === null ? Number.POSITIVE_INFINITY : timerAt - aheadMs)

export const unansweredIn = ({ state }: LocalStore): readonly number[] => [...state.changes.live].filter(isUnanswered).map(({ seq }) => seq)

/** What became of the changes that waited. One that is no longer held in memory was applied, and its record confirmed. */
export function answeredSince(waited: readonly number[], store: LocalStore): Pick<SyncSummary, 'applied' | 'refused' | 'waiting'> {
  const statuses = waited.map((seq) => store.state.changes.get(seq)?.status ?? 'applied')
  const count = (status: string): number => statuses.filter((each) => each === status).length
  return { applied: count('applied'), refused: count('failed'), waiting: unansweredIn(store).length }
}
