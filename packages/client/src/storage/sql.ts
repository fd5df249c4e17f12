// The SQL that adapters share, so that a database means the same wherever it is opened.
import { assert } from '@tombolo/core'
import type { Statement } from './port.ts'

/**
 * Builds differ in these defaults. Recursive triggers make REPLACE fire delete triggers, which full-text tables kept by
 * triggers rely on. An untrusted schema cannot call functions that reach outside of the database.
 */
export const COMMON_PRAGMAS = 'PRAGMA foreign_keys=off; PRAGMA recursive_triggers=on; PRAGMA trusted_schema=off'

const WAL_FRAME_HEADER_BYTES = 24

/** Counts the bytes of a database. A write-ahead log cannot be asked within a transaction: then its last size counts. */
export class ByteCounter {
  #logFrames = 0

  count(prepare: (sql: string) => Statement, inTransaction: boolean): number {
    if (!inTransaction) this.#logFrames = Math.max(0, number(prepare('PRAGMA wal_checkpoint(noop)'), 1))
    const pageBytes = number(prepare('PRAGMA page_size'), 0)
    const pages = number(prepare('PRAGMA page_count'), 0)
    return pages * pageBytes + this.#logFrames * (pageBytes + WAL_FRAME_HEADER_BYTES)
  }
}

/**
 * The databases of one name among all names of files, the oldest first: `store`, `store+2`, `store+3`. The newest is in use; those before
 * it were set aside. `+` is in no name that a database is asked for by.
 */
export function generationsOf(name: string, files: readonly string[]): string[] {
  const later = files.filter((file) => file.startsWith(`${name}+`)).sort((a, b) => numberIn(a) - numberIn(b))
  return files.includes(name) ? [name, ...later] : later
}

/** The name of the database that comes after the one of this name. */
export const nextGeneration = (file: string): string => `${file.split('+')[0]}+${numberIn(file) + 1}`

const numberIn = (file: string): number => Number(file.split('+')[1] ?? 1)

/** A name that is a file name everywhere and cannot leave its directory. */
export function assertDatabaseName(name: string): void {
  assert(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name), `not a database name: ${JSON.stringify(name)}`)
}

function number(statement: Statement, column: number): number {
  const value = statement.values()[0]?.[column]
  assert(typeof value === 'number', 'a pragma that gives a number')
  return value
}
