/** A store that shows whatever a test wants it to, and remembers what it was asked to do. */
import type { ConflictItem, HistoryItem, Live, OutboxItem, StoreStatus } from '@tombolo/client'
import { collection, integer, oneOf, group, number, type RecordId, schema, type SchemaDefinition, string, text } from '@tombolo/core'
import type { SyncStore } from '../sync-store.ts'
import { STATUS } from './samples.ts'

export const SAMPLE_SCHEMA: SchemaDefinition = schema({
  version: 1,
  collections: {
    notes: collection(
      {
        title: string(),
        body: text(),
        quality: oneOf('poor', 'good').optional().review(),
        count: integer().optional(),
        place: group({ lat: number(), lon: number() }).optional(),
      },
      { onDelete: 'review' },
    ),
  },
})

/** A Live whose value a test sets. Like the real ones it answers only while somebody listens. */
export class FakeLive<T> implements Live<T> {
  readonly key: string
  readonly #listeners = new Set<() => void>()
  #value: T | undefined

  constructor(key: string, value?: T) {
    this.key = key
    this.#value = value
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  readonly get = (): T | undefined => (this.isWatched ? this.#value : undefined)
  readonly snapshot = (): { readonly value: T | undefined; readonly error: undefined } => ({ value: this.get(), error: undefined })

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange)
    return () => this.#listeners.delete(onChange)
  }

  set(value: T): void {
    this.#value = value
    for (const listener of this.#listeners) listener()
  }
}

export interface FakeContents {
  readonly status?: Partial<StoreStatus>
  readonly outbox?: readonly OutboxItem[]
  readonly conflicts?: readonly ConflictItem[]
  readonly history?: readonly HistoryItem[]
  readonly rows?: Readonly<Record<string, object>>
}

export class FakeStore implements SyncStore {
  readonly schema: SchemaDefinition = SAMPLE_SCHEMA
  readonly status: FakeLive<StoreStatus>
  readonly conflicts: { readonly live: FakeLive<readonly ConflictItem[]> }
  readonly history: FakeLive<readonly HistoryItem[]>
  /** What the elements asked for, in order: 'retry 3', 'set quality "good"'. */
  readonly asked: string[] = []
  /** The next thing that is asked for throws this. */
  failure: Error | null = null
  readonly #rows: Readonly<Record<string, object>>
  readonly #outbox: FakeLive<readonly OutboxItem[]>

  constructor({ status = {}, outbox = [], conflicts = [], history = [], rows = {} }: FakeContents = {}) {
    this.status = new FakeLive<StoreStatus>('status', { ...STATUS, ...status })
    this.#outbox = new FakeLive<readonly OutboxItem[]>('outbox', outbox)
    this.conflicts = { live: new FakeLive('conflicts', conflicts) }
    this.history = new FakeLive('history', history)
    this.#rows = rows
  }

  get outbox(): SyncStore['outbox'] & { readonly live: FakeLive<readonly OutboxItem[]> } {
    return {
      live: this.#outbox,
      retry: (seq) => this.#ask(`retry ${seq}`),
      discard: (seq) => this.#ask(`discard ${seq}`),
      export: async (seq) => {
        await this.#ask(`export ${seq}`)
        return JSON.stringify({ seq })
      },
      sendNow: () => this.#ask('sendNow'),
    }
  }

  get db(): SyncStore['db'] {
    return { notes: { record: (id: RecordId) => new FakeLive<unknown>(`record ${id}`, this.#rows[id] ?? null) } }
  }

  liveHistory(): Live<readonly HistoryItem[]> {
    return this.history
  }

  async writeIn(_space: unknown, work: Parameters<SyncStore['writeIn']>[1]): Promise<void> {
    const said: string[] = []
    work({
      notes: {
        set: (_record, patch) => said.push(`set ${JSON.stringify(patch)}`),
        resolve: (_record, field, conflict, value) => said.push(`resolve ${field} ${conflict} ${JSON.stringify(value)}`),
        delete: () => said.push('delete'),
        restore: () => said.push('restore'),
      },
    })
    for (const step of said) await this.#ask(step)
  }

  setStatus(part: Partial<StoreStatus>): void {
    this.status.set({ ...STATUS, ...part })
  }

  async #ask(what: string): Promise<void> {
    this.asked.push(what)
    const { failure } = this
    this.failure = null
    if (failure !== null) throw failure
    await Promise.resolve()
  }
}
