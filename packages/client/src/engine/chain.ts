/**
 * The chain of a space [P2]. What is sealed gets its place in it when something needs it: before it is sent, and before anything
 * else takes a place.
 *
 * On disk a change is sealed when its row says so, or when a later one of the space follows it: a save need not write the row of the
 * change before. What would take that later row away writes the earlier ones first (`linkAll`).
 */
import { assert, chained, type SpaceId } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import type { StoreState } from './state.ts'

/** At the end of the chain, where it is remembered in memory; the change itself, or the space, is to be written. */
export function linked({ spaces, ports }: StoreState, change: OwnChange): OwnChange {
  assert(change.contentHash !== null, 'only what is sealed has a place in a chain')
  const end = spaces.get(change.space).chain
  const chain = chained(ports.hash, end, change.attempt, change.contentHash)
  spaces.link(change.space, chain)
  return { ...change, n: chain.n, previous: end.hash }
}

/** Gives everything that is sealed in a space its place in the chain, on disk too. Runs inside a transaction. */
export function linkAll(state: StoreState, space: SpaceId): void {
  for (const change of state.changes.inSpace(space).unlinked) state.changes.link(linked(state, change))
}
