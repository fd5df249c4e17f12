/**
 * The lines of a download that is being brought back, on disk and apart from everything else, until all of them are here. Opening the store
 * forgets them: whoever brings them begins again.
 */
import type { Database } from '../../storage/port.ts'
import type { Imported, ImportOrigin } from './port.ts'
import { STAGING_KEY } from './unfinished.ts'

/** `imported`: set once it is done, for a page that asks again. */
interface State {
  readonly id: string
  readonly origin: ImportOrigin
  readonly imported: Imported | null
}

export class Staging {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Forgets what was staged before. */
  begin(id: string, origin: ImportOrigin): void {
    this.clear()
    this.#save({ id, origin, imported: null })
  }

  /** Undefined if nothing was begun under this id, or something else since. */
  find(id: string): State | undefined {
    const state = this.#read()
    return state?.id === id ? state : undefined
  }

  /** A line that comes again changes nothing. */
  put(part: string, from: number, lines: readonly string[]): void {
    const put = this.#database.prepare('INSERT INTO _import (part, line, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    for (const [index, text] of lines.entries()) put.run(part, from + index, text)
  }

  parts(): string[] {
    const rows = this.#database.prepare('SELECT DISTINCT part FROM _import ORDER BY part').all()
    return rows.map((row) => String(row['part']))
  }

  /** The lines of a part in their order, a few in memory at once. */
  *lines(part: string): Generator<string, void, undefined> {
    const select = this.#database.prepare('SELECT line, text FROM _import WHERE part = ? AND line > ? ORDER BY line LIMIT 16')
    let last = -1
    for (;;) {
      const rows = select.all(part, last)
      for (const row of rows) yield String(row['text'])
      if (rows.length === 0) return
      last = Number(rows.at(-1)?.['line'])
    }
  }

  finish(state: State, imported: Imported): void {
    this.clear()
    this.#save({ ...state, imported })
  }

  clear(): void {
    this.#database.prepare('DELETE FROM _import').run()
    this.#database.prepare('DELETE FROM _meta WHERE key = ?').run(STAGING_KEY)
  }

  #read(): State | undefined {
    const value = this.#database.prepare('SELECT value FROM _meta WHERE key = ?').get(STAGING_KEY)?.['value']
    return typeof value === 'string' ? (JSON.parse(value) as State) : undefined
  }

  #save(state: State): void {
    this.#database
      .prepare('INSERT INTO _meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(STAGING_KEY, JSON.stringify(state))
  }
}
