/**
 * Live values: a snapshot that is kept up to date while somebody subscribes. The shape is that of React's `useSyncExternalStore`.
 *
 *   component ─┐                                        ┌─► snapshot: the same object until something changes
 *   component ─┴─► Live (by key) ──► one watch of the port ┘
 *
 * - Equal requests share one watch, which starts with the first subscriber and stops after the last.
 * - It stops with a short delay, so that a component that is unmounted and remounted at once keeps its value.
 */
import type { Stop } from '../engine/port.ts'
import type { TomboloError } from './errors.ts'

/** The present state. `value` is undefined until the first answer; beside an `error` it is the last known value. */
export interface Snapshot<T> {
  readonly value: T | undefined
  readonly error: TomboloError | undefined
}

/**
 * A value that is kept up to date while somebody subscribes to it.
 * @example
 * const live = store.db.notes.in(project).live
 * const stop = live.subscribe(() => console.log(live.get()?.length))
 */
export interface Live<T> {
  /** Equal for live values of the same request to the same store. */
  readonly key: string
  /** The value now; undefined until the first answer, and while nobody subscribes. */
  readonly get: () => T | undefined
  /** Value and error as one object, which stays the same until something changes. */
  readonly snapshot: () => Snapshot<T>
  /** Calls back after each change, until the returned function is called. */
  readonly subscribe: (onChange: () => void) => Stop
}

/** Starts a watch that sets each new snapshot. */
export type Start<T> = (set: (next: Snapshot<T>) => void) => Stop

const NOTHING: Snapshot<never> = { value: undefined, error: undefined }

let storesMade = 0

/** The live values of a store, by key. */
export class Lives {
  readonly #store: number = ++storesMade
  readonly #sources = new Map<string, Source>()

  /** The same key must always come with the same type of value and the same source. */
  live<T>(key: string, start: Start<T>): Live<T> {
    const snapshot = (): Snapshot<T> => (this.#sources.get(key)?.snapshot ?? NOTHING) as Snapshot<T>
    return {
      key: `${this.#store} ${key}`,
      snapshot,
      get: () => snapshot().value,
      subscribe: (onChange) => this.#sourceOf(key, start).subscribe(onChange),
    }
  }

  /** Stops all watches: the store closes. */
  stop(): void {
    for (const source of this.#sources.values()) source.stop()
    this.#sources.clear()
  }

  #sourceOf(key: string, start: Start<unknown>): Source {
    const known = this.#sources.get(key)
    if (known !== undefined) return known
    const source = new Source(start, () => this.#sources.delete(key))
    this.#sources.set(key, source)
    return source
  }
}

/** One watch, shared by its subscribers. */
class Source {
  snapshot: Snapshot<unknown> = NOTHING
  readonly #start: Start<unknown>
  readonly #onIdle: () => void
  readonly #listeners = new Set<() => void>()
  #stop: Stop | null = null

  constructor(start: Start<unknown>, onIdle: () => void) {
    this.#start = start
    this.#onIdle = onIdle
  }

  subscribe(onChange: () => void): Stop {
    // A separate listener, so that one function may subscribe twice.
    const listener = (): void => onChange()
    this.#listeners.add(listener)
    this.#stop ??= this.#start((next) => this.#set(next))
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) queueMicrotask(() => this.#rest())
    }
  }

  stop(): void {
    this.#stop?.()
    this.#listeners.clear()
  }

  #rest(): void {
    if (this.#listeners.size > 0 || this.#stop === null) return
    this.#stop()
    this.#stop = null
    this.#onIdle()
  }

  #set(next: Snapshot<unknown>): void {
    this.snapshot = next
    for (const listener of this.#listeners) call(listener)
  }
}

/** Calls a subscriber. If it throws, the error is reported as uncaught and the others are still called. */
function call(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** A live value computed from another. `change` must return the same object for the same input. */
export function mapLive<A, B>(live: Live<A>, key: string, change: (value: A) => B): Live<B> {
  let from: Snapshot<A> | undefined
  let to: Snapshot<B> = NOTHING
  const snapshot = (): Snapshot<B> => {
    const now = live.snapshot()
    if (now !== from) {
      from = now
      to = { value: now.value === undefined ? undefined : change(now.value), error: now.error }
    }
    return to
  }
  return { key, snapshot, get: () => snapshot().value, subscribe: live.subscribe }
}
