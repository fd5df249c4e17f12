/**
 * What a person's writes mean to the scheduler: the outbox is looked at after each commit, and compared with how it stood before.
 *
 *   an unsealed change is new or was folded into   → `wrote`: wait for a pause, then seal
 *   a sealed change that was never offered         → `sealed`: it goes as soon as it may
 */
import { isUnanswered, type SchedulerEvent, type SpaceId, type Stamp } from '@tombolo/core'
import type { OwnChange } from '../engine/own-change.ts'
import type { StoreState } from '../engine/state.ts'

/** How one space's outbox stands. */
export interface OutboxState {
  /** The last fold of the unsealed change, if there is one. */
  readonly unsealedAt: Stamp | null
  /** Sealed and never offered: how many, and the newest. */
  readonly unoffered: number
  readonly newest: number
}

export type OutboxStates = ReadonlyMap<SpaceId, OutboxState>

const EMPTY: OutboxState = { unsealedAt: null, unoffered: 0, newest: 0 }

export function surveyOutbox(state: StoreState): OutboxStates {
  const spaces = new Map<SpaceId, OutboxState>()
  for (const change of state.changes.live) {
    if (isUnanswered(change)) spaces.set(change.space, withChange(spaces.get(change.space) ?? EMPTY, change))
  }
  return spaces
}

function withChange(space: OutboxState, change: OwnChange): OutboxState {
  if (change.status === 'unsealed') return { ...space, unsealedAt: change.stamp }
  return change.offered ? space : { ...space, unoffered: space.unoffered + 1, newest: Math.max(space.newest, change.seq) }
}

export function outboxNews(before: OutboxStates, after: OutboxStates): readonly SchedulerEvent[] {
  return [...after].flatMap(([space, now]) => newsOf(space, before.get(space) ?? EMPTY, now))
}

function newsOf(space: SpaceId, before: OutboxState, now: OutboxState): readonly SchedulerEvent[] {
  const wrote = now.unsealedAt !== null && now.unsealedAt !== before.unsealedAt
  const sealed = now.unoffered > 0 && (now.unoffered !== before.unoffered || now.newest !== before.newest)
  return [...(wrote ? [{ type: 'wrote', space, typing: true } as const] : []), ...(sealed ? [{ type: 'sealed', space } as const] : [])]
}

/** The space's sealed changes without a verdict, in the order of their chain. */
export function queueOf(state: StoreState, space: SpaceId): readonly OwnChange[] {
  const queued = [...state.changes.live].filter((change) => change.space === space && change.status === 'queued')
  return queued.sort((a, b) => (a.n ?? 0) - (b.n ?? 0))
}
