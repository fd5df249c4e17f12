/**
 * Conflicts: concurrency on a field whose rule asks for a person. A conflict is named by the entries that stand against one another,
 * so that every device calls it the same, and a decision about it is a decision about just those entries.
 */
import type { Json } from '../canonical.ts'
import type { ConflictId } from '../change.ts'
import { base64url, type Hash, utf8 } from '../hash.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import type { Entry } from './register.ts'

/** The name of a conflict, which is the same on every device: a hash over the names of its entries, in whatever order they are given. */
export const conflictIdOf = (hash: Hash, entries: readonly Entry[]): ConflictId =>
  base64url(
    hash(
      utf8(
        `tombolo conflict\n${entries
          .map((entry) => entry.name)
          .sort()
          .join('\n')}`,
      ),
    ).subarray(0, 16),
  ) as ConflictId

/** One of the values in a conflict. `by` is the author's account. */
export interface Side {
  readonly name: Name
  readonly value: Json
  readonly by: string
  readonly stamp: Stamp
}

/** A conflict as a person meets it: what stood before, what I wrote, what others wrote, who and when. */
export interface ConflictDescription {
  readonly id: ConflictId
  readonly mine: readonly Side[]
  readonly theirs: readonly Side[]
  /** What the sides were over, where the device has seen it. */
  readonly before: Side | null
}

/** `past` finds a value that was written over, in the history that this device holds. */
export function describeConflict(
  hash: Hash,
  contenders: readonly Entry[],
  isMine: (entry: Entry) => boolean,
  past: (name: Name) => Side | null,
): ConflictDescription {
  const sides = contenders.map((entry) => ({ entry, side: sideOf(entry) }))
  return {
    id: conflictIdOf(hash, contenders),
    mine: sides.filter(({ entry }) => isMine(entry)).map(({ side }) => side),
    theirs: sides.filter(({ entry }) => !isMine(entry)).map(({ side }) => side),
    before: commonBefore(contenders, past),
  }
}

const sideOf = ({ name, value, by, stamp }: Entry): Side => ({ name, value, by, stamp })

/** The newest value that every side was over. */
function commonBefore(contenders: readonly Entry[], past: (name: Name) => Side | null): Side | null {
  const shared = (contenders[0]?.over ?? []).filter((name) => contenders.every((entry) => entry.over.includes(name)))
  const sides = shared.map(past).filter((side) => side !== null)
  return sides.reduce<Side | null>((newest, side) => (newest === null || side.stamp > newest.stamp ? side : newest), null)
}
