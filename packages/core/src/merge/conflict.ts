/**
 * Conflicts: concurrent values of a field whose rule asks a person. The entries in conflict determine its id, so every device computes the
 * same id, and a resolution applies to exactly those entries.
 */
import type { Json } from '../canonical.ts'
import type { ConflictId } from '../change.ts'
import { base64url, type Hash, utf8 } from '../hash.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import type { Entry } from './register.ts'

/** The id of a conflict: a hash of the names of its entries, in any order, so it is the same on every device. */
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

/** A conflict as shown to a person: the value before, the device's own value, the values of others, with authors and times. */
export interface ConflictDescription {
  readonly id: ConflictId
  readonly mine: readonly Side[]
  readonly theirs: readonly Side[]
  /** The value that all sides superseded, if the device has seen it. */
  readonly before: Side | null
}

/** Describes the conflict of a register. `past` looks up a superseded value in the history that this device holds. */
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

/** The newest value that every side superseded. */
function commonBefore(contenders: readonly Entry[], past: (name: Name) => Side | null): Side | null {
  const shared = (contenders[0]?.over ?? []).filter((name) => contenders.every((entry) => entry.over.includes(name)))
  const sides = shared.map(past).filter((side) => side !== null)
  return sides.reduce<Side | null>((newest, side) => (newest === null || side.stamp > newest.stamp ? side : newest), null)
}
