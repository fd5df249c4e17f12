/**
 * What was written over, for each field the newest so many. It is served on request and is no part of what devices hold, so any bound
 * is safe: who wrote over a value has seen it.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { HistoryRow } from '../storage.ts'

/** Values that a field keeps at least. */
export const HISTORY_KEPT = 64
/** A field is trimmed about once in this many writes: often enough to bound it, seldom enough to cost nothing. */
const TRIM_ONE_IN = 16

export class HistoryTable {
  readonly #insert: Statement
  readonly #trim: Statement

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO history (space, record, collection, field, version, item) VALUES (?, ?, ?, ?, ?, ?)')
    this.#trim = db.prepare(
      `DELETE FROM history WHERE space = @space AND record = @record AND collection = @collection AND field = @field AND version <
       (SELECT version FROM history WHERE space = @space AND record = @record AND collection = @collection AND field = @field
        ORDER BY version DESC LIMIT 1 OFFSET ${HISTORY_KEPT - 1})`,
    )
  }

  put(space: number, { collection, record, version, items }: HistoryRow): void {
    for (const item of items) {
      this.#insert.run(space, record, collection, item.field, version, JSON.stringify(item))
      if (isItsTurn(version)) this.#trim.run({ space, record, collection, field: item.field })
    }
  }
}

/** Knuth's multiplicative hash of the version: no rhythm of writing can keep a field from its turn. */
const isItsTurn = (version: number): boolean => Math.imul(version, 2_654_435_761) >>> 0 < 2 ** 32 / TRIM_ONE_IN
