/**
 * The reference for tests and simulations: what entries show, by the table of rules in docs/spec/merge.md, read literally. It shares no code
 * with merge/, so that what ships can be held against it. No promise of stability: this entry may change with any version.
 */
import { canonicalJson, type Json } from './canonical.ts'
import type { Name } from './ids.ts'
import type { Stamp } from './stamp.ts'

export interface ReferenceEntry {
  readonly name: Name
  readonly stamp: Stamp
  readonly hubStamp: Stamp
  readonly by: string
  readonly unverified: boolean
  readonly value: Json
  readonly resolves: string | undefined
}

type Candidate = Pick<ReferenceEntry, 'value' | 'stamp' | 'by'>
type PlainRule = 'latest' | 'review' | 'max' | 'min' | 'first' | 'arrival'

export type ReferenceRule =
  { readonly type: PlainRule } | { readonly type: 'custom'; readonly choose: (candidates: readonly Candidate[]) => Json }

export interface ReferenceShown {
  /** Undefined where there are no entries. */
  readonly value: Json | undefined
  /** The names of the entries that a person must decide between; empty where nobody is asked. */
  readonly conflict: readonly Name[]
}

/** What a rule shows: the entry that goes before every other one that contends. */
export function referenceShown(rule: ReferenceRule, entries: readonly ReferenceEntry[]): ReferenceShown {
  if (entries.length === 0) return { value: undefined, conflict: [] }
  const contending = entries.filter((entry) => !entries.some((other) => isGreaterDecision(other, entry))).toSorted(byName)
  if (rule.type === 'custom') return { value: rule.choose(contending.map(({ value, stamp, by }) => ({ value, stamp, by }))), conflict: [] }
  const first = contending.find((entry) => contending.every((other) => other === entry || goesBefore(rule.type, entry, other)))
  const differ = new Set(contending.map(({ value }) => canonicalJson(value))).size > 1
  return { value: first?.value, conflict: rule.type === 'review' && differ ? contending.map(({ name }) => name) : [] }
}

/** What `onDelete` makes of the entries of a record's life. */
export function referenceLife(
  onDelete: 'edit-wins' | 'delete-wins' | 'review',
  entries: readonly Pick<ReferenceEntry, 'value'>[],
): { readonly deleted: boolean; readonly conflicted: boolean } {
  const has = (life: string): boolean => entries.some(({ value }) => value === life)
  const both = has('alive') && has('deleted')
  return { deleted: has('deleted') && (!both || onDelete === 'delete-wins'), conflicted: both && onDelete === 'review' }
}

const byName = (a: ReferenceEntry, b: ReferenceEntry): number => (a.name < b.name ? -1 : 1)
const isLater = (a: ReferenceEntry, b: ReferenceEntry): boolean => a.stamp > b.stamp || (a.stamp === b.stamp && a.name > b.name)
const isGreaterDecision = (other: ReferenceEntry, entry: ReferenceEntry): boolean =>
  entry.resolves !== undefined && other.resolves === entry.resolves && isLater(other, entry)

function goesBefore(rule: PlainRule, a: ReferenceEntry, b: ReferenceEntry): boolean {
  switch (rule) {
    case 'latest':
    case 'review':
      return isLater(a, b)
    case 'max':
      return isLess(b.value, a.value) || (!isLess(a.value, b.value) && a.name > b.name)
    case 'min':
      return isLess(a.value, b.value) || (!isLess(b.value, a.value) && a.name < b.name)
    case 'first':
      return a.unverified === b.unverified ? isLater(b, a) : b.unverified
    case 'arrival':
      return a.hubStamp > b.hubStamp || (a.hubStamp === b.hubStamp && isLater(a, b))
  }
}

/** null, false, true, numbers, strings, then everything else by its canonical text. */
function isLess(a: Json, b: Json): boolean {
  const [kind, size] = sizeOf(a)
  const [otherKind, otherSize] = sizeOf(b)
  return kind === otherKind ? size < otherSize : kind < otherKind
}

function sizeOf(value: Json): readonly [number, number | string] {
  if (value === null) return [0, 0]
  if (typeof value === 'boolean') return [1, value ? 1 : 0]
  if (typeof value === 'number') return [2, value]
  return typeof value === 'string' ? [3, value] : [4, canonicalJson(value)]
}
