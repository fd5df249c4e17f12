/**
 * Rules: what a register shows of its entries, and whether a person is asked. Declared per field by the product.
 *
 * | rule    | shown                                                   | a person asked?          |
 * | latest  | greatest effective stamp                                | no                       |
 * | review  | greatest effective stamp, marked                        | yes, where values differ |
 * | max min | by value, among concurrent entries                      | no                       |
 * | first   | smallest stamp, a verified clock before an unverified   | no                       |
 * | arrival | greatest stamp of the hub; own open writes are newest   | no                       |
 * | custom  | what the product's pure function of the entries returns | no                       |
 */
import { canonicalJson, sameJson, type Json } from '../canonical.ts'
import type { Entry, Register } from './register.ts'

/** What a custom rule is given: the concurrent entries in the order of their names, which is the same on every replica. */
export interface Candidate {
  readonly value: Json
  readonly stamp: number
  readonly by: string
}

/** What a field shows of concurrent values. It never decides what is kept. */
export type Rule =
  | { readonly type: 'latest' | 'review' | 'max' | 'min' | 'first' | 'arrival' }
  | { readonly type: 'custom'; readonly choose: (candidates: readonly Candidate[]) => Json }

/** The rule of a field that declares none: the value with the greatest stamp, then the greatest name. */
export const LATEST: Rule = { type: 'latest' }

/** What a register shows, and why. */
export interface Shown {
  /** Undefined where nobody has written the field. */
  readonly value: Json | undefined
  /** The entry that is shown; undefined also for a custom value that no entry has. */
  readonly entry: Entry | undefined
  /** The entries that stand beside one another: more than one, and not all of one value, is a conflict under `review`. */
  readonly contenders: readonly Entry[]
  readonly conflicted: boolean
}

const NOTHING: Shown = { value: undefined, entry: undefined, contenders: [], conflicted: false }

/** What a register shows under a rule. */
export function show(rule: Rule, register: Register): Shown {
  const only = register.entries[0]
  if (only === undefined) return NOTHING
  if (register.entries.length === 1 && rule.type !== 'custom')
    return { value: only.value, entry: only, contenders: register.entries, conflicted: false }
  const contenders = withoutLesserResolutions(register.entries)
  if (rule.type === 'custom') return chosen(rule.choose, contenders)
  const entry = contenders.reduce((best, other) => (precedes(rule.type, other, best) ? other : best))
  return { value: entry.value, entry, contenders, conflicted: rule.type === 'review' && differ(contenders) }
}

/** Of concurrent resolutions of the same conflict the greatest stamp counts; it does not reopen. */
function withoutLesserResolutions(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => {
    if (entry.resolves === undefined) return true
    return !entries.some((other) => other.resolves === entry.resolves && laterStamp(other, entry))
  })
}

function chosen(choose: (candidates: readonly Candidate[]) => Json, contenders: readonly Entry[]): Shown {
  const value = choose(contenders.map((entry) => ({ value: entry.value, stamp: entry.stamp, by: entry.by })))
  return { value, entry: contenders.find((entry) => sameJson(entry.value, value)), contenders, conflicted: false }
}

/** Does `a` go before `b` in what is shown? A strict order for every rule: ties end at the name. */
function precedes(type: Exclude<Rule['type'], 'custom'>, a: Entry, b: Entry): boolean {
  switch (type) {
    case 'latest':
    case 'review':
      return laterStamp(a, b)
    case 'max':
      return compareValues(a.value, b.value) > 0 || (sameJson(a.value, b.value) && a.name > b.name)
    case 'min':
      return compareValues(a.value, b.value) < 0 || (sameJson(a.value, b.value) && a.name < b.name)
    case 'first':
      return (a.unverified ?? false) === (b.unverified ?? false) ? laterStamp(b, a) : b.unverified === true
    case 'arrival':
      return a.hubStamp === b.hubStamp ? laterStamp(a, b) : a.hubStamp > b.hubStamp
  }
}

const laterStamp = (a: Entry, b: Entry): boolean => a.stamp > b.stamp || (a.stamp === b.stamp && a.name > b.name)

/**
 * A total order of JSON values: null, booleans, numbers by size, strings by UTF-16 code units (which orders ISO dates by time), then
 * arrays and objects by their canonical text.
 */
export function compareValues(a: Json, b: Json): number {
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const left = typeof a === 'string' ? a : canonicalJson(a)
  const right = typeof b === 'string' ? b : canonicalJson(b)
  return left < right ? -1 : left > right ? 1 : 0
}

const RANKS: readonly string[] = ['boolean', 'number', 'string', 'object']
const rankOf = (value: Json): number => (value === null ? -1 : RANKS.indexOf(typeof value))

const differ = (entries: readonly Entry[]): boolean => entries.some((entry) => !sameJson(entry.value, entries[0]?.value ?? null))

/** What a record's life is called among its fields: in conflicts, and where own writes of it are asked for. */
export const LIFE_FIELD = '$life'

/** What becomes of a record that one person deletes and another, not having seen that, writes to. `review` asks a person. */
export type OnDelete = 'edit-wins' | 'delete-wins' | 'review'

/** Whether a record is there, and whether a person has to say so. */
export interface ShownLife {
  readonly deleted: boolean
  readonly conflicted: boolean
}

/** Is the record there? Only `alive`: alive; only `deleted`: deleted; both: the collection's `onDelete` decides. */
export function showLife(onDelete: OnDelete, life: Register): ShownLife {
  const deleted = life.entries.some((entry) => entry.value === 'deleted')
  if (!deleted) return { deleted: false, conflicted: false }
  const alive = life.entries.some((entry) => entry.value === 'alive')
  if (!alive) return { deleted: true, conflicted: false }
  return { deleted: onDelete === 'delete-wins', conflicted: onDelete === 'review' }
}
