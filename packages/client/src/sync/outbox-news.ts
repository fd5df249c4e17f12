/**
 * Turns a person's writes into events for the scheduler: after each commit, compares the outbox with its state before.
 *
 *   an unsealed change is new or was folded into   → `wrote`: wait for a pause, then seal
 *   a sealed change that was never offered         → `sealed`: it goes as soon as it may
 *   one that came back from a copy of the outbox   → the same, though it may have been offered
 */
import type { SchedulerEvent, SpaceId, Stamp } from '@tombolo/core'
import type { OwnChange } from '../engine/own-change.ts'
import type { StoreState } from '../engine/state.ts'

/** The outbox of one space, as far as it is compared. */
export interface OutboxState {
  /** The last fold of the unsealed change, if there is one. */
  readonly unsealedAt: Stamp | null
  /** How many sealed changes were never offered. */
  readonly unoffered: number
  /** The newest change that was ever queued; 0 while none is. */
  readonly newest: number
}

export type OutboxStates = ReadonlyMap<SpaceId, OutboxState>

const EMPTY: OutboxState = { unsealedAt: null, unoffered: 0, newest: 0 }

export function surveyOutbox({ changes }: StoreState): OutboxStates {
  const spaces = new Map<SpaceId, OutboxState>()
  for (const [space, { unsealed, unofferedCount: unoffered, queued, newest }] of changes.bySpace) {
    if (unsealed === null && queued.size === 0) continue
    spaces.set(space, { unsealedAt: unsealed?.stamp ?? null, unoffered, newest: queued.size === 0 ? 0 : newest })
  }
  return spaces
}

export function outboxNews(before: OutboxStates, after: OutboxStates): readonly SchedulerEvent[] {
  return [...after].flatMap(([space, now]) => newsOf(space, before.get(space) ?? EMPTY, now))
}

function newsOf(space: SpaceId, before: OutboxState, now: OutboxState): readonly SchedulerEvent[] {
  const wrote = now.unsealedAt !== null && now.unsealedAt !== before.unsealedAt
  const sealed = now.newest > before.newest || (now.unoffered > 0 && now.unoffered !== before.unoffered)
  return [...(wrote ? [{ type: 'wrote', space, typing: true } as const] : []), ...(sealed ? [{ type: 'sealed', space } as const] : [])]
}

/** The space's sealed changes without a verdict, in the order of their chain. */
export const queueOf = ({ changes }: StoreState, space: SpaceId): readonly OwnChange[] => [...changes.inSpace(space).queued.values()]
