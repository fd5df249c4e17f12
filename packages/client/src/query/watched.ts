/** The kinds of watches. Each remembers what its watchers were last told, and computes the news since. */
import type { RecordId, SchemaDefinition, SpaceId } from '@tombolo/core'
import type { RowChange } from '../engine/commit.ts'
import type { ConflictItem, OutboxItem, Query, Row, SpaceItem, WatchEvent } from '../engine/port.ts'
import { deltaBetween, sameRow, withKnownRows } from './delta.ts'
import { comparatorOf, predicateOf } from './evaluate.ts'
import { type Plan, planQuery } from './plan.ts'
import { SortedWindow } from './window.ts'

/** The reads of live queries, needed if a change alone is not enough; each call runs a statement. */
export interface LiveSource {
  rows(query: Query): readonly Row[]
  count(query: Query): number
  record(collection: string, id: RecordId): Row | null
  spaces(): readonly SpaceItem[]
  outbox(): readonly OutboxItem[]
  conflicts(): readonly ConflictItem[]
}

export interface Watched {
  readonly listeners: Set<(event: WatchEvent) => void>
  /** The whole state, for a new watcher. */
  readonly whole: () => WatchEvent
  /** Reads again; null if nothing is new. First called before anything is told. */
  readonly refresh: () => WatchEvent | null
}

/** The collection and space by which commits find a watch. */
export interface Place {
  readonly collection: string
  readonly space: SpaceId | null
}

/** A query that is kept up to date from commits. */
export class WatchedWindow implements Watched {
  readonly listeners: Watched['listeners'] = new Set()
  readonly #query: Query
  readonly #source: LiveSource
  readonly #window: SortedWindow
  readonly #isTrueOf: (row: Row) => boolean
  #shown: readonly Row[] = []

  constructor(plan: Plan, query: Query, source: LiveSource) {
    this.#query = query
    this.#source = source
    this.#window = new SortedWindow(plan.limit, comparatorOf(plan))
    // The space is not tested: commits find the watch by its space.
    this.#isTrueOf = predicateOf({ ...plan, space: null })
  }

  whole(): WatchEvent {
    return { type: 'rows', rows: this.#shown }
  }

  refresh(): WatchEvent | null {
    this.#window.fill(this.#source.rows({ ...this.#query, limit: this.#window.wanted }))
    return this.news()
  }

  /** Takes a change. @returns whether there may be news. */
  take({ id, row }: RowChange): boolean {
    return this.#window.take(id, row !== null && this.#isTrueOf(row) ? row : null)
  }

  /** Whether the query has to be run again, because the held rows do not reach the limit. */
  get isStarved(): boolean {
    return this.#window.isStarved
  }

  news(): WatchEvent | null {
    const before = this.#shown
    this.#shown = this.#window.shown()
    return deltaBetween(before, this.#shown, () => this.#window.shownIds())
  }
}

/** A query that only SQLite can answer, so it is run again after a change. */
export class WatchedRows implements Watched {
  readonly listeners: Watched['listeners'] = new Set()
  readonly #read: () => readonly Row[]
  #shown: readonly Row[] = []

  constructor(query: Query, source: LiveSource) {
    this.#read = () => source.rows(query)
  }

  whole(): WatchEvent {
    return { type: 'rows', rows: this.#shown }
  }

  refresh(): WatchEvent | null {
    const before = this.#shown
    this.#shown = withKnownRows(before, this.#read())
    return deltaBetween(before, this.#shown)
  }
}

export class WatchedCount implements Watched {
  readonly listeners: Watched['listeners'] = new Set()
  readonly #read: () => number
  #count = -1

  constructor(query: Query, source: LiveSource) {
    this.#read = () => source.count(query)
  }

  whole(): WatchEvent {
    return { type: 'count', count: this.#count }
  }

  refresh(): WatchEvent | null {
    const before = this.#count
    this.#count = this.#read()
    return before === this.#count ? null : this.whole()
  }
}

/** One record: no row where there is none. */
export class WatchedRecord implements Watched {
  readonly listeners: Watched['listeners'] = new Set()
  readonly #read: () => Row | null
  #row: Row | null = null

  constructor(collection: string, id: RecordId, source: LiveSource) {
    this.#read = () => source.record(collection, id)
  }

  whole(): WatchEvent {
    return { type: 'rows', rows: this.#row === null ? [] : [this.#row] }
  }

  refresh(): WatchEvent | null {
    return this.take(this.#read())
  }

  take(row: Row | null): WatchEvent | null {
    const before = this.#row
    if (before === row || (before !== null && row !== null && sameRow(before, row))) return null
    this.#row = row
    return deltaBetween(before === null ? [] : [before], row === null ? [] : [row])
  }
}

export type List = 'spaces' | 'outbox' | 'conflicts'

export class WatchedList implements Watched {
  readonly listeners: Watched['listeners'] = new Set()
  readonly #read: () => WatchEvent
  #event: WatchEvent | null = null

  constructor(list: List, source: LiveSource) {
    this.#read = () => readList(list, source)
  }

  whole(): WatchEvent {
    return (this.#event ??= this.#read())
  }

  refresh(): WatchEvent | null {
    const before = this.#event
    this.#event = this.#read()
    return before !== null && JSON.stringify(before) === JSON.stringify(this.#event) ? null : this.#event
  }
}

function readList(list: List, source: LiveSource): WatchEvent {
  switch (list) {
    case 'spaces':
      return { type: list, spaces: source.spaces() }
    case 'outbox':
      return { type: list, items: source.outbox() }
    case 'conflicts':
      return { type: list, items: source.conflicts() }
  }
}

/**
 * The watch for a query. Searches and offsets need SQLite, for relevance and for rows not held; so do deleted records, of which a commit
 * contains only the id. @throws QueryError
 */
export function watchedQuery(schema: SchemaDefinition, query: Query, source: LiveSource): WatchedWindow | WatchedRows {
  const plan = planQuery(schema, query)
  return plan.match === null && plan.offset === 0 && !plan.deleted ? new WatchedWindow(plan, query, source) : new WatchedRows(query, source)
}
