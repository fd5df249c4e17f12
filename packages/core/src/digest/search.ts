/**
 * Finds the records in which device and hub differ [Q5], by range-based set reconciliation: the hub divides a range into parts of about
 * equally many records, and the device searches on in the parts whose digests differ from its own.
 *
 *   whole space ──► 16 parts ──► 16 parts of each that differs ──► … ──► a few records ──► taken from the hub
 *
 * n records with one difference take log₁₆ n answers. The hub keeps no state between requests, and both sides hold one answer at a time.
 * Pure: the device's shell asks what `nextStep` says, and tells the outcome.
 */
import type { RecordId } from '../ids.ts'
import type { Digested } from './digest.ts'

/** The records from id `from` to before id `to`; null: no bound on that side. */
export interface IdRange {
  readonly from: RecordId | null
  readonly to: RecordId | null
}

/** A part of a range in an answer of the hub: it reaches from this id to the next part. */
export interface DigestPart extends Digested {
  /** Null in the first part of a range that has no lower bound. */
  readonly from: RecordId | null
}

/** Ranges that are to be compared, and ranges that differ and are small enough to be read anew. */
export interface Search {
  readonly open: readonly IdRange[]
  readonly differing: readonly IdRange[]
  /** Whether a range was read anew already, so that the alarm has been told. */
  readonly hasTaken: boolean
}

/** The next request; null if nothing is left to compare or to read anew. */
export type SearchStep = { readonly type: 'compare' | 'take'; readonly range: IdRange }

/** The parts into which the hub divides a range. */
export const DIGEST_PARTS = 16
/** A differing part of at most this many records is read anew: another round trip would cost more than the records. */
const TAKEN_MAX = 16

/** A search of the whole space. */
export const NEW_SEARCH: Search = { open: [{ from: null, to: null }], differing: [], hasTaken: false }

/** Compares everything before it takes anything, so that the records of all sides stay as they are while they are compared. */
export function nextStep({ open, differing }: Search): SearchStep | null {
  const compare = open[0]
  if (compare !== undefined) return { type: 'compare', range: compare }
  const take = differing[0]
  return take === undefined ? null : { type: 'take', range: take }
}

/** The ranges of the parts into which the hub divided `range`. */
export const rangesOf = ({ from, to }: IdRange, parts: readonly DigestPart[]): readonly IdRange[] =>
  parts.map((part, index) => ({ from: index === 0 ? from : part.from, to: parts[index + 1]?.from ?? to }))

/** The search after the first open range was compared: `ours` are this device's digests of the ranges of `theirs`. */
export function afterCompare(search: Search, theirs: readonly DigestPart[], ours: readonly Digested[]): Search {
  const [range, ...open] = search.open
  if (range === undefined) return search
  const ranges = rangesOf(range, theirs)
  const unequal = theirs.flatMap((part, index) => (isEqual(part, ours[index]) ? [] : [index]))
  // Where most parts differ, going on would ask about everything twice.
  if (unequal.length * 2 > DIGEST_PARTS) return { ...search, open, differing: [...search.differing, range] }
  const small = unequal.filter((index) => theirs.length === 1 || (theirs[index]?.count ?? 0) <= TAKEN_MAX)
  const large = unequal.filter((index) => !small.includes(index))
  const pick = (indexes: readonly number[]): readonly IdRange[] => ranges.filter((_, index) => indexes.includes(index))
  return { ...search, open: [...pick(large), ...open], differing: [...search.differing, ...pick(small)] }
}

/** The search after the first differing range was read anew up to `to`. */
export function afterTake(search: Search, to: RecordId | null): Search {
  const [range, ...differing] = search.differing
  if (range === undefined) return search
  const rest = to === range.to ? [] : [{ from: to, to: range.to }]
  return { ...search, differing: [...rest, ...differing], hasTaken: true }
}

const isEqual = (theirs: Digested, ours: Digested | undefined): boolean => theirs.count === ours?.count && theirs.digest === ours.digest
