/**
 * Puts a backup in the place of a hub's database, while no hub runs.
 *
 * The present database is set aside, never removed: the name of the database stands for the old one or the new one at every moment. The
 * restored one has a new epoch, so devices send again what it lacks [P6] [Q3]; the ledger is repeated when the hub starts.
 */
import { closeSync, copyFileSync, existsSync, linkSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { syncPath } from '../files/sync-path.ts'
import { HubError } from '../hub-error.ts'
import { openSqlite } from '../sqlite/index.ts'
import { STORAGE_VERSION } from '../sqlite/schema.ts'
import { DATABASE_FILE, type Manifest } from './manifest.ts'
import { verifyBackup } from './verify.ts'

/** What to restore, and where to. */
export interface RestoreOptions {
  /** The directory of the one backup. */
  readonly backup: string
  /** The hub's database; it need not exist. */
  readonly database: string
  readonly key: Uint8Array
  /** The version of the app's schema that the hub will start with. */
  readonly schemaVersion: number
  readonly mintEpoch: () => string
  readonly nowMs: number
}

/** A restored database. `setAside`: where the one that was there is now; null if there was none. */
export interface Restored {
  readonly manifest: Manifest
  readonly epoch: string
  readonly setAside: string | null
}

/**
 * Restores a backup.
 * @throws HubError `storage.inUse` while a hub runs, `backup.damaged`, `backup.key`, `storage.newer`, `storage.older`, `schema.older`.
 * Nothing has changed then.
 * @example
 * const key = loadKey('./data/hub.key')
 * const mintEpoch = () => crypto.randomUUID()
 * const to = { database: './data/hub.sqlite', key, schemaVersion: app.version, mintEpoch, nowMs: Date.now() }
 * const { setAside } = await restoreBackup({ backup: './backups/2027-01-15T08-00-00.000Z', ...to })
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { backup, database, key, schemaVersion } = options
  const manifest = verifyBackup(backup, key)
  checkVersions(manifest, schemaVersion)
  const lock = lockOut(database)
  try {
    return await putInPlace(options, manifest)
  } finally {
    lock?.close()
  }
}

const SUFFIXES = ['', '-wal', '-shm'] as const

async function putInPlace({ backup, database, mintEpoch, nowMs }: RestoreOptions, manifest: Manifest): Promise<Restored> {
  const fresh = `${database}.restoring`
  try {
    for (const suffix of SUFFIXES) rmSync(fresh + suffix, { force: true })
    copyFileSync(join(backup, DATABASE_FILE), fresh)
    const epoch = await renewed(fresh, manifest.epoch, mintEpoch, nowMs)
    syncPath(fresh)
    const setAside = existsSync(database) ? asideOf(database, nowMs) : null
    if (setAside !== null) putAside(database, setAside)
    renameSync(fresh, database)
    syncPath(dirname(database))
    return { manifest, epoch, setAside }
  } finally {
    rmSync(fresh, { force: true })
  }
}

function checkVersions({ storageVersion, schemaVersion }: Manifest, ours: number): void {
  if (storageVersion > STORAGE_VERSION) throw new HubError('storage.newer', 'a newer hub made this backup: update this one')
  if (storageVersion < STORAGE_VERSION) throw new HubError('storage.older', 'an older hub made this backup: restore it with that one')
  if (schemaVersion !== null && schemaVersion > ours)
    throw new HubError(
      'schema.older',
      `the backup has version ${schemaVersion} of the schema, this app ${ours}: restore it with the newer app`,
    )
}

/**
 * Keeps hubs out: while a connection is open, SQLite does not let the database leave WAL, and holds everyone off afterwards. Leaving WAL
 * also brings what is in the WAL into the file. A file that is no database is not opened, for SQLite would remove what lies beside it.
 */
function lockOut(database: string): Database | null {
  if (!existsSync(database) || !isDatabase(database)) return null
  const db = new BetterSqlite3(database, { timeout: 1000 })
  try {
    db.pragma('journal_mode = DELETE')
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    const code = error instanceof BetterSqlite3.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) throw new HubError('storage.inUse', 'a hub runs on this database: stop it first')
    if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) return null
    throw error
  }
}

/** The first bytes of every SQLite database. */
const MAGIC = 'SQLite format 3\0'

function isDatabase(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(MAGIC.length)
    readSync(file, start)
    return start.toString('latin1') === MAGIC
  } finally {
    closeSync(file)
  }
}

/** Opens the copy as a hub does, renews its epoch, and closes it, which leaves one file. */
async function renewed(path: string, from: string, mintEpoch: () => string, nowMs: number): Promise<string> {
  const storage = openSqlite({ path, mintEpoch })
  try {
    return await storage.renewEpoch(from, mintEpoch(), nowMs)
  } finally {
    await storage.close()
  }
}

const asideOf = (database: string, nowMs: number): string => `${database}.before-${new Date(nowMs).toISOString().replaceAll(':', '-')}`

/**
 * By a second name for the same file, because opening it would give up SQLite's lock; where the file system has no such names, by a copy.
 * What stays of a WAL belongs to a damaged database; beside the restored one it would be taken for its own.
 */
function putAside(database: string, aside: string): void {
  try {
    linkSync(database, aside)
  } catch {
    copyFileSync(database, aside)
    syncPath(aside)
  }
  for (const suffix of SUFFIXES.slice(1)) if (existsSync(database + suffix)) renameSync(database + suffix, aside + suffix)
}
