/**
 * Values from outside: any JSON that is not nested beyond all measure. What a value of one change may be (its type, depth and size) is
 * for that change's verdict: a message is refused whole only for what would keep it from being read.
 */
import type { Json } from '../../canonical.ts'
import { MESSAGE_DEPTH_MAX } from '../../limits.ts'
import type { DecodeCode, Reader } from './reader.ts'
import type { Tuple } from './wire.ts'

/** A value that must be there; null is one. */
export function readValue(reader: Reader, tuple: Tuple, at: number): Json {
  const value = tuple[at]
  if (typeof value === 'string') return value
  const fault = faultOf(value, MESSAGE_DEPTH_MAX)
  return fault === null ? (value as Json) : reader.refuse(at, fault)
}

function faultOf(value: unknown, depthLeft: number): DecodeCode | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  // A parser makes Infinity of 1e999.
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'message.malformed'
  if (typeof value !== 'object') return 'message.malformed'
  if (depthLeft === 0) return 'message.tooDeep'
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    const fault = faultOf(member, depthLeft - 1)
    if (fault !== null) return fault
  }
  return null
}
