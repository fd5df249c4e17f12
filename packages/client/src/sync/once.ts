/** Decides when a single round of sync is over: everything is sent and read, or nothing more can happen before the deadline. */
import { type Connection, connectionOf, isUnanswered, type SchedulerState } from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'

/** The result of a round of sync. */
export interface SyncSummary {
  /** `complete`: all waiting changes have verdicts and every space is at its head. Otherwise the reason. */
  readonly outcome: 'complete' | 'deadline' | Exclude<Connection, 'live' | 'connecting'>
  /** Own changes that got a verdict: applied, and refused, which need a person. */
  readonly applied: number
  readonly refused: number
  /** Changes and records received. */
  readonly received: number
  /** Changes that still wait. */
  readonly waiting: number
}

/** The outcome of the round; null while there is something to wait for. `isGreeted`: the hub has answered a hello in this round. */
export function outcomeOf(scheduler: SchedulerState, isGreeted: boolean, deadline: number): SyncSummary['outcome'] | null {
  if (isAtWork(scheduler)) return null
  const connection = connectionOf(scheduler)
  if (connection === 'needs-sign-in' || connection === 'blocked') return connection
  if (isGreeted && isDone(scheduler)) return 'complete'
  return nextMove(scheduler) <= deadline ? null : outOfTime(scheduler)
}

export const outOfTime = (scheduler: SchedulerState): SyncSummary['outcome'] =>
  connectionOf(scheduler) === 'offline' ? 'offline' : 'deadline'

const isAtWork = ({ inFlight }: SchedulerState): boolean => inFlight.some(({ task }) => task.type !== 'longPoll' && task.type !== 'check')

const isDone = ({ spaces }: SchedulerState): boolean =>
  spaces.every(({ push, pull, sealAt }) => !push.wanted && !pull.wanted && sealAt === null)

/** On the shell's clock. */
const nextMove = ({ timerAt, aheadMs }: SchedulerState): number => (timerAt === null ? Number.POSITIVE_INFINITY : timerAt - aheadMs)

export const unansweredIn = ({ state }: LocalStore): readonly number[] => [...state.changes.live].filter(isUnanswered).map(({ seq }) => seq)

/** Counts the outcomes of the changes that waited. A change no longer held in memory was applied and is in the confirmed records. */
export function answeredSince(waited: readonly number[], store: LocalStore): Pick<SyncSummary, 'applied' | 'refused' | 'waiting'> {
  const statuses = waited.map((seq) => store.state.changes.get(seq)?.status ?? 'applied')
  const count = (status: string): number => statuses.filter((each) => each === status).length
  return { applied: count('applied'), refused: count('failed'), waiting: unansweredIn(store).length }
}
