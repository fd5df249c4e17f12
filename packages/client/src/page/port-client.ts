/** The page's end of the port: sends every request, and turns every failure into a TomboloError. */
import { base64url, canonicalJson, type Json, type RandomBytes, type RecordId } from '@tombolo/core'
import type {
  EnginePort,
  HistoryItem,
  Query,
  ReadAnswer,
  ReadRequest,
  Row,
  StoreStatus,
  WatchEvent,
  WatchRequest,
  WriteAnswer,
  WriteBatch,
} from '../engine/port.ts'
import { EMPTY_LIST, followDelta, listOf, type RowList } from '../query/delta.ts'
import { asTomboloError, errorOf, TomboloError } from './errors.ts'
import { type Live, Lives, type Start } from './live.ts'

/** A batch without its operation id. */
export type NewBatch = WriteBatch extends infer B ? (B extends WriteBatch ? Omit<B, 'operationId'> : never) : never

export class PortClient {
  readonly port: EnginePort
  readonly #pageId: string
  readonly #lives = new Lives()
  #operations = 0
  #isClosed = false

  constructor(port: EnginePort, random: RandomBytes) {
    this.port = port
    this.#pageId = base64url(random(12))
  }

  /** @throws TomboloError */
  async read<T extends ReadRequest['type']>(request: ReadRequest & { readonly type: T }): Promise<AnswerTo<T>> {
    const answer = await this.#ask(() => this.port.read(request))
    return answer as AnswerTo<T>
  }

  /** @throws TomboloError */
  async rows(query: Query): Promise<readonly Row[]> {
    const { rows } = await this.read({ type: 'query', query })
    return ofCollection(query.collection, rows)
  }

  /** @throws TomboloError */
  async record(collection: string, id: RecordId): Promise<Row | null> {
    const { rows } = await this.read({ type: 'record', collection, id })
    return ofCollection(collection, rows)[0] ?? null
  }

  /** @throws TomboloError also for what the engine refuses. */
  async write(batch: NewBatch): Promise<Extract<WriteAnswer, { ok: true }>> {
    const answer = await this.tryWrite(batch, this.newOperationId())
    if (!answer.ok) throw errorOf(answer.code, answer.message, answer)
    return answer
  }

  /** Applies a batch exactly once, however often it is asked for under one operation id. @throws TomboloError if the outcome is unknown. */
  tryWrite(batch: NewBatch, operationId: string): Promise<WriteAnswer> {
    return this.#ask(() => this.port.write({ ...batch, operationId }))
  }

  /** A new operation id, unique across pages. */
  newOperationId(): string {
    return `${this.#pageId}.${(++this.#operations).toString(36)}`
  }

  /** Live rows; equal queries share one watch. */
  liveRows(query: Query): Live<readonly Row[]> {
    return this.#watched({ type: 'query', query }, () => rowsOf(query.collection))
  }

  liveRecord(collection: string, id: RecordId): Live<Row | null> {
    return this.#watched({ type: 'record', collection, id }, () => {
      const next = rowsOf(collection)
      return (event) => next(event)[0] ?? null
    })
  }

  /** `pick` takes the value out of the event that carries it. */
  liveOf<T>(request: WatchRequest, pick: (event: WatchEvent) => T | undefined): Live<T> {
    return this.#watched(request, () => pick)
  }

  /**
   * Reads the history at once, and again whenever the record changes. A record that is watched already delivers no first event to wait for.
   */
  liveHistory(collection: string, id: RecordId): Live<readonly HistoryItem[]> {
    const record = this.liveRecord(collection, id)
    return this.#lives.live(`history ${record.key}`, (set) => {
      const read = latestOnly(
        () => this.read({ type: 'history', collection, id }),
        ({ items }) => set({ value: items, error: undefined }),
        (error) => set({ value: undefined, error: asTomboloError(error) }),
      )
      read()
      return record.subscribe(read)
    })
  }

  liveStatus(): Live<StoreStatus> {
    return this.#lives.live('status', (set) => this.port.status((status) => set({ value: status, error: undefined })))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#lives.stop()
    await this.port.close()
  }

  /** `reader` returns a function that extracts the value from the events of one watch; undefined means no change. */
  #watched<T>(request: WatchRequest, reader: () => (event: WatchEvent) => T | undefined): Live<T> {
    const start: Start<T> = (set) => {
      const read = reader()
      let value: T | undefined
      return this.port.watch(request, (event) => {
        if (event.type === 'failed') return set({ value, error: errorOf(event.code, event.message) })
        const next = read(event)
        if (next !== undefined) value = next
        set({ value, error: undefined })
      })
    }
    return this.#lives.live(canonicalJson(request as unknown as Json), start)
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new TomboloError('store.closed', 'This store is closed.')
    try {
      return await question()
    } catch (error) {
      throw asTomboloError(error)
    }
  }
}

/** Requests for a query and for a record are both answered by rows. */
type AnswerTo<T extends ReadRequest['type']> = Extract<ReadAnswer, { type: T extends 'query' | 'record' ? 'rows' : T }>

/** Follows the rows of one watch. */
function rowsOf(collection: string): (event: WatchEvent) => readonly Row[] {
  let list: RowList = EMPTY_LIST
  return (event) => {
    if (event.type === 'rows') list = listOf(ofCollection(collection, event.rows))
    if (event.type === 'delta') {
      ofCollection(collection, event.upserted)
      list = followDelta(list, event)
    }
    return list.rows
  }
}

/** Returns a function that asks again at each call and uses only the answer to the last request. */
function latestOnly<T>(ask: () => Promise<T>, take: (answer: T) => void, fail: (error: unknown) => void): () => void {
  let last = 0
  return () => {
    const question = ++last
    ask().then(
      (answer) => question === last && take(answer),
      (error: unknown) => question === last && fail(error),
    )
  }
}

/** Marks rows with their collection. */
function ofCollection(collection: string, rows: readonly Row[]): readonly Row[] {
  for (const row of rows as readonly { $collection?: unknown }[]) row.$collection ??= collection
  return rows
}

/** The collection of a row that came from a store; undefined for any other object. */
export function collectionOf(row: object): string | undefined {
  const { $collection } = row as { readonly $collection?: unknown }
  return typeof $collection === 'string' ? $collection : undefined
}
