/**
 * Makes a backup of a database that may be in use.
 *
 * By `VACUUM INTO`: one statement that writes a snapshot into a new file, while a hub goes on writing in another process. SQLite's backup
 * interface would begin again whenever that hub commits, and would copy the pages of what was forgotten, too. It runs for as long as the
 * database takes to be read, so it belongs into a process of its own.
 */
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { syncPath } from '../files/sync-path.ts'
import { DATABASE_FILE, keyName, type Manifest, MANIFEST_FILE } from './manifest.ts'
import { keepNewest, listBackups, PART, type ShelvedBackup, tidyShelf } from './shelf.ts'
import { sha256OfFile, verifyBackup } from './verify.ts'

/** What to back up, and where to. */
export interface BackupOptions {
  /** The hub's database. */
  readonly database: string
  /** The directory of all its backups. */
  readonly directory: string
  readonly key: Uint8Array
  /** How many backups stay; the oldest go. */
  readonly keep: number
  readonly nowMs: number
}

/**
 * Writes a backup, checks it, and removes the oldest ones. It is there whole or not at all; nothing is removed before it is.
 * @throws HubError `backup.damaged` if what was written cannot be read back; the error of SQLite or of the file system.
 * @example
 * const key = loadKey('./data/hub.key')
 * const { path } = makeBackup({ database: './data/hub.sqlite', directory: './backups', key, keep: 7, nowMs: Date.now() })
 */
export function makeBackup({ database, directory, key, keep, nowMs }: BackupOptions): ShelvedBackup {
  tidyShelf(directory, nowMs)
  const newestMs = listBackups(directory).at(-1)?.manifest.madeMs ?? 0
  const madeMs = Math.max(nowMs, newestMs + 1)
  const path = join(directory, new Date(madeMs).toISOString().replaceAll(':', '-'))
  const part = path + PART
  mkdirSync(part, { mode: 0o700 })
  copyDatabase(database, join(part, DATABASE_FILE))
  writeManifest(part, madeMs, key)
  const manifest = verifyBackup(part, key)
  renameSync(part, path)
  syncPath(directory)
  keepNewest(directory, keep)
  return { path, manifest }
}

function copyDatabase(from: string, to: string): void {
  const db = new BetterSqlite3(from, { readonly: true, fileMustExist: true })
  try {
    db.prepare('VACUUM INTO ?').run(to)
  } finally {
    db.close()
  }
  syncPath(to)
}

function writeManifest(part: string, madeMs: number, key: Uint8Array): void {
  const database = join(part, DATABASE_FILE)
  const manifest: Manifest = {
    format: 1,
    madeMs,
    ...describe(database),
    bytes: statSync(database).size,
    sha256: sha256OfFile(database),
    key: keyName(key),
  }
  const path = join(part, MANIFEST_FILE)
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  syncPath(path)
  syncPath(part)
}

type Described = Pick<Manifest, 'epoch' | 'storageVersion' | 'schemaVersion' | 'spaces' | 'changes'>

const DESCRIBE = `SELECT epoch, storage_version AS storageVersion, schema_version AS schemaVersion,
  (SELECT count(*) FROM space) AS spaces, (SELECT coalesce(sum(head), 0) FROM space) AS changes FROM hub`

function describe(database: string): Described {
  const db = new BetterSqlite3(database, { readonly: true, fileMustExist: true })
  try {
    const described = db.prepare<[], Described>(DESCRIBE).get()
    if (described === undefined) throw new Error(`${database} is no database of a hub`)
    return described
  } finally {
    db.close()
  }
}
