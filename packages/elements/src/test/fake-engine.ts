/** An engine that says whatever a test wants, and remembers what it was asked to do. The store in front of it is the real one. */
import {
  type ConflictItem,
  type EnginePort,
  type HistoryItem,
  type OutboxItem,
  type ReadAnswer,
  type ReadRequest,
  type Row,
  Store,
  type StoreStatus,
  type WatchEvent,
  type WatchRequest,
  type WriteAnswer,
  type WriteBatch,
} from '@tombolo/client'
import { boolean, collection, date, group, type Intent, integer, number, oneOf, schema, type Schema, string, text } from '@tombolo/core'
import { STATUS } from './samples.ts'

const notes = collection(
  {
    title: string(),
    body: text(),
    quality: oneOf('poor', 'good').optional().review(),
    count: integer().optional(),
    place: group({ lat: number(), lon: number() }).optional().review(),
    seenOn: date().optional().review(),
    checked: boolean().optional().review(),
  },
  { onDelete: 'review' },
)

export type SampleSchema = Schema<{ notes: typeof notes }>
export const SAMPLE_SCHEMA: SampleSchema = schema({ version: 1, collections: { notes } })

export interface Contents {
  readonly status: StoreStatus
  readonly outbox: readonly OutboxItem[]
  readonly conflicts: readonly ConflictItem[]
  readonly history: readonly HistoryItem[]
  readonly rows: readonly Row[]
}

const NOTHING: Contents = { status: STATUS, outbox: [], conflicts: [], history: [], rows: [] }

export class FakeEngine implements EnginePort {
  /** What the elements asked for, in order: 'retry intent-3', 'set {"values":{"quality":"good"}}'. */
  readonly asked: string[] = []
  /** The next batch is refused with this. */
  refusal: { readonly code: string; readonly message: string } | null = null
  /** Lists cannot be read, with this message. */
  broken: string | null = null
  #contents: Contents
  readonly #watchers = new Set<() => void>()

  constructor(contents: Partial<Contents> = {}) {
    this.#contents = { ...NOTHING, ...contents }
  }

  /** How many things are being watched. */
  get watches(): number {
    return this.#watchers.size
  }

  set(contents: Partial<Contents>): void {
    this.#contents = { ...this.#contents, ...contents }
    for (const tell of this.#watchers) tell()
  }

  setStatus(part: Partial<StoreStatus>): void {
    this.set({ status: { ...STATUS, ...part } })
  }

  async open(): ReturnType<EnginePort['open']> {
    return { schema: SAMPLE_SCHEMA, durability: 'disk' }
  }

  status(notify: (status: StoreStatus) => void): () => void {
    return this.#tell(() => notify(this.#contents.status))
  }

  watch(request: WatchRequest, notify: (event: WatchEvent) => void): () => void {
    return this.#tell(() => notify(this.#event(request)))
  }

  async read(request: ReadRequest): Promise<ReadAnswer> {
    if (request.type === 'export') return { type: 'export', json: this.#export(request.intent) }
    if (request.type === 'history') return { type: 'history', items: this.#contents.history }
    throw new Error(`${request.type} is not faked`)
  }

  async write(batch: WriteBatch): Promise<WriteAnswer> {
    const { refusal } = this
    this.refusal = null
    this.asked.push(...said(batch))
    return refusal === null ? { ok: true, intent: null, seq: null } : { ok: false, ...refusal }
  }

  async close(): Promise<void> {
    this.#watchers.clear()
  }

  #export(intent: Intent): string {
    this.asked.push(`export ${intent}`)
    return JSON.stringify({ intent })
  }

  #tell(tell: () => void): () => void {
    this.#watchers.add(tell)
    tell()
    return () => this.#watchers.delete(tell)
  }

  #event(request: WatchRequest): WatchEvent {
    if (this.broken !== null) return { type: 'failed', code: 'storage.failed', message: this.broken }
    switch (request.type) {
      case 'outbox':
        return { type: 'outbox', items: this.#contents.outbox }
      case 'conflicts':
        return { type: 'conflicts', items: this.#contents.conflicts }
      case 'record':
        return { type: 'rows', rows: this.#contents.rows.filter(({ id }) => id === request.id).map((row) => ({ ...row })) }
      case 'query':
      case 'count':
      case 'spaces':
        throw new Error(`${request.type} is not faked`)
    }
  }
}

function said(batch: WriteBatch): string[] {
  switch (batch.type) {
    case 'write':
      return batch.steps.map(({ type, collection: _collection, record: _record, ...rest }) => `${type} ${JSON.stringify(rest)}`)
    case 'retry':
    case 'discard':
    case 'amend':
      return [`${batch.type} ${batch.intent}`]
    case 'seal':
    case 'sendNow':
    case 'setRole':
    case 'invite':
    case 'join':
    case 'import':
    case 'putAway':
      return [batch.type]
  }
}

export const openFake = (engine: FakeEngine): Promise<Store<SampleSchema>> => Store.open({ schema: SAMPLE_SCHEMA, port: engine })

/** A row as a query gives it: it knows its collection. */
export async function rowOf(store: Store<SampleSchema>, id: Row['id']): Promise<Awaited<ReturnType<typeof store.db.notes.get>>> {
  const live = store.db.notes.record(id)
  const stop = live.subscribe(() => {})
  const row = live.get() ?? null
  stop()
  return row
}
