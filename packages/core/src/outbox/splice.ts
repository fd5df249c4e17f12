/** Splices: one replaced stretch of a text. Positions count UTF-16 code units, as an input's selection does; no surrogate pair is cut. */
import type { TextDelta } from './text-delta.ts'

/** One stretch of a text, replaced by another. Positions count UTF-16 code units, as strings and inputs do. */
export interface Splice {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

export const applySplice = (text: string, { at, remove, insert }: Splice): string => text.slice(0, at) + insert + text.slice(at + remove)

/** A delta as a sequence of splices; each applies to the text that the ones before it produced. */
export function splicesOf(delta: TextDelta): readonly Splice[] {
  const splices: Splice[] = []
  let at = 0
  for (const part of delta) {
    if (typeof part === 'string') {
      splices.push({ at, remove: 0, insert: part })
      at += part.length
    } else if (part > 0) at += part
    else splices.push({ at, remove: -part, insert: '' })
  }
  return splices
}
