/**
 * Results of queries that nothing has changed since: a screen that is drawn anew asks the same again. What a commit touches is
 * forgotten by collection, which is cheap and never wrong.
 */
import type { Commit } from '../engine/commit.ts'
import type { Query, Row } from '../engine/port.ts'

/** Results kept, and rows in the largest of them: a few screens of an app. */
const RESULTS_MAX = 24
const ROWS_MAX = 500
/**
 * Queries remembered without a result, in each of two generations: as many as results. One that comes again only after more others
 * would find its result gone, so its rows are not kept at all.
 */
const ASKED_MAX = RESULTS_MAX / 2

interface Result {
  readonly collection: string
  readonly rows: readonly Row[]
}

export class ResultCache {
  /** The one that was asked for last comes last. */
  readonly #results = new Map<string, Result>()
  #asked = new Set<string>()
  #askedBefore = new Set<string>()

  /** The rows of a query: those of last time, or what `run` gives. */
  rows(query: Query, run: () => readonly Row[]): readonly Row[] {
    // Whether a deleted record is listed depends on its space as well, and such lists are seldom shown.
    if (query.deleted === true) return run()
    const key = keyOf(query)
    const known = this.#results.get(key)
    if (known === undefined && this.#isNew(key)) return run()
    const result = known ?? { collection: query.collection, rows: run() }
    this.#results.delete(key)
    if (result.rows.length <= ROWS_MAX) this.#keep(key, result)
    return result.rows
  }

  take({ collections }: Commit): void {
    if (this.#results.size === 0 || collections.size === 0) return
    for (const [key, { collection }] of this.#results) if (collections.has(collection)) this.#results.delete(key)
  }

  #isNew(key: string): boolean {
    if (this.#asked.has(key) || this.#askedBefore.has(key)) return false
    if (this.#asked.size >= ASKED_MAX) [this.#askedBefore, this.#asked] = [this.#asked, new Set()]
    this.#asked.add(key)
    return true
  }

  #keep(key: string, result: Result): void {
    this.#results.set(key, result)
    const [oldest] = this.#results.keys()
    if (this.#results.size > RESULTS_MAX && oldest !== undefined) this.#results.delete(oldest)
  }
}

/** Two spellings of one query have two keys, which costs a run and no more. */
const keyOf = ({ collection, space, where, orderBy, limit, offset, search }: Query): string =>
  JSON.stringify([collection, space, where, orderBy, limit, offset, search])
