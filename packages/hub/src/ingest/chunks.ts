/**
 * Log entries → chunks: encoded once, when they are merged; stored, sent to live sockets and served to pulls as they are.
 * A push is one chunk unless it is large, so that a page can be bounded in bytes [Q2].
 */
import type { LogEntry } from '@tombolo/core'
import type { LogChunk } from '../storage.ts'

/** Well below a page, so that pages fill well. */
const CHUNK_CHARACTERS_MAX = 128 * 1024

export function chunksOf(entries: readonly LogEntry[], encode: (entries: readonly LogEntry[]) => string): readonly LogChunk[] {
  const first = entries[0]
  const last = entries.at(-1)
  if (first === undefined || last === undefined) return []
  const text = encode(entries)
  if (text.length <= CHUNK_CHARACTERS_MAX || entries.length === 1) return [{ first: first.version, last: last.version, text }]
  const middle = entries.length >> 1
  return [...chunksOf(entries.slice(0, middle), encode), ...chunksOf(entries.slice(middle), encode)]
}
