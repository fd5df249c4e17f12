/**
 * A line of the ledger, as text.
 *
 *   line    16 characters of the SHA-256 of the entry in base64url, a space, the entry as JSON, a newline
 *   entry   ["gone", space, through, [[collection, record], …]]
 *
 * The first member says what kind of entry it is. An entry names no content.
 */
import { hash } from 'node:crypto'
import { err, ok, type RecordId, type Result, type SpaceId } from '@tombolo/core'
import type { Gone } from '../storage.ts'

const SUM_LENGTH = 16

export function lineOf({ space, through, records }: Gone): string {
  const entry = JSON.stringify(['gone', space, through, records.map(({ collection, id }) => [collection, id])])
  return `${sumOf(entry)} ${entry}\n`
}

/** Reads a line without its newline. `unknown`: it is whole, and of a kind that this version does not know. */
export function parseLine(line: string): Result<Gone, 'damaged' | 'unknown'> {
  const entry = line.slice(SUM_LENGTH + 1)
  if (line !== `${sumOf(entry)} ${entry}`) return err('damaged')
  const [kind, space, through, records] = JSON.parse(entry) as Entry
  if (kind !== 'gone') return err('unknown')
  return ok({ space, through, records: records.map(([collection, id]) => ({ collection, id })) })
}

/** What the checksum vouches for: this program wrote it. */
type Entry = readonly [kind: string, space: SpaceId, through: number, records: readonly (readonly [collection: string, id: RecordId])[]]

const sumOf = (entry: string): string => hash('sha256', entry, 'base64url').slice(0, SUM_LENGTH)
