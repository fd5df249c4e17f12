/**
 * Splices: one replaced stretch of a text. A screen says what it saw and what the person made of it; what others wrote meanwhile stays.
 * Positions count UTF-16 code units, as an input's selection does; a splice never cuts a surrogate pair.
 */
export interface Splice {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** The smallest splice that makes `after` of `before`. */
export function spliceBetween(before: string, after: string): Splice {
  let start = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--
  let end = 0
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end--
  return { at: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) }
}

export const applySplice = (text: string, splice: Splice): string =>
  text.slice(0, splice.at) + splice.insert + text.slice(splice.at + splice.remove)

/**
 * The same splice on a text that has moved on from `before` to `now`. Where the two touch the same stretch, both insertions stay
 * and only what both knew is removed.
 */
export function rebaseSplice(splice: Splice, before: string, now: string): Splice {
  if (before === now) return splice
  const other = spliceBetween(before, now)
  const at = mapPosition(splice.at, other, 'after')
  const end = mapPosition(splice.at + splice.remove, other, 'before')
  return { at, remove: Math.max(0, end - at), insert: splice.insert }
}

/** Where a position of the old text is in the new one; inside what was replaced it goes to the edge named by `stick`. */
export function mapPosition(position: number, splice: Splice, stick: 'before' | 'after'): number {
  if (position < splice.at || (position === splice.at && stick === 'before')) return position
  if (position >= splice.at + splice.remove) return position + splice.insert.length - splice.remove
  return stick === 'before' ? splice.at : splice.at + splice.insert.length
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff
