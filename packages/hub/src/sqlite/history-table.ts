/**
 * Superseded values: for each field a bounded number of the newest. They are served on request and devices do not depend on them, so any
 * bound is safe: the author who superseded a value had seen it.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { HistoryRow } from '../storage.ts'

/** The least number of values that a field keeps. */
export const HISTORY_KEPT = 64
/** A field is trimmed about once in this many writes, which bounds it at hardly any cost. */
const TRIM_ONE_IN = 16

export class HistoryTable {
  readonly #insert: Statement
  readonly #trim: Statement
  readonly #oldest: Statement<[number], [no: number, space: number, version: number]>
  readonly #removeThrough: Statement<[number]>

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO history (space, record, collection, field, version, item) VALUES (?, ?, ?, ?, ?, ?)')
    this.#trim = db.prepare(
      `DELETE FROM history WHERE space = @space AND record = @record AND collection = @collection AND field = @field AND version <
       (SELECT version FROM history WHERE space = @space AND record = @record AND collection = @collection AND field = @field
        ORDER BY version DESC LIMIT 1 OFFSET ${HISTORY_KEPT - 1})`,
    )
    this.#oldest = db.prepare<[number], [number, number, number]>('SELECT no, space, version FROM history ORDER BY no LIMIT ?').raw()
    this.#removeThrough = db.prepare('DELETE FROM history WHERE no <= ?')
  }

  put(space: number, { collection, record, version, items }: HistoryRow): void {
    for (const item of items) {
      this.#insert.run(space, record, collection, item.field, version, JSON.stringify(item))
      if (isItsTurn(version)) this.#trim.run({ space, record, collection, field: item.field })
    }
  }

  /** Removes the oldest values of all spaces, of each up to a version. They are in the order in which they were superseded. @returns whether there is more. */
  forget(throughOf: (space: number) => number, count: number): boolean {
    const through = new Map<number, number>()
    const rows = this.#oldest.all(count)
    const isOld = ([, space, version]: (typeof rows)[number]): boolean => {
      if (!through.has(space)) through.set(space, throughOf(space))
      return version <= (through.get(space) ?? 0)
    }
    const kept = rows.findIndex((row) => !isOld(row))
    const last = (kept < 0 ? rows : rows.slice(0, kept)).at(-1)
    if (last !== undefined) this.#removeThrough.run(last[0])
    return kept < 0 && rows.length === count
  }
}

/** Whether to trim at this version, by Knuth's multiplicative hash, so that no pattern of writing keeps a field from being trimmed. */
const isItsTurn = (version: number): boolean => Math.imul(version, 2_654_435_761) >>> 0 < 2 ** 32 / TRIM_ONE_IN
