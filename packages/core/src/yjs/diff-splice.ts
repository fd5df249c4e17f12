/**
 * The smallest splice that makes one string of another, for inputs that only say what they hold now.
 *
 * Between equal characters there are several: 'aa' → 'aaa' may have grown at any place. Where the caret stands afterwards tells
 * which the person meant, for typing and deleting both leave it at the end of the change.
 */
import type { Splice } from '../outbox/splice.ts'

/** `caret`: where it stands in `after`. Never cuts a surrogate pair. */
export function diffSplice(before: string, after: string, caret: number = after.length): Splice {
  const shorter = Math.min(before.length, after.length)
  const behindCaret = commonEnd(before, after, Math.max(0, Math.min(shorter, after.length - caret)))
  let start = commonStart(before, after, shorter - behindCaret)
  if (start > 0 && isHigh(before, start - 1) && (isLow(before, start) || isLow(after, start))) start--
  let end = commonEnd(before, after, shorter - start)
  if (end > 0 && isLow(before, before.length - end) && (isHigh(before, before.length - end - 1) || isHigh(after, after.length - end - 1)))
    end--
  return { at: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) }
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

const isHigh = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800
const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00
