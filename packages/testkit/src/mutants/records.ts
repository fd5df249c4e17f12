/**
 * What is known of each mutant, in records.json: kept, because to find it out again takes an hour. A record counts only for the patch that
 * it was made with.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hunt } from './hunt.ts'
import type { Mutant } from './mutant.ts'

export interface MutantRecord {
  /** Of the patch. */
  readonly hash: string
  /** How the last hunt from seed 1 on ended; left out: it was not hunted since. */
  readonly hunt?: Omit<Hunt, 'message'>
  /** The first test file of core, client and hub that failed, or null if all passed; left out: not known yet. */
  readonly unitTests?: string | null
}

export type Records = ReadonlyMap<string, MutantRecord>

const FILE: string = join(import.meta.dirname, 'records.json')

export const hashOf = ({ file, before, after }: Mutant): string =>
  createHash('sha256').update(`${file}\n${before}\n${after}`).digest('hex').slice(0, 12)

export const storedRecords = (): Records => new Map(Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, MutantRecord>))

/** Without the records of patches that have changed. */
export function readRecords(mutants: readonly Mutant[]): Map<string, MutantRecord> {
  const records = storedRecords()
  const known = mutants.flatMap((mutant) => {
    const record = records.get(mutant.id)
    return record?.hash === hashOf(mutant) ? [[mutant.id, record] as const] : []
  })
  return new Map(known)
}

export const writeRecords = (records: Records): void =>
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries([...records].sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`)
