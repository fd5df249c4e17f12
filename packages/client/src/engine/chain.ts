/**
 * The chain of a space [P2]. A sealed change is linked into the chain only when needed: before it is sent, and before any other change is
 * linked.
 *
 * On disk a change counts as sealed if its row says so or if a later change of the space exists, so a save need not rewrite the row of the
 * change before. Before deleting a row, call `linkAll`: the seals of earlier rows may rely on it.
 */
import { assert, chained, type SpaceId } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import type { StoreState } from './state.ts'

/** Links a change at the end of the chain, in memory. The caller writes the change or the space to disk. */
export function linked({ spaces, ports }: StoreState, change: OwnChange): OwnChange {
  assert(change.contentHash !== null, 'only what is sealed has a place in a chain')
  const end = spaces.get(change.space).chain
  const chain = chained(ports.hash, end, change.attempt, change.contentHash)
  spaces.link(change.space, chain)
  return { ...change, n: chain.n, previous: end.hash }
}

/** Links every sealed change of a space, also on disk. Runs inside a transaction. */
export function linkAll(state: StoreState, space: SpaceId): void {
  for (const change of state.changes.inSpace(space).unlinked) state.changes.link(linked(state, change))
}
