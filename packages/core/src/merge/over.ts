/**
 * What a new write is over: what its author saw.
 *
 * 1. the entries of the field in the author's view;
 * 2. the author's own writes of the field that the hub has not confirmed, or has refused, and what those were over: so that
 *    refusing any of them makes no conflict that would not be there without them [M8];
 * 3. what those entries were over (handed on), for a hub that is restored from a backup may have lost the entry and still hold
 *    what it was over. An entry that every restorable backup holds needs to hand on nothing: no restore can lose it.
 */
import { OVER_HANDED_ON_MAX } from '../limits.ts'
import type { Name } from '../ids.ts'
import type { Register } from './register.ts'

/** One of the author's own writes of this field that the confirmed record does not cover. */
export interface OwnWrite {
  readonly name: Name
  readonly over: readonly Name[]
}

const NOTHING: readonly Name[] = []

/** `durableThrough`: the version of the space that every restorable backup has reached [P6]. */
export function overOf(register: Register | undefined, own: readonly OwnWrite[], durableThrough: number): readonly Name[] {
  if ((register === undefined || register.entries.length === 0) && own.length === 0) return NOTHING
  const seen = new Set<Name>()
  const behind: Name[] = []
  const mayBeLost = register !== undefined && (register.version === 0 || register.version > durableThrough)
  for (const entry of register?.entries ?? []) {
    seen.add(entry.name)
    if (mayBeLost) behind.push(...entry.over)
  }
  for (const write of own) {
    seen.add(write.name)
    behind.push(...write.over)
  }
  const handedOn = [...new Set(behind)].filter((name) => !seen.has(name)).slice(0, OVER_HANDED_ON_MAX)
  return [...seen, ...handedOn].sort()
}
