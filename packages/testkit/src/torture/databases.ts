/** Looks into the databases of killed processes, past all code that wrote them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** How many databases below this folder are damaged. */
export function damagedIn(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /\.(db|sqlite)$/.test(name)).filter((name) => isDamaged(join(directory, name))).length
}

function isDamaged(path: string): boolean {
  const db = new Database(path)
  try {
    return db.pragma('integrity_check', { simple: true }) !== 'ok'
  } finally {
    db.close()
  }
}
