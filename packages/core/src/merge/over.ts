/**
 * What a new write is over: what its author saw. In this order, the nearest first, so that what a bound leaves out is the farthest.
 *
 * 1. the entries of the field in the author's view;
 * 2. the author's own writes of the field that the hub has not confirmed, or has refused, and what those were over: so that
 *    refusing any of them makes no conflict that would not be there without them [M8];
 * 3. what those entries were over (handed on), for a hub that is restored from a backup may have lost the entry and still hold
 *    what it was over. An entry that every restorable backup holds needs to hand on nothing: no restore can lose it.
 */
import { OVER_HANDED_ON_MAX, OVER_MAX, OVER_OWN_MAX } from '../limits.ts'
import type { Name } from '../ids.ts'
import type { Register } from './register.ts'

/** One of the author's own writes of this field that the confirmed record does not cover. */
export interface OwnWrite {
  readonly name: Name
  readonly over: readonly Name[]
}

const NOTHING: readonly Name[] = []

/**
 * `own`: in the order in which they were made. `durableThrough`: the version of the space that every restorable backup has reached
 * [P6]; 0 where it speaks of another epoch than the register's version does, for then the two cannot be compared.
 */
export function overOf(register: Register | undefined, own: readonly OwnWrite[], durableThrough: number): readonly Name[] {
  const entries = register?.entries ?? []
  if (entries.length === 0 && own.length === 0) return NOTHING
  const names = new Set(entries.map((entry) => entry.name))
  addOwn(names, own)
  if (register !== undefined && mayBeLost(register, durableThrough)) {
    addUpTo(names, OVER_HANDED_ON_MAX, inTurns(entries.map((entry) => entry.over)))
  }
  return names.size > OVER_MAX ? [...names].slice(0, OVER_MAX) : [...names]
}

/** Version 0: the author's own open writes stand on it. */
const mayBeLost = ({ version }: Register, durableThrough: number): boolean => version === 0 || version > durableThrough

/** Only the newest are looked at: each of them was over those before it, and says so in its own `over`. */
function addOwn(names: Set<Name>, own: readonly OwnWrite[]): void {
  if (own.length === 0) return
  const newestFirst = own.slice(-OVER_OWN_MAX).reverse()
  for (const write of newestFirst) names.add(write.name)
  const ownNames = new Set(own.map((write) => write.name))
  const most = names.size + OVER_OWN_MAX
  for (const write of newestFirst) {
    for (const name of write.over) {
      if (names.size >= most) return
      if (!ownNames.has(name)) names.add(name)
    }
  }
}

function addUpTo(names: Set<Name>, count: number, more: readonly Name[]): void {
  const most = names.size + count
  for (const name of more) {
    if (names.size >= most) return
    names.add(name)
  }
}

/** The first of each list, then the second of each … */
function inTurns(lists: readonly (readonly Name[])[]): readonly Name[] {
  const [only] = lists
  if (only !== undefined && lists.length === 1) return only
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat()
}
