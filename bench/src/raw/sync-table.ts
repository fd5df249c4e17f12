/** Rows guarded by a clock, and on a device the outbox beside them. It must not import Tombolo. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Change } from './sync-wire.ts'

export class SyncTable {
  readonly database: Sqlite.Database
  readonly #upsert: Sqlite.Statement<[string, number, string]>
  readonly #queue: Sqlite.Statement<[string, number, string]>
  readonly #waiting: Sqlite.Statement<[number], Change>
  readonly #forget: Sqlite.Statement<[number]>

  constructor(directory: string) {
    this.database = new Sqlite(join(directory, 'raw-sync.db'))
    this.database.exec(`
      PRAGMA journal_mode = wal; PRAGMA synchronous = full;
      CREATE TABLE note (id TEXT PRIMARY KEY, h INTEGER NOT NULL, body TEXT NOT NULL);
      CREATE INDEX note_by_clock ON note (h);
      CREATE TABLE outbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, h INTEGER NOT NULL, body TEXT NOT NULL);
    `)
    this.#upsert = this.database.prepare(
      'INSERT INTO note (id, h, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET h = excluded.h, body = excluded.body WHERE excluded.h > h',
    )
    this.#queue = this.database.prepare('INSERT INTO outbox (id, h, body) VALUES (?, ?, ?)')
    this.#waiting = this.database.prepare<[number], Change>('SELECT seq, id, h, body FROM outbox ORDER BY seq LIMIT ?')
    this.#forget = this.database.prepare('DELETE FROM outbox WHERE seq <= ?')
  }

  /** One transaction. */
  keep(changes: readonly Change[]): void {
    this.database.transaction(() => {
      for (const { id, h, body } of changes) this.#upsert.run(id, h, body)
    })()
  }

  /** One transaction: rows and outbox. */
  write(changes: readonly Change[]): void {
    this.database.transaction(() => {
      for (const { id, h, body } of changes) {
        this.#upsert.run(id, h, body)
        this.#queue.run(id, h, body)
      }
    })()
  }

  waiting(limit: number): Change[] {
    return this.#waiting.all(limit)
  }

  forgetUpTo(seq: number): void {
    this.#forget.run(seq)
  }
}
