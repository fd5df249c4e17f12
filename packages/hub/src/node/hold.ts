/**
 * Keeps a second hub off a database. Two would each hold its newest verdicts in memory and not know of the other's.
 *
 * The hold is a lock of SQLite on an empty file beside the database: the system lets go of it when the process ends, however it ends. The
 * database itself stays open to others, for backups are made of it while the hub runs.
 */
import BetterSqlite3 from 'better-sqlite3'
import { HubError } from '../hub-error.ts'

/**
 * Holds a hub's database until the function that is returned is called, or the process ends.
 * @throws HubError `storage.inUse` if another hub holds it.
 * @example
 * const letGo = holdDatabase('./data/hub.sqlite')
 */
export function holdDatabase(path: string): () => void {
  const lock = new BetterSqlite3(`${path}.hold`, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!(error instanceof BetterSqlite3.SqliteError) || error.code !== 'SQLITE_BUSY') throw error
    throw new HubError('storage.inUse', 'another hub runs on this database: stop it first')
  }
  return () => void lock.close()
}
