/**
 * Computes the `over` of a new write: the names of the writes that it supersedes, which are those its author saw. They are listed in this
 * order, so that what the next write hands on of them is what lies nearest behind it:
 *
 * 1. the entries of the field in the author's view;
 * 2. the `over` of those entries ("handed on"): a hub restored from a backup may have lost an entry and still hold the writes it
 *    superseded. An entry in every restorable backup hands on nothing: no restore can lose it;
 * 3. the author's own writes of the field that the hub has not confirmed or has refused, and the `over` of each, so that refusing one
 *    causes no new conflict [M8].
 */
import { OVER_HANDED_ON_MAX, OVER_MAX, OVER_OWN_MAX } from '../limits.ts'
import type { Name } from '../ids.ts'
import type { Register } from './register.ts'

/** One of the author's own writes of this field that is not yet in the confirmed record. */
export interface OwnWrite {
  readonly name: Name
  readonly over: readonly Name[]
}

/**
 * The author's own writes of a field: the newest of them, and the names of all. A field may be written thousands of times before the hub is
 * reached, so a write costs no more for the many before it.
 */
export class OwnWrites {
  readonly #newest: OwnWrite[]
  readonly #names = new Set<Name>()
  readonly #before: OwnWrites | null

  /**
   * @param writes in the order of writing
   * @param before older writes, to which none is added any more
   */
  constructor(writes: Iterable<OwnWrite> = [], before: OwnWrites | null = null) {
    this.#before = before
    this.#newest = [...(before?.newest ?? [])]
    for (const write of writes) this.add(write)
  }

  /** Adds a write that is newer than the others. */
  add(write: OwnWrite): void {
    this.#newest.push(write)
    this.#names.add(write.name)
    if (this.#newest.length > OVER_OWN_MAX) this.#newest.shift()
  }

  /** The newest writes, in the order of writing. */
  get newest(): readonly OwnWrite[] {
    return this.#newest
  }

  has(name: Name): boolean {
    return this.#names.has(name) || this.#before?.has(name) === true
  }
}

const NOTHING: readonly Name[] = []

/**
 * The names that a new write supersedes. `durableThrough` is the version of the space that every
 * restorable backup has reached [P6]; 0 if it belongs to another epoch than the register's version, since the two cannot be compared then.
 */
export function overOf(register: Register | undefined, own: OwnWrites, durableThrough: number): readonly Name[] {
  const entries = register?.entries ?? []
  if (entries.length === 0 && own.newest.length === 0) return NOTHING
  const names = new Set(entries.map((entry) => entry.name))
  if (register !== undefined && mayBeLost(register, durableThrough)) {
    addUpTo(names, OVER_HANDED_ON_MAX, inTurns(entries.map((entry) => entry.over)))
  }
  addOwn(names, own)
  return names.size > OVER_MAX ? [...names].slice(0, OVER_MAX) : [...names]
}

/** Whether a restore could lose the register's entries. Version 0: only the author's own unconfirmed writes hold it. */
const mayBeLost = ({ version }: Register, durableThrough: number): boolean => version === 0 || version > durableThrough

/** Adds the newest own writes, then names from their `over`. Older own writes need no entry: the `over` of a newer one names them. */
function addOwn(names: Set<Name>, own: OwnWrites): void {
  const newestFirst = own.newest.toReversed()
  for (const write of newestFirst) names.add(write.name)
  const most = names.size + OVER_OWN_MAX
  for (const write of newestFirst) {
    for (const name of write.over) {
      if (names.size >= most) return
      if (!own.has(name)) names.add(name)
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

/** Interleaves the lists: the first of each, then the second of each … */
function inTurns(lists: readonly (readonly Name[])[]): readonly Name[] {
  const [only] = lists
  if (only !== undefined && lists.length === 1) return only
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat()
}
