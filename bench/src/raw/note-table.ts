/**
 * What a careful person writes by hand: one table of notes as JSON, one index, WAL, a flush for every commit. No outbox, no merge
 * metadata, no states. It must not import Tombolo.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Note } from '../notes.ts'

export class NoteTable {
  readonly database: Sqlite.Database
  readonly #insert: Sqlite.Statement<[string, string | null, number | null, string]>
  readonly #get: Sqlite.Statement<[string], string>
  readonly #newest: Sqlite.Statement<[string, number], string>

  constructor(directory: string) {
    this.database = new Sqlite(join(directory, 'raw.db'))
    this.database.exec(`
      PRAGMA journal_mode = wal; PRAGMA synchronous = full;
      CREATE TABLE IF NOT EXISTS note (id TEXT PRIMARY KEY, site TEXT, at INTEGER, body TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS note_by_site ON note (site, at);
    `)
    this.#insert = this.database.prepare('INSERT INTO note (id, site, at, body) VALUES (?, ?, ?, ?)')
    this.#get = this.database.prepare<[string], string>('SELECT body FROM note WHERE id = ?').pluck()
    this.#newest = this.database.prepare<[string, number], string>('SELECT body FROM note WHERE site = ? ORDER BY at DESC LIMIT ?').pluck()
  }

  /** Part of the caller's transaction, or one of its own. */
  add(note: Partial<Note>): string {
    const id = newId()
    this.#insert.run(id, note.site ?? null, note.at ?? null, JSON.stringify({ id, ...note }))
    return id
  }

  addAll(notes: readonly Partial<Note>[]): string[] {
    return this.database.transaction(() => notes.map((note) => this.add(note)))()
  }

  get(id: string): Note | undefined {
    const body = this.#get.get(id)
    return body === undefined ? undefined : (JSON.parse(body) as Note)
  }

  newest(site: string, limit: number): Note[] {
    return this.#newest.all(site, limit).map((body) => JSON.parse(body) as Note)
  }
}

/** A UUIDv7, near enough: the time, then chance. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
