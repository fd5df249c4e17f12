/** Deltas between two texts when only the texts themselves are known. */
import { Builder, type TextDelta, UNCHANGED } from './text-delta.ts'

/**
 * The change a person made in an input, as one stretch. Between equal characters several are possible ('aa' → 'aaa'); the caret, which
 * typing and deleting leave at the end of the change, tells which one was meant. `caret` null: unknown; then it is the one that looks most
 * like whole words.
 */
export function typedDelta(before: string, after: string, caret: number | null): TextDelta {
  if (before === after) return UNCHANGED
  const shorter = Math.min(before.length, after.length)
  const behindCaret = caret === null ? 0 : commonEnd(before, after, Math.min(shorter, after.length - caret))
  const start = commonStart(before, after, shorter - behindCaret)
  const end = commonEnd(before, after, shorter - start)
  const back = caret === null && start + end === shorter ? stepsToWords(before, after, start, end) : 0
  return stretch(before, after, start - back, end + back)
}

/** How far a stretch that was only put in, or left out, is moved back over equal characters, so that it consists of whole words. */
function stepsToWords(before: string, after: string, start: number, end: number): number {
  const longer = before.length > after.length ? before : after
  let [best, bestGap] = [0, -1]
  for (let back = 0; back <= Math.min(start, STEPS_MAX); back++) {
    const [from, to] = [start - back, longer.length - end - back]
    if (back > 0 && longer.charCodeAt(from) !== longer.charCodeAt(to)) break
    const gap = gapAt(longer, from) + gapAt(longer, to)
    if (gap > bestGap) [best, bestGap] = [back, gap]
  }
  return best
}

/** How much of a gap is between two characters: 0 inside a word, 1 beside one, 2 beside a space or between signs, 3 beside a line's end. */
function gapAt(text: string, at: number): number {
  const [left, right] = [text.charAt(at - 1), text.charAt(at)]
  if (left === '' || right === '' || left === '\n' || right === '\n') return 3
  const words = [left, right].filter((unit) => WORD_UNIT.test(unit)).length
  return words < 2 && (/\s/.test(left) || /\s/.test(right)) ? 2 : 2 - words
}

/**
 * The change that others made to a text, possibly in several places: in as few words as possible, and within these in as few characters. By
 * characters alone a word would be found in the letters of others, and what is moved over the change would land inside them. Texts that
 * differ too much are treated as one replaced stretch.
 */
export function diffText(before: string, after: string): TextDelta {
  if (before === after) return UNCHANGED
  const shorter = Math.min(before.length, after.length)
  const start = startOfWord(before, after, commonStart(before, after, shorter))
  const end = endOfWord(before, after, commonEnd(before, after, shorter - start))
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  const builder = new Builder().keep(start)
  addChange(builder, a, b, wordsOf, DIFF_EDITS_MAX, (inA, inB, editsMax) =>
    addChange(builder, inA, inB, Array.from, editsMax, (x, y) => builder.insert(y).drop(x.length)),
  )
  return builder.delta()
}

type Split = (text: string) => readonly string[]
type Replace = (before: string, after: string, editsMax: number) => void

/**
 * Adds the change of `a` to `b`, in units of `split`; what is replaced by something else is added by `replace`. Its searches share the
 * limit of this one: the work of each grows as the square of its edits.
 */
function addChange(builder: Builder, a: string, b: string, split: Split, editsMax: number, replace: Replace): void {
  const isOneStretch = a === '' || b === '' || a.length + b.length > DIFF_LENGTH_MAX
  const [before, after] = isOneStretch ? [[], []] : [split(a), split(b)]
  const runs = isOneStretch ? null : commonRuns(before, after, editsMax)
  if (runs === null) return void builder.insert(b).drop(a.length)
  const shareOfEach = Math.floor(editsMax / Math.sqrt(runs.length + 1))
  let [x, y] = [0, 0]
  for (const run of [...runs, { a: before.length, b: after.length, length: 0 }]) {
    const [gone, come] = [before.slice(x, run.a).join(''), after.slice(y, run.b).join('')]
    if (gone === '' || come === '') builder.insert(come).drop(gone.length)
    else replace(gone, come, shareOfEach)
    ;[x, y] = [run.a + run.length, run.b + run.length]
    builder.keep(before.slice(run.a, x).join('').length)
  }
}

/** Words, and each other character by itself. No surrogate pair is cut. */
const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]/gu) ?? []

/**
 * Limits of the search, in UTF-16 units of both middles together and in edits (words, then characters). Beyond them a difference is one
 * stretch, because a caret waits for the result.
 */
const DIFF_LENGTH_MAX = 20_000
const DIFF_EDITS_MAX = 200
/** How far a place is looked for: a line of text. */
const STEPS_MAX = 200

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

/** Half of a surrogate pair counts as part of a word, so that none is cut. */
const WORD_UNIT = /[\p{L}\p{M}\p{N}\p{Cs}]/u

const isWordUnit = (text: string, at: number): boolean => WORD_UNIT.test(text.charAt(at))

/** Moves back to where the word begins if one of the texts goes on with it. */
function startOfWord(a: string, b: string, start: number): number {
  const isCut = start > 0 && isWordUnit(a, start - 1) && (isWordUnit(a, start) || isWordUnit(b, start))
  let moved = start
  if (isCut) while (moved > 0 && isWordUnit(a, moved - 1)) moved--
  return moved
}

function endOfWord(a: string, b: string, end: number): number {
  const [endOfA, endOfB] = [a.length - end, b.length - end]
  const isCut = end > 0 && isWordUnit(a, endOfA) && (isWordUnit(a, endOfA - 1) || isWordUnit(b, endOfB - 1))
  let moved = end
  if (isCut) while (moved > 0 && isWordUnit(a, a.length - moved)) moved--
  return moved
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
 * point on each diagonal k = x − y. Null past `editsMax`.
 */
function commonRuns(a: readonly string[], b: readonly string[], editsMax: number): readonly Run[] | null {
  const furthest = new Map<number, number>([[1, 0]])
  const trace: ReadonlyMap<number, number>[] = []
  for (let edits = 0; edits <= editsMax; edits++) {
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
