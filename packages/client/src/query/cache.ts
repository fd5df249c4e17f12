/**
 * Results of queries that nothing has changed since: a screen that is drawn anew asks the same again. What a commit touches is
 * forgotten by collection, which is cheap and never wrong.
 */
import { canonicalJson, type Json } from '@tombolo/core'
import type { Commit } from '../engine/commit.ts'
import type { Query, Row } from '../engine/port.ts'

/** Results kept, and rows in the largest of them: a few screens of an app. */
const RESULTS_MAX = 24
const ROWS_MAX = 500
/** Queries remembered without their result: one is kept when it is asked for again, for most are asked once. */
const ASKED_MAX = 100

interface Result {
  readonly collection: string
  readonly rows: readonly Row[]
}

export class ResultCache {
  /** Both: the one that was asked for last comes last. */
  readonly #results = new Map<string, Result>()
  readonly #asked = new Set<string>()

  /** The rows of a query: those of last time, or what `run` gives. */
  rows(query: Query, run: () => readonly Row[]): readonly Row[] {
    const key = canonicalJson(query as unknown as Json)
    const known = this.#results.get(key)
    if (known === undefined && !this.#asked.has(key)) {
      addNewest(this.#asked, key, ASKED_MAX)
      return run()
    }
    const result = known ?? { collection: query.collection, rows: run() }
    this.#results.delete(key)
    if (result.rows.length <= ROWS_MAX) this.#keep(key, result)
    return result.rows
  }

  take({ collections }: Commit): void {
    if (this.#results.size === 0 || collections.size === 0) return
    for (const [key, { collection }] of this.#results) if (collections.has(collection)) this.#results.delete(key)
  }

  #keep(key: string, result: Result): void {
    this.#results.set(key, result)
    const [oldest] = this.#results.keys()
    if (this.#results.size > RESULTS_MAX && oldest !== undefined) this.#results.delete(oldest)
  }
}

function addNewest(set: Set<string>, key: string, sizeMax: number): void {
  const [oldest] = set
  if (set.size >= sizeMax && oldest !== undefined) set.delete(oldest)
  set.add(key)
}
