/**
 * The list of tables, as SQLite keeps it in the file. A damaged name in it is a table or a column that is not there, which no check of SQLite
 * finds; a table that is missing would be made anew, empty. So the list is compared with what it was when it was last changed.
 */
import { contentHashOf, type Hash } from '@tombolo/core'
import { type Database, StorageError } from '../storage/port.ts'

const KEY = 'tables'

/** Before tables are made. @throws StorageError `storage.corrupt` */
export function checkTableList(database: Database, hash: Hash): void {
  const known = noted(database)
  // The number changes whenever a program changes the list.
  if (known === null || known[0] !== numberOf(database)) return
  if (known[1] !== hashOf(database, hash)) throw new StorageError('storage.corrupt', new Error('the list of tables is not as it was made'))
}

/** After tables were made. */
export function noteTableList(database: Database, hash: Hash): void {
  const number = numberOf(database)
  if (noted(database)?.[0] === number) return
  database
    .prepare('INSERT INTO _meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(KEY, `${number} ${hashOf(database, hash)}`)
}

function noted(database: Database): readonly string[] | null {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_meta'").get() === undefined) return null
  const value = database.prepare('SELECT value FROM _meta WHERE key = ?').get(KEY)?.['value']
  return typeof value === 'string' ? value.split(' ') : null
}

const numberOf = (database: Database): string => String(database.prepare('PRAGMA schema_version').values()[0]?.[0])

const hashOf = (database: Database, hash: Hash): string =>
  contentHashOf(hash, JSON.stringify(database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid').values()))
