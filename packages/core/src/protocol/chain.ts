/**
 * The hash chain of one replica in one space [P2]. Each link hashes the one before it, so two chains that differ at one link differ at
 * every later one. Comparing the newest link that both have tells whether the chains are the same.
 *
 *   the hub has     1 ─ 2 ─ 3 ─ 4                  lastN = 4
 *   a push brings           3 ─ 4 ─ 5 ─ 6          base.n = 2: 3 and 4 are known, 5 and 6 are new
 *                               ▲ compared here
 */
import { CHAIN_START, chainHashOf } from '../change.ts'
import type { Hash } from '../hash.ts'
import type { ChainHash, ContentHash } from '../ids.ts'
import type { ProblemCode } from './problem.ts'

/** A link of a replica's chain in a space: after change `n` it has this hash; 0 and CHAIN_START at the beginning. */
export interface ChainBase {
  readonly n: number
  readonly hash: ChainHash
}

/** The data that a link hashes. */
export interface Linked {
  readonly n: number
  readonly attempt: number
  readonly contentHash: ContentHash
}

/** The hub's knowledge of a chain. */
export interface ChainKnown {
  readonly lastN: number
  /** The hub's link at n, for 1 ≤ n ≤ lastN. */
  readonly linkAt: (n: number) => ChainHash | null
}

/** The chain's hash after each change. */
export function linksOf(hash: Hash, base: ChainBase, changes: readonly Linked[]): readonly ChainHash[] {
  let previous = base.hash
  return changes.map(({ n, attempt, contentHash }) => (previous = chainHashOf(hash, previous, n, attempt, contentHash)))
}

/** Checks whether a push continues the hub's chain, before any of it is processed. Null if it does. */
export function checkChain(
  base: ChainBase,
  changes: readonly Pick<Linked, 'n'>[],
  links: readonly ChainHash[],
  { lastN, linkAt }: ChainKnown,
): Extract<ProblemCode, 'push.gap' | 'push.fork'> | null {
  if (base.n > lastN || changes.some(({ n }, index) => n !== base.n + 1 + index)) return 'push.gap'
  const newest = Math.min(lastN, base.n + changes.length)
  const theirs = newest === base.n ? base.hash : links[newest - base.n - 1]
  return theirs === (newest === 0 ? CHAIN_START : linkAt(newest)) ? null : 'push.fork'
}

/** How many changes at the front of a push the hub already has. It answers those with their stored verdicts. */
export const knownAtFront = (base: ChainBase, changes: readonly unknown[], lastN: number): number =>
  Math.min(changes.length, Math.max(0, lastN - base.n))
