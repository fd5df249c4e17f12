/**
 * Encodes log entries into chunks once, when they are merged. The texts are stored, sent to live sockets and served to pulls unchanged. A
 * push is one chunk unless it is large, so that a page can be bounded in bytes [Q2].
 */
import type { LogEntry } from '@tombolo/core'
import type { LogChunk } from '../storage.ts'

/** Much smaller than a page, so that pages are filled well. */
export const CHUNK_CHARACTERS_MAX: number = 128 * 1024
/** About as many ordinary changes as fit in a chunk. */
const ENTRIES_AT_FIRST = 64

type Encode = (entries: readonly LogEntry[]) => string

/**
 * Splits entries into chunks. The chunk before predicts how many entries fit: those of one push are similar, so hardly any is encoded
 * twice.
 */
export function chunksOf(entries: readonly LogEntry[], encode: Encode): readonly LogChunk[] {
  const chunks: LogChunk[] = []
  let count = ENTRIES_AT_FIRST
  for (let start = 0; start < entries.length;) {
    const slice = entries.slice(start, start + count)
    chunks.push(...halved(slice, encode))
    start += slice.length
    const last = chunks.at(-1)
    if (last !== undefined) count = countLike(last)
  }
  return chunks
}

/** An estimate of how many entries fit, a tenth less than in the chunk before, because sizes vary. */
const countLike = ({ first, last, text }: LogChunk): number =>
  Math.max(1, Math.floor((0.9 * CHUNK_CHARACTERS_MAX * (last - first + 1)) / text.length))

function halved(entries: readonly LogEntry[], encode: Encode): readonly LogChunk[] {
  const first = entries[0]
  const last = entries.at(-1)
  if (first === undefined || last === undefined) return []
  const text = encode(entries)
  if (text.length <= CHUNK_CHARACTERS_MAX || entries.length === 1) return [{ first: first.version, last: last.version, text }]
  const middle = entries.length >> 1
  return [...halved(entries.slice(0, middle), encode), ...halved(entries.slice(middle), encode)]
}
