/**
 * The suspicion that a database is damaged. A check of the whole file takes time with its size (about 3 ms for each MB on Node), so an
 * opening waits for it only when there is a reason: something could not be read when the store was last open. A crash is none: the log's
 * checksums see to that.
 */
import { quoted } from './sql.ts'
import { type Database, StorageError } from '../storage/port.ts'

const KEY = 'suspect'
const CHECKED_AT = 'checkedAt'
/** A file that fails so often although the check finds nothing is damaged where the check does not look. */
const FAILURES_MAX = 3
/** Makes the next opening check the file, and does not count as a failure of it. */
const UNCERTAIN = 0.5

/**
 * Remembers that something could not be read, if the database can still be written. `isCertain`: SQLite, or the engine, said that it is
 * damaged; otherwise something failed that does not fail in a whole database, or in a program without bugs.
 */
export function noteSuspicion(database: Database, isCertain: boolean): void {
  try {
    const put = 'INSERT INTO _meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = '
    if (isCertain) database.prepare(`${put} floor(value) + 1`).run(KEY, 1)
    else database.prepare(`${put} max(value, excluded.value)`).run(KEY, UNCERTAIN)
  } catch {
    // The part of the file that holds it is damaged too; the next opening meets that by itself.
  }
}

/** @throws StorageError `storage.corrupt` if a suspected database is damaged. */
export function checkSuspected(database: Database): void {
  const failures = failuresOf(database)
  if (failures === 0) return
  const found = database.prepare('PRAGMA integrity_check(1)').values()[0]?.[0]
  if (found !== 'ok' || failures >= FAILURES_MAX) throw new StorageError('storage.corrupt', new Error(String(found)))
}

/** The tables of the database, each of which is checked with its indexes. */
export const tablesIn = (database: Database): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .values()
    .map(([name]) => String(name))

export function tableIsWhole(database: Database, table: string): boolean {
  return database.prepare(`PRAGMA integrity_check(${quoted(table)})`).values()[0]?.[0] === 'ok'
}

/** When the database was last looked through, in milliseconds since 1970; 0: never. */
export const wasCheckedAt = (database: Database): number =>
  Number(database.prepare('SELECT value FROM _meta WHERE key = ?').get(CHECKED_AT)?.['value'] ?? 0)

export function noteChecked(database: Database, atMs: number): void {
  database
    .prepare('INSERT INTO _meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(CHECKED_AT, atMs)
}

function failuresOf(database: Database): number {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_meta'").get() === undefined) return 0
  return Number(database.prepare('SELECT value FROM _meta WHERE key = ?').get(KEY)?.['value'] ?? 0)
}
