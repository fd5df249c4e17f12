/** Rows that an element renders, by id. A row is watched until a rendering no longer asks for it. */
import type { Live } from '@tombolo/client'
import type { RecordId } from '@tombolo/core'
import type { ReactiveController } from 'lit'
import { listen, type StoreElement } from './store-element.ts'
import type { SyncStore } from './sync-store.ts'

interface Watch {
  readonly live: Live<unknown>
  readonly stop: () => void
}

export class WatchedRows implements ReactiveController {
  readonly #host: StoreElement
  readonly #watches = new Map<string, Watch>()
  readonly #asked = new Set<string>()
  #store: SyncStore | null = null

  constructor(host: StoreElement) {
    this.#host = host
    host.addController(this)
  }

  /** For use while rendering; undefined until it is known, null if there is none. */
  get(collection: string, record: RecordId): unknown {
    const key = `${collection} ${record}`
    this.#asked.add(key)
    const watch = this.#watches.get(key) ?? this.#watch(key, this.#host.source?.db[collection]?.record(record))
    return watch?.live.get()
  }

  hostUpdate(): void {
    if (this.#host.source !== this.#store) this.hostDisconnected()
    this.#store = this.#host.source
    this.#asked.clear()
  }

  hostUpdated(): void {
    for (const key of this.#watches.keys()) if (!this.#asked.has(key)) this.#forget(key)
  }

  hostDisconnected(): void {
    for (const key of this.#watches.keys()) this.#forget(key)
  }

  #watch(key: string, live: Live<unknown> | undefined): Watch | undefined {
    if (live === undefined) return undefined
    const watch = { live, stop: listen(live, this.#host) }
    this.#watches.set(key, watch)
    return watch
  }

  #forget(key: string): void {
    this.#watches.get(key)?.stop()
    this.#watches.delete(key)
  }
}
