/**
 * A mutant: the product with one rule left out, as a good engineer might leave it out. Testers are tested with them: one that finds nothing
 * in a mutant proves nothing when it finds nothing in the product.
 */
import type { Group } from './groups.ts'

export interface Mutant {
  readonly id: string
  /** The group of failure modes that the rule is there against. */
  readonly group: Group
  /** The rule that is left out, in a sentence. */
  readonly without: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly before: string
  readonly after: string
}

/** The source with its fault. Throws where the source has moved on, so that no mutant silently becomes the product. */
export function mutated({ id, file, before, after }: Mutant, source: string): string {
  const parts = source.split(before)
  const [head, tail] = parts
  if (head === undefined || tail === undefined || parts.length > 2)
    throw new Error(`mutant ${id}: ${file} has its text ${parts.length - 1} times instead of once`)
  return head + after + tail
}
