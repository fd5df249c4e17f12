/**
 * The default storage: one SQLite file beside the hub. WAL with FULL synchronisation, so that answered changes survive a loss of power. The
 * hub commits once for all pushes of a turn of the event loop, which makes this affordable.
 */
import BetterSqlite3, { type Database } from 'better-sqlite3'
import type { Storage } from '../storage.ts'
import { sqliteStorage } from './sqlite-storage.ts'
import { TAIL_MAX } from './verdict-table.ts'

/** Where the database is. */
export interface SqliteOptions {
  /** A file name, or `:memory:`. */
  readonly path: string
  /** Mints the identity of a new history. */
  readonly mintEpoch: () => string
  /** How many verdicts are indexed in memory before all are indexed on disk at once. Bounds the memory and the pause. */
  readonly verdictsInMemory?: number
}

/**
 * Opens the database, or makes it if there is none.
 * @throws HubError `storage.newer` or `storage.older` if another version of the hub wrote it; the error of SQLite if the file cannot be
 * opened.
 * @example const storage = openSqlite({ path: './data/hub.sqlite', mintEpoch: () => crypto.randomUUID() })
 */
export function openSqlite({ path, ...options }: SqliteOptions): Storage {
  return storageOn(new BetterSqlite3(path), options)
}

/** Opens the storage on a connection, for tests that keep the connection when the storage is dropped. */
export function storageOn(db: Database, { mintEpoch, verdictsInMemory = TAIL_MAX }: Omit<SqliteOptions, 'path'>): Storage {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('cache_size = -65536')
  return sqliteStorage(db, mintEpoch, verdictsInMemory)
}
