/** Deltas between two texts when only the texts themselves are known. */
import { Builder, type TextDelta, UNCHANGED } from './text-delta.ts'

/**
 * The change a person made in an input, as one stretch. Between equal characters several are possible ('aa' → 'aaa'); the caret, which
 * typing and deleting leave at the end of the change, tells which one was meant. `caret` null: unknown.
 */
export function typedDelta(before: string, after: string, caret: number | null): TextDelta {
  if (before === after) return UNCHANGED
  const shorter = Math.min(before.length, after.length)
  const behindCaret = caret === null ? 0 : commonEnd(before, after, Math.min(shorter, after.length - caret))
  const start = commonStart(before, after, shorter - behindCaret)
  const end = commonEnd(before, after, shorter - start)
  return stretch(before, after, start, end)
}

/**
 * The change that others made to a text, possibly in several places, in as few characters as possible. Texts that differ too much are
 * treated as one replaced stretch.
 */
export function diffText(before: string, after: string): TextDelta {
  if (before === after) return UNCHANGED
  const shorter = Math.min(before.length, after.length)
  const start = startOfPair(before, after, commonStart(before, after, shorter))
  const end = endOfPair(before, after, commonEnd(before, after, shorter - start))
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  const runs = a === '' || b === '' || a.length + b.length > DIFF_LENGTH_MAX ? null : commonRuns(Array.from(a), Array.from(b))
  if (runs === null) return stretch(before, after, start, end)
  return deltaOfRuns(start, Array.from(a), Array.from(b), runs)
}

/**
 * Limits of the search, in UTF-16 units of both middles together and in edits. Beyond them a difference is one stretch, because a caret
 * waits for the result.
 */
const DIFF_LENGTH_MAX = 20_000
const DIFF_EDITS_MAX = 200

function stretch(before: string, after: string, commonAtStart: number, commonAtEnd: number): TextDelta {
  const start = startOfPair(before, after, commonAtStart)
  const end = endOfPair(before, after, Math.min(commonAtEnd, before.length - start, after.length - start))
  return new Builder()
    .keep(start)
    .insert(after.slice(start, after.length - end))
    .drop(before.length - start - end)
    .delta()
}

function commonStart(a: string, b: string, most: number): number {
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}

function commonEnd(a: string, b: string, most: number): number {
  let length = 0
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++
  return length
}

/** Moves back by one if a surrogate pair would be cut. */
const startOfPair = (a: string, b: string, start: number): number =>
  start > 0 && isHigh(a.charCodeAt(start - 1)) && (isLow(a.charCodeAt(start)) || isLow(b.charCodeAt(start))) ? start - 1 : start

const endOfPair = (a: string, b: string, end: number): number =>
  end > 0 && isLow(a.charCodeAt(a.length - end)) && (isHigh(a.charCodeAt(a.length - end - 1)) || isHigh(b.charCodeAt(b.length - end - 1)))
    ? end - 1
    : end

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800
const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00

/** A stretch of equal characters: where it begins in each, and how long it is. */
interface Run {
  readonly a: number
  readonly b: number
  readonly length: number
}

/**
 * E. W. Myers, 'An O(ND) difference algorithm and its variations' (1986), the greedy one: for each number of edits, the furthest
 * point on each diagonal k = x − y. Null past DIFF_EDITS_MAX.
 */
function commonRuns(a: readonly string[], b: readonly string[]): readonly Run[] | null {
  const furthest = new Map<number, number>([[1, 0]])
  const trace: ReadonlyMap<number, number>[] = []
  for (let edits = 0; edits <= DIFF_EDITS_MAX; edits++) {
    trace.push(new Map(furthest))
    for (let k = -edits; k <= edits; k += 2) {
      let x = startOn(furthest, k, edits)
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest.set(k, x)
      if (x === a.length && x - k === b.length) return runsOf(trace, a.length, b.length)
    }
  }
  return null
}

/** The point at which an edit enters diagonal `k`: by inserting a character of `b` or deleting one of `a`. */
function startOn(furthest: ReadonlyMap<number, number>, k: number, edits: number): number {
  return comesFromAbove(furthest, k, edits) ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1
}

/** Whether diagonal `k` is entered by inserting a character of `b`. */
const comesFromAbove = (furthest: ReadonlyMap<number, number>, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0))

/** Traces the path back from the end and returns its runs. */
function runsOf(trace: readonly ReadonlyMap<number, number>[], endOfA: number, endOfB: number): readonly Run[] {
  const runs: Run[] = []
  let [x, y] = [endOfA, endOfB]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Map<number, number>()
    const k = x - y
    const start = startOn(furthest, k, edits)
    if (x > start) runs.push({ a: start, b: start - k, length: x - start })
    ;[x, y] = comesFromAbove(furthest, k, edits) ? [start, start - k - 1] : [start - 1, start - k]
  }
  return runs.reverse()
}

function deltaOfRuns(start: number, a: readonly string[], b: readonly string[], runs: readonly Run[]): TextDelta {
  const builder = new Builder().keep(start)
  let [x, y] = [0, 0]
  for (const run of [...runs, { a: a.length, b: b.length, length: 0 }]) {
    builder
      .insert(b.slice(y, run.b).join(''))
      .drop(lengthOf(a, x, run.a))
      .keep(lengthOf(a, run.a, run.a + run.length))
    ;[x, y] = [run.a + run.length, run.b + run.length]
  }
  return builder.delta()
}

const lengthOf = (characters: readonly string[], from: number, to: number): number => characters.slice(from, to).join('').length
