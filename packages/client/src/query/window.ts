/**
 * The rows of a live query, kept in order from the changes of commits.
 *
 *   rows     0 ……… limit ……… limit + spare │ unknown
 *            └─ shown ─┘└─ held back ────┘ │
 *
 * - It holds every matching row up to the last one that it holds; `complete`: no matching rows follow.
 * - A row that leaves the shown part is replaced by one held back, without running a statement. If none is left and more may follow, the
 *   window is starved and the query is run again.
 */
import type { RecordId } from '@tombolo/core'
import type { Row } from '../engine/port.ts'
import { sameRow, withKnownRows } from './delta.ts'

/** Rows held back: more than a person deletes between two frames; for short lists, as many as are shown. */
const SPARE_MAX = 50
const SPARE_MIN = 5

export class SortedWindow {
  readonly #limit: number
  readonly #spare: number
  readonly #compare: (a: Row, b: Row) => number
  #rows: Row[] = []
  /** The ids of the rows, so that passing on an order does not read them. */
  #ids: RecordId[] = []
  #byId = new Map<RecordId, Row>()
  #complete = false

  /** `limit` null: holds all rows. */
  constructor(limit: number | null, compare: (a: Row, b: Row) => number) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY
    this.#spare = Math.max(SPARE_MIN, Math.min(this.#limit, SPARE_MAX))
    this.#compare = compare
  }

  /** How many rows to fetch for `fill`; null: all. */
  get wanted(): number | null {
    return this.#limit === Number.POSITIVE_INFINITY ? null : this.#limit + this.#spare
  }

  /** Takes the result of the query with the limit `wanted`. */
  fill(rows: readonly Row[]): void {
    this.#rows = [...withKnownRows(this.#rows, rows)]
    this.#ids = rows.map((row) => row.id)
    this.#byId = new Map(this.#rows.map((row) => [row.id, row]))
    this.#complete = this.wanted === null || rows.length < this.wanted
  }

  get isStarved(): boolean {
    return !this.#complete && this.#rows.length < this.#limit
  }

  shown(): readonly Row[] {
    return this.#rows.slice(0, this.#limit)
  }

  shownIds(): readonly RecordId[] {
    return this.#ids.slice(0, this.#limit)
  }

  /** Takes the new row of a record; null: it is gone or does not match. @returns whether the window changed. */
  take(id: RecordId, row: Row | null): boolean {
    const held = this.#byId.get(id)
    if (held === undefined) return row !== null && this.#insert(row)
    if (row === null) this.#remove(held)
    else if (sameRow(held, row)) return false
    else this.#replace(held, row)
    return true
  }

  #replace(held: Row, row: Row): void {
    if (this.#compare(held, row) !== 0) {
      this.#remove(held)
      this.#insert(row)
      return
    }
    this.#rows[this.#indexOf(held)] = row
    this.#byId.set(row.id, row)
  }

  #insert(row: Row): boolean {
    const at = this.#placeOf(row)
    // The row sorts after the last known one, where unknown rows may precede it.
    if (at === this.#rows.length && !this.#complete) return false
    this.#rows.splice(at, 0, row)
    this.#ids.splice(at, 0, row.id)
    this.#byId.set(row.id, row)
    if (this.#rows.length > this.#limit + 2 * this.#spare) this.#trim()
    return true
  }

  #remove(held: Row): void {
    const at = this.#indexOf(held)
    this.#rows.splice(at, 1)
    this.#ids.splice(at, 1)
    this.#byId.delete(held.id)
  }

  #trim(): void {
    this.#rows.length = this.#limit + this.#spare
    for (const id of this.#ids.splice(this.#limit + this.#spare)) this.#byId.delete(id)
    this.#complete = false
  }

  /** The index of a held row. The binary search can fail only for text with a lone surrogate, which has no order. */
  #indexOf(held: Row): number {
    const at = this.#placeOf(held)
    return this.#rows[at] === held ? at : this.#rows.indexOf(held)
  }

  /** The first index whose row does not precede `row`. */
  #placeOf(row: Row): number {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#rows[middle]
      if (other !== undefined && this.#compare(other, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
