/**
 * Rules choose which value a register shows and whether to ask a person. The app declares one for each field.
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

/** A concurrent entry, as passed to a custom rule. Candidates are sorted by name, the same on every replica. */
export interface Candidate {
  readonly value: Json
  readonly stamp: number
  readonly by: string
}

/** How a field chooses among concurrent values. A rule never decides which values are kept. */
export type Rule =
  | { readonly type: 'latest' | 'review' | 'max' | 'min' | 'first' | 'arrival' }
  | { readonly type: 'custom'; readonly choose: (candidates: readonly Candidate[]) => Json }

/** The rule of a field that declares none: the value with the greatest stamp, then the greatest name. */
export const LATEST: Rule = { type: 'latest' }

/** The value that a register shows, and where it comes from. */
export interface Shown {
  /** Undefined if nobody has written the field. */
  readonly value: Json | undefined
  /** The entry that is shown; also undefined if a custom rule returned a value that no entry has. */
  readonly entry: Entry | undefined
  /** The concurrent entries. More than one, with different values, is a conflict under `review`. */
  readonly contenders: readonly Entry[]
  readonly conflicted: boolean
}

const NOTHING: Shown = { value: undefined, entry: undefined, contenders: [], conflicted: false }

/** Applies a rule to a register. */
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

/** Keeps only the resolution with the greatest stamp for each conflict, so that concurrent resolutions do not reopen it. */
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

/** Whether `a` is shown in preference to `b`. A strict order for every rule: names break ties. */
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

/** The field name of a record's life, in conflicts and in look-ups of own writes. */
export const LIFE_FIELD = '$life'

/** The outcome when one person deletes a record and another writes to it without having seen that. `review` asks a person. */
export type OnDelete = 'edit-wins' | 'delete-wins' | 'review'

/** Whether a record exists, and whether a person has to decide it. */
export interface ShownLife {
  readonly deleted: boolean
  readonly conflicted: boolean
}

/** Whether the record exists. If its life has both `alive` and `deleted` entries, the collection's `onDelete` decides. */
export function showLife(onDelete: OnDelete, life: Register): ShownLife {
  const deleted = life.entries.some((entry) => entry.value === 'deleted')
  if (!deleted) return { deleted: false, conflicted: false }
  const alive = life.entries.some((entry) => entry.value === 'alive')
  if (!alive) return { deleted: true, conflicted: false }
  return { deleted: onDelete === 'delete-wins', conflicted: onDelete === 'review' }
}
