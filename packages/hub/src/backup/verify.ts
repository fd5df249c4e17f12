/** Whether a backup is what its manifest says. */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { HubError } from '../hub-error.ts'
import { DATABASE_FILE, keyName, type Manifest } from './manifest.ts'
import { readManifest } from './shelf.ts'

/** @throws HubError `backup.damaged`, or `backup.key` if it belongs to another key than this. */
export function verifyBackup(backup: string, key: Uint8Array): Manifest {
  const manifest = readManifest(backup)
  const database = join(backup, DATABASE_FILE)
  if (manifest === null || !existsSync(database)) throw damaged(`${backup} is no backup, or of another version`)
  if (manifest.key !== keyName(key))
    throw new HubError('backup.key', `${backup} belongs to another key: put the key file of that hub beside the database first`)
  if (sha256OfFile(database) !== manifest.sha256 || !isSound(database)) throw damaged(`${backup} is damaged: take another one`)
  return manifest
}

/** Reads a part at a time: a database may be larger than memory. */
export function sha256OfFile(path: string): string {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(READ_BYTES)
  const file = openSync(path, 'r')
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) hash.update(buffer.subarray(0, read))
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

const READ_BYTES = 1024 * 1024

function isSound(path: string): boolean {
  const db = new BetterSqlite3(path, { readonly: true, fileMustExist: true })
  try {
    return db.pragma('integrity_check', { simple: true }) === 'ok'
  } finally {
    db.close()
  }
}

const damaged = (message: string): HubError => new HubError('backup.damaged', message)
