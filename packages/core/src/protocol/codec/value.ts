/**
 * Values from outside: any JSON whose nesting is bounded. The type, depth and size of a value are judged by the verdict of its change; the
 * whole message is refused only if it cannot be read.
 */
import type { Json } from '../../canonical.ts'
import { MESSAGE_DEPTH_MAX } from '../../limits.ts'
import type { DecodeCode, Reader } from './reader.ts'
import type { Tuple } from './wire.ts'

/** Reads a value that must be present; null counts as present. */
export function readValue(reader: Reader, tuple: Tuple, at: number): Json {
  const value = tuple[at]
  if (typeof value === 'string') return value
  const fault = faultOf(value, MESSAGE_DEPTH_MAX)
  return fault === null ? (value as Json) : reader.refuse(at, fault)
}

function faultOf(value: unknown, depthLeft: number): DecodeCode | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  // A parser reads 1e999 as Infinity.
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'message.malformed'
  if (typeof value !== 'object') return 'message.malformed'
  if (depthLeft === 0) return 'message.tooDeep'
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    const fault = faultOf(member, depthLeft - 1)
    if (fault !== null) return fault
  }
  return null
}
