import type { LogEntry } from '@tombolo/core'
import { expect, test } from 'vitest'
import { CHUNK_CHARACTERS_MAX, chunksOf } from './chunks.ts'

/** Entries that are only as long as they are told to be. */
const entriesOf = (lengths: readonly number[]): readonly LogEntry[] =>
  lengths.map((length, index) => ({ version: index + 1, by: 'x'.repeat(length) }) as LogEntry)

function chunked(lengths: readonly number[]): { readonly chunks: ReturnType<typeof chunksOf>; readonly encoded: number } {
  let encoded = 0
  const chunks = chunksOf(entriesOf(lengths), (entries) => {
    encoded += entries.length
    return entries.map(({ by }) => by).join('')
  })
  return { chunks, encoded }
}

test.each([
  ['one', [300]],
  ['as many as a push may hold', Array.from({ length: 1000 }, (_, index) => 300 + (index % 50))],
  ['small ones, then large ones', Array.from({ length: 600 }, (_, index) => (index < 300 ? 100 : 5000))],
  ['large ones, then small ones', Array.from({ length: 600 }, (_, index) => (index < 100 ? 9000 : 100))],
  ['one that is larger than a chunk, among others', Array.from({ length: 200 }, (_, index) => (index === 90 ? 1_000_000 : 300))],
])('[Q2] %s: chunks hold every entry once, in order, and are bounded but for a single entry', (_, lengths) => {
  const { chunks } = chunked(lengths)
  expect(chunks.map(({ text }) => text.length).reduce((sum, length) => sum + length, 0)).toBe(lengths.reduce((sum, one) => sum + one, 0))
  let next = 1
  for (const { first, last, text } of chunks) {
    expect(first).toBe(next)
    next = last + 1
    expect(first === last || text.length <= CHUNK_CHARACTERS_MAX).toBe(true)
  }
  expect(next).toBe(lengths.length + 1)
})

test('[Q2] entries of one push are encoded once, however many there are', () => {
  const lengths = Array.from({ length: 1000 }, (_, index) => 500 + (index % 50))
  expect(chunked(lengths).encoded).toBe(lengths.length)
})
