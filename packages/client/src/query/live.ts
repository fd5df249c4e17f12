/**
 * Live queries: watchers receive rows first, then changes.
 *
 *   commit ─┬─► records, by id ──────────────────────────────────┐
 *           ├─► windows, by collection and space: no SQL ─────────┼─► events ─► watchers, in order
 *           └─► counts, searches, lists: stale ─► next frame: SQL ┘
 *
 * - Watchers are told of commits in order, even if a watcher writes while it is being told.
 * - Unchanged rows are not told again and stay the same objects.
 * - Watchers of equal requests share one watch, which is read and kept once.
 */
import { canonicalJson, type Json, type SchemaDefinition, SPACE_COLLECTION } from '@tombolo/core'
import type { Commit, RowChange } from '../engine/commit.ts'
import type { Stop, WatchEvent, WatchRequest } from '../engine/port.ts'
import { planQuery } from './plan.ts'
import { keyOfList, WatchIndex } from './watch-index.ts'
import {
  type List,
  type LiveSource,
  type Watched,
  WatchedCount,
  WatchedList,
  watchedQuery,
  WatchedRecord,
  type WatchedWindow,
} from './watched.ts'

export type { LiveSource } from './watched.ts'

export interface LivePorts {
  readonly source: LiveSource
  /** Calls back once, soon: at the next frame of a screen, or in a microtask. */
  readonly requestFrame: (run: () => void) => void
  /** Runs once after so many milliseconds, unless the returned function is called before. */
  readonly setTimer: (run: () => void, delayMs: number) => Stop
  /** Called if a watcher threw; the others are still told. */
  readonly onError: (error: unknown) => void
}

/** A device that failed to read is asked again after so long, and after each commit. */
const AGAIN_MS = 5_000

interface Told {
  readonly watched: Watched
  readonly listeners: readonly ((event: WatchEvent) => void)[]
  readonly event: WatchEvent
}

export class LiveQueries {
  readonly #schema: SchemaDefinition
  readonly #ports: LivePorts
  readonly #index = new WatchIndex()
  /** Watches that must be read again at the next frame, because the commit was not enough. They are told nothing until then. */
  readonly #stale = new Set<Watched>()
  /** Stale watches whose last read failed. Their watchers are told the whole state once it can be read. */
  readonly #failed = new Set<Watched>()
  readonly #news: Told[] = []
  #isTelling = false
  #isFrameRequested = false
  #cancelTimer: Stop = () => undefined

  constructor(schema: SchemaDefinition, ports: LivePorts) {
    this.#schema = schema
    this.#ports = ports
  }

  /** Tells the whole state before it returns, or `failed`: for good if the request is invalid, else until the state can be read. */
  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop {
    const key = keyOf(request)
    let watched: Watched
    try {
      watched = this.#index.get(key) ?? this.#start(key, request)
    } catch (error) {
      notify(failureOf(error))
      return () => {}
    }
    const failure = this.#stale.has(watched) ? this.#refresh(watched) : null
    // A separate listener, so that one function may watch twice.
    const listener = (event: WatchEvent): void => notify(event)
    watched.listeners.add(listener)
    this.#tell(watched, failure ?? watched.whole(), [listener])
    this.#deliver()
    return () => {
      if (watched.listeners.delete(listener) && watched.listeners.size === 0) this.#forget(key, watched)
    }
  }

  /** Ends all watches. */
  close(): void {
    this.#cancelTimer()
  }

  /** Called after the commit is on disk. */
  take(commit: Commit): void {
    if (commit.bulk || !this.#takeRows(commit.changes))
      for (const watched of this.#index.allOf(commit.collections)) this.#stale.add(watched)
    this.#takeLists(commit)
    if (this.#stale.size > 0) this.#requestFrame()
    this.#deliver()
  }

  /** @returns false if a row could not be read */
  #takeRows(changes: readonly RowChange[]): boolean {
    const touched = new Set<WatchedWindow>()
    const take = (change: RowChange, watched: WatchedWindow): void => {
      if (!this.#stale.has(watched) && watched.take(change)) touched.add(watched)
    }
    try {
      for (const change of changes) {
        this.#takeRecord(change)
        this.#index.windows(change, (watched) => take(change, watched))
        this.#index.readers(change, (watched) => this.#stale.add(watched))
      }
    } catch (error) {
      this.#ports.onError(error)
      return false
    }
    for (const watched of touched) {
      if (watched.isStarved) this.#stale.add(watched)
      else this.#tell(watched, watched.news())
    }
    return true
  }

  #takeRecord(change: RowChange): void {
    const watched = this.#index.record(change.collection, change.id)
    if (watched !== undefined && !this.#stale.has(watched)) this.#tell(watched, watched.take(change.row))
  }

  #takeLists(commit: Commit): void {
    for (const list of LISTS) {
      const watched = commit[list] ? this.#index.get(keyOfList(list)) : undefined
      if (watched !== undefined) this.#stale.add(watched)
    }
    if (commit.collections.has(SPACE_COLLECTION)) for (const watched of this.#index.ofDeleted()) this.#stale.add(watched)
  }

  #start(key: string, request: WatchRequest): Watched {
    const watched = this.#watchedOf(request)
    this.#index.add(key, request, watched)
    this.#stale.add(watched)
    return watched
  }

  #watchedOf(request: WatchRequest): Watched {
    const { source } = this.#ports
    switch (request.type) {
      case 'query':
        return watchedQuery(this.#schema, request.query, source)
      case 'count':
        planQuery(this.#schema, request.query)
        return new WatchedCount(request.query, source)
      case 'record':
        return new WatchedRecord(request.collection, request.id, source)
      case 'spaces':
      case 'outbox':
      case 'conflicts':
        return new WatchedList(request.type, source)
    }
  }

  #requestFrame(): void {
    if (this.#isFrameRequested) return
    this.#isFrameRequested = true
    this.#ports.requestFrame(() => {
      this.#isFrameRequested = false
      for (const watched of this.#stale) this.#refresh(watched)
      this.#deliver()
    })
  }

  /** Reads a stale watch again. If that fails it stays stale. @returns what it told of a failure */
  #refresh(watched: Watched): WatchEvent | null {
    try {
      const news = watched.refresh()
      this.#stale.delete(watched)
      this.#tell(watched, this.#failed.delete(watched) ? watched.whole() : news)
      return null
    } catch (error) {
      const failure = failureOf(error)
      this.#tell(watched, failure)
      this.#failed.add(watched)
      this.#cancelTimer()
      this.#cancelTimer = this.#ports.setTimer(() => this.#requestFrame(), AGAIN_MS)
      return failure
    }
  }

  #forget(key: string, watched: Watched): void {
    this.#index.remove(key)
    this.#stale.delete(watched)
    this.#failed.delete(watched)
  }

  #tell(watched: Watched, event: WatchEvent | null, listeners: Told['listeners'] = [...watched.listeners]): void {
    if (event !== null) this.#news.push({ watched, listeners, event })
  }

  /** Delivers queued events. If called during a delivery, the outer call delivers the additions. */
  #deliver(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    for (let next = this.#news.shift(); next !== undefined; next = this.#news.shift()) {
      for (const listener of next.listeners) if (next.watched.listeners.has(listener)) this.#call(listener, next.event)
    }
    this.#isTelling = false
  }

  #call(listener: (event: WatchEvent) => void, event: WatchEvent): void {
    try {
      listener(event)
    } catch (error) {
      this.#ports.onError(error)
    }
  }
}

const LISTS: readonly List[] = ['spaces', 'outbox', 'conflicts']

const keyOf = (request: WatchRequest): string =>
  request.type === 'spaces' || request.type === 'outbox' || request.type === 'conflicts'
    ? keyOfList(request.type)
    : canonicalJson(request as unknown as Json)

/** Errors of queries and of storage carry a code. */
function failureOf(error: unknown): WatchEvent {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return { type: 'failed', code: typeof code === 'string' ? code : 'store.failed', message: String(message ?? error) }
}
