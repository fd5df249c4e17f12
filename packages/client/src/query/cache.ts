/**
 * A cache of query results, because a screen that renders again asks the same again. A commit drops the results of its collections, which
 * is cheap and always right.
 */
import type { Commit } from '../engine/commit.ts'
import type { Query, Row } from '../engine/port.ts'

/** Results kept, and rows in the largest of them: a few screens of an app. */
const RESULTS_MAX = 24
const ROWS_MAX = 500
/**
 * Queries remembered without a result, in each of two generations. Only a query that recurs among this many gets its result cached; any
 * other would find it evicted.
 */
const ASKED_MAX = RESULTS_MAX / 2

interface Result {
  readonly collection: string
  readonly rows: readonly Row[]
}

export class ResultCache {
  /** Least recently used first. */
  readonly #results = new Map<string, Result>()
  #asked = new Set<string>()
  #askedBefore = new Set<string>()

  /** The rows of a query: cached, or the result of `run`. */
  rows(query: Query, run: () => readonly Row[]): readonly Row[] {
    // Lists of deleted records also depend on the records of spaces, and are seldom shown, so they are not cached.
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

/** The key of a query. Two spellings of one query have two keys, which only costs a run. */
const keyOf = ({ collection, space, where, orderBy, limit, offset, search }: Query): string =>
  JSON.stringify([collection, space, where, orderBy, limit, offset, search])
