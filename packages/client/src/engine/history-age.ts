/**
 * Forgets superseded values a year (unless set) after they were written over [M9], as the hub does.
 *
 *   now and then, with a page of the hub ─► the next rows of the history, in the order of its table ─► old ones go
 *
 * No index tells which are old, because every save would pay for it; so the history is gone through a slice at a time. The time is the hub's:
 * a wrong clock of the device makes nothing old.
 */
import type { SqlRow } from '../storage/port.ts'
import { quoted } from './sql.ts'
import type { StoreState } from './state.ts'

/** How long superseded values are kept where nobody says how long. */
const HISTORY_DAYS = 365

/** Rows that one slice looks at: a few milliseconds. */
const SLICE_ROWS = 1000
const SLICE_EVERY_MS = 15 * 60 * 1000
const DAY_MS = 24 * 60 * 60 * 1000
/** The last row that was looked at, in `_meta`; so that many short sessions get through the whole history, too. */
const PLACE = 'historyPlace'
const START = ['', '', '', '']

export class HistoryAge {
  readonly #state: StoreState
  readonly #days: number
  #sliceAtMs = 0

  constructor(state: StoreState) {
    this.#state = state
    this.#days = state.ports.historyDays ?? HISTORY_DAYS
  }

  /** Runs inside the transaction of a page, with the hub's time. */
  heed(hubTimeMs: number): void {
    if (Math.abs(hubTimeMs - this.#sliceAtMs) < SLICE_EVERY_MS) return
    this.#sliceAtMs = hubTimeMs
    const rows = this.#nextRows()
    for (const row of rows) {
      if (row['kept_at'] === null) this.#stamp(row, hubTimeMs)
      else if (Number(row['kept_at']) < hubTimeMs - this.#days * DAY_MS && this.#mayGo(row)) this.#forget(row)
    }
    const last = rows.length < SLICE_ROWS ? undefined : rows.at(-1)
    this.#state.write(PLACE, JSON.stringify(last === undefined ? START : keyOf(last)))
  }

  #nextRows(): readonly SqlRow[] {
    const place = this.#state.database.prepare('SELECT value FROM _meta WHERE key = ?').get(PLACE)?.['value']
    const after = typeof place === 'string' ? (JSON.parse(place) as string[]) : START
    return this.#state.database
      .prepare(
        `SELECT collection, id, field, name, over_by, kept_at FROM _history WHERE (collection, id, field, name) > (?, ?, ?, ?)
         ORDER BY collection, id, field, name LIMIT ${SLICE_ROWS}`,
      )
      .all(...after)
  }

  /** Whether its successor had seen the value, and nobody has to look at the record: it is in no conflict, and no own change waits on it. */
  #mayGo({ over_by: by, collection: name, id = null }: SqlRow): boolean {
    if (by === null || this.#state.schema.collections[String(name)] === undefined) return false
    const open = `SELECT 1 FROM ${quoted(String(name))} WHERE id = ? AND coalesce("$open", "$failed", "$conflicts") IS NOT NULL`
    return this.#state.database.prepare(open).get(id) === undefined
  }

  #forget(row: SqlRow): void {
    this.#state.database.prepare(`DELETE FROM _history WHERE ${OF_ROW}`).run(...keyOf(row))
  }

  /** A row of an older app does not say when it was written over. */
  #stamp(row: SqlRow, atMs: number): void {
    this.#state.database.prepare(`UPDATE _history SET kept_at = ? WHERE ${OF_ROW}`).run(atMs, ...keyOf(row))
  }
}

const OF_ROW = 'collection = ? AND id = ? AND field = ? AND name = ?'
const keyOf = ({ collection, id, field, name }: SqlRow): string[] => [collection, id, field, name].map(String)
