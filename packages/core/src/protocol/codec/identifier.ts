/**
 * Names of collections and fields. Names that every object inherits (`constructor`, `__proto__` …) are refused, so that a message cannot
 * touch the prototypes of the plain objects that hold records.
 */
import { IDENTIFIER_LENGTH_MAX } from '../../limits.ts'
import type { Reader } from './reader.ts'
import type { Tuple } from './wire.ts'

const IDENTIFIER = /^[$A-Za-z_][$A-Za-z0-9_]*$/

export const isIdentifier = (text: string): boolean => text.length <= IDENTIFIER_LENGTH_MAX && IDENTIFIER.test(text) && !(text in {})

export function readIdentifier(reader: Reader, tuple: Tuple, at: number): string {
  const text = reader.text(tuple, at)
  return isIdentifier(text) ? text : reader.refuse(at)
}
