/**
 * An index of watches, so that a commit visits only those that it concerns: records by id, queries by collection and space.
 *
 * A record never changes its space, so a change concerns only queries of that space and of all spaces.
 */
import type { RecordId } from '@tombolo/core'
import type { RowChange } from '../engine/commit.ts'
import type { WatchRequest } from '../engine/port.ts'
import { type List, type Place, type Watched, WatchedRecord, WatchedWindow } from './watched.ts'

/** Queries of one collection, by space; under `null` those of all spaces. */
type BySpace<W> = Map<string | null, Set<W>>

export class WatchIndex {
  readonly #byKey = new Map<string, { readonly request: WatchRequest; readonly watched: Watched }>()
  readonly #windows = new Map<string, BySpace<WatchedWindow>>()
  readonly #readers = new Map<string, BySpace<Watched>>()
  readonly #records = new Map<string, WatchedRecord>()

  get(key: string): Watched | undefined {
    return this.#byKey.get(key)?.watched
  }

  record(collection: string, id: RecordId): WatchedRecord | undefined {
    return this.#records.size === 0 ? undefined : this.#records.get(`${collection}/${id}`)
  }

  /** Visits windows that a change may concern. */
  windows(change: RowChange, visit: (watched: WatchedWindow) => void): void {
    visitConcerned(this.#windows, change, visit)
  }

  /** Visits queries that are run again after a change. */
  readers(change: RowChange, visit: (watched: Watched) => void): void {
    visitConcerned(this.#readers, change, visit)
  }

  /** Every watch that reads one of these collections. */
  *allOf(collections: ReadonlySet<string>): Iterable<Watched> {
    for (const { request, watched } of this.#byKey.values()) {
      if ('query' in request ? collections.has(request.query.collection) : 'collection' in request && collections.has(request.collection))
        yield watched
    }
  }

  /** Queries of deleted records, whose result also depends on the records of spaces. */
  *ofDeleted(): Iterable<Watched> {
    for (const { request, watched } of this.#byKey.values()) if ('query' in request && request.query.deleted === true) yield watched
  }

  add(key: string, request: WatchRequest, watched: Watched): void {
    this.#byKey.set(key, { request, watched })
    if (watched instanceof WatchedRecord && request.type === 'record') this.#records.set(`${request.collection}/${request.id}`, watched)
    const place = placeOf(request)
    if (place === null) return
    if (watched instanceof WatchedWindow) setIn(this.#windows, place).add(watched)
    else setIn(this.#readers, place).add(watched)
  }

  remove(key: string): void {
    const found = this.#byKey.get(key)
    if (found === undefined) return
    this.#byKey.delete(key)
    const { request, watched } = found
    if (request.type === 'record') this.#records.delete(`${request.collection}/${request.id}`)
    const place = placeOf(request)
    if (place === null) return
    if (watched instanceof WatchedWindow) dropFrom(this.#windows, place, watched)
    else dropFrom(this.#readers, place, watched)
  }
}

/** The key of a list, whose request is only its name. */
export const keyOfList = (list: List): string => list

const placeOf = (request: WatchRequest): Place | null =>
  'query' in request ? { collection: request.query.collection, space: request.query.space } : null

/** Visits the concerned queries. The change of a deleted record does not contain its space, so it concerns all. */
function visitConcerned<W>(queries: Map<string, BySpace<W>>, change: RowChange, visit: (watched: W) => void): void {
  const bySpace = queries.get(change.collection)
  if (bySpace === undefined) return
  const { row } = change
  if (row === null) {
    for (const watched of bySpace.values()) for (const one of watched) visit(one)
    return
  }
  for (const one of bySpace.get(row.space) ?? []) visit(one)
  for (const one of bySpace.get(null) ?? []) visit(one)
}

function setIn<W>(queries: Map<string, BySpace<W>>, { collection, space }: Place): Set<W> {
  const bySpace = queries.get(collection) ?? new Map<string | null, Set<W>>()
  queries.set(collection, bySpace)
  const watched = bySpace.get(space) ?? new Set()
  bySpace.set(space, watched)
  return watched
}

function dropFrom<W>(queries: Map<string, BySpace<W>>, { collection, space }: Place, watched: W): void {
  const bySpace = queries.get(collection)
  const there = bySpace?.get(space)
  there?.delete(watched)
  if (there?.size === 0) bySpace?.delete(space)
  if (bySpace?.size === 0) queries.delete(collection)
}
