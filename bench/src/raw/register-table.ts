/** A register in each row of a table, guarded by its clock. It must not import Tombolo. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { NamedWrite } from './clocks.ts'

export class RegisterTable {
  readonly database: Sqlite.Database
  readonly #merge: Sqlite.Statement<[string, string, string]>

  constructor(directory: string) {
    this.database = new Sqlite(join(directory, 'raw-registers.db'))
    this.database.exec(`
      PRAGMA journal_mode = wal; PRAGMA synchronous = full;
      CREATE TABLE register (key TEXT PRIMARY KEY, clock TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    `)
    this.#merge = this.database.prepare(
      'INSERT INTO register VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET clock = excluded.clock, value = excluded.value WHERE excluded.clock > clock',
    )
  }

  /** A batch as it came over the wire, in one transaction. */
  mergeText(text: string): void {
    const writes = JSON.parse(text) as readonly NamedWrite[]
    this.database.transaction(() => {
      for (const { record, field, clock, value } of writes) this.#merge.run(`${record}/${field}`, clock, value)
    })()
  }
}
