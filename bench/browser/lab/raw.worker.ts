/**
 * What a careful person writes by hand in a browser: SQLite in a dedicated worker, WAL and a flush for each commit, one index, notes as
 * JSON. It holds a lock while it has the files. It imports nothing of ours.
 */
import initialise, { type Database, type PreparedStatement, type Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { listOf, noteOf, type Note } from '../../src/notes.ts'

export type RawCall =
  | { readonly type: 'fill'; readonly count: number }
  | { readonly type: 'add'; readonly note: Note }
  | { readonly type: 'get'; readonly id: string }
  | { readonly type: 'newest'; readonly site: string }
  | { readonly type: 'ids' }

const SCHEMA = `
  PRAGMA locking_mode = exclusive; PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA cache_size = -8000;
  CREATE TABLE IF NOT EXISTS note (id TEXT PRIMARY KEY, site TEXT, at INTEGER, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS note_by_site ON note (site, at);
`
const TRIES = 150
const RETRY_MS = 20

const sqlite = initialise()
const opened = new Promise<Table>((resolve) => {
  void sqlite.then((module) =>
    navigator.locks.request('raw', async () => {
      resolve(await open(module))
      await new Promise(() => {})
    }),
  )
})

globalThis.addEventListener(
  'message',
  ({ data }: MessageEvent<{ readonly id: number; readonly call: RawCall }>) => void answer(data.id, data.call),
)

async function answer(id: number, call: RawCall): Promise<void> {
  const table = await opened
  globalThis.postMessage({ id, value: run(table, call) })
}

/** A worker that ended a moment ago may still have its files. */
async function open(module: Sqlite3Static): Promise<Table> {
  for (let tries = 1; ; tries++) {
    try {
      const pool = await module.installOpfsSAHPoolVfs({ directory: '/raw', initialCapacity: 4, ...KEEP })
      return new Table(new pool.OpfsSAHPoolDb('/raw.db'))
    } catch (error) {
      if (tries === TRIES) throw error
      await new Promise((retry) => setTimeout(retry, RETRY_MS))
    }
  }
}

/** Else a failed start removes the directory. */
const KEEP: object = { preserveOnInitFailure: true, forceReinitIfPreviouslyFailed: true, verbosity: 0 }

function run(table: Table, call: RawCall): unknown {
  switch (call.type) {
    case 'fill':
      return table.database.transaction(() => listOf(noteOf, 0, call.count).forEach((note) => table.add(note)))
    case 'add':
      return table.add(call.note)
    case 'get':
      return table.get.bind([call.id]).step() ? once(table.get) : undefined
    case 'newest':
      return all(table.newest.bind([call.site]))
    case 'ids':
      return all(table.ids)
  }
}

class Table {
  readonly database: Database
  readonly get: PreparedStatement
  readonly newest: PreparedStatement
  readonly ids: PreparedStatement
  readonly #insert: PreparedStatement

  constructor(database: Database) {
    database.exec(SCHEMA)
    this.database = database
    this.#insert = database.prepare('INSERT INTO note (id, site, at, body) VALUES (?, ?, ?, ?)')
    this.get = database.prepare('SELECT body FROM note WHERE id = ?')
    this.newest = database.prepare('SELECT body FROM note WHERE site = ? ORDER BY at DESC LIMIT 100')
    this.ids = database.prepare('SELECT id FROM note')
  }

  add(note: Note): void {
    const id = crypto.randomUUID()
    this.#insert.bind([id, note.site, note.at, JSON.stringify({ id, ...note })]).stepReset()
  }
}

function once(statement: PreparedStatement): unknown {
  const value = statement.getString(0)
  statement.reset()
  return value
}

function all(statement: PreparedStatement): unknown[] {
  const values: unknown[] = []
  while (statement.step()) values.push(statement.getString(0))
  statement.reset()
  return values
}
