/** A database file of a test, and everything that is in it, for saying that nothing has changed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach } from 'vitest'

const directories: string[] = []

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-hub-'))
  directories.push(directory)
  return directory
}

export const temporaryDatabase = (): string => join(temporaryDirectory(), 'hub.sqlite')

/** Every row of every table, as text. */
export function dump(path: string): string {
  const db = new BetterSqlite3(path, { readonly: true })
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()
  const rows = tables.map((table) => JSON.stringify([table, db.prepare(`SELECT * FROM ${table}`).raw().all()]))
  db.close()
  return rows.join('\n')
}
