/**
 * Remembers what a page was told about one watch, so that the whole state from the next leader can be passed on as changes.
 *
 * Deltas are applied to the rows lazily, on demand or after many of them, so that a delta of a long list costs little.
 */
import { canonicalJson, type Json, type RecordId, unreachable } from '@tombolo/core'
import type { Row, WatchEvent } from '../engine/port.ts'
import { type Delta, deltaBetween, withKnownRows } from '../query/delta.ts'

const DELTAS_MAX = 256

export class Known {
  #rows: readonly Row[] | null = null
  #deltas: Delta[] = []
  #last: WatchEvent | null = null

  /** Records an event that the page is told. After a failure the page keeps its rows. */
  take(event: WatchEvent): void {
    this.#last = event
    if (event.type === 'delta') {
      this.#deltas.push(event)
      if (this.#deltas.length > DELTAS_MAX) this.#fold()
    } else if (event.type === 'rows') {
      this.#rows = event.rows
      this.#deltas = []
    }
  }

  /** The news for the page, given the whole state from another engine; null if the page knows all of it. */
  news(whole: WatchEvent): WatchEvent | null {
    switch (whole.type) {
      case 'rows':
        return this.#rows === null || this.#last?.type === 'failed' ? whole : this.#rowsNews(this.#fold(), whole.rows)
      case 'count':
      case 'spaces':
      case 'outbox':
      case 'conflicts':
      case 'failed':
        return this.#last !== null && sameEvent(this.#last, whole) ? null : whole
      case 'delta':
        return whole
      default:
        return unreachable(whole)
    }
  }

  #rowsNews(before: readonly Row[], after: readonly Row[]): WatchEvent | null {
    return deltaBetween(before, withKnownRows(before, after))
  }

  #fold(): readonly Row[] {
    const rows = this.#rows ?? []
    this.#rows = this.#deltas.length === 0 ? rows : afterAll(rows, this.#deltas)
    this.#deltas = []
    return this.#rows
  }
}

/** The rows after several deltas, in one pass over each of the two long lists. */
function afterAll(rows: readonly Row[], deltas: readonly Delta[]): readonly Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  let order: readonly RecordId[] = rows.map(({ id }) => id)
  for (const delta of deltas) {
    for (const id of delta.removed) byId.delete(id)
    for (const row of delta.upserted) byId.set(row.id, row)
    order = delta.order ?? order
  }
  return order.map((id) => byId.get(id)).filter((row) => row !== undefined)
}

const sameEvent = (a: WatchEvent, b: WatchEvent): boolean => canonicalJson(a as unknown as Json) === canonicalJson(b as unknown as Json)
