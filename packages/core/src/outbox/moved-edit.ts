/** Moves an edit of a text to the text as others left it meanwhile. Loaded with the text editor. */
import { type Splice, splicesOf } from './splice.ts'
import { moveOver } from './text-delta.ts'
import { diffText, typedDelta } from './text-diff.ts'

/**
 * Transforms a person's edit of the text that they saw to the text as it is now. What others wrote in the meantime stays, even inside a
 * deleted stretch.
 */
export const movedEdit = (from: string, to: string, now: string): readonly Splice[] =>
  splicesOf(moveOver(typedDelta(from, to, null), diffText(from, now), false))
