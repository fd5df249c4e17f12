/**
 * Queries, as an app writes them. Each step returns a new query; nothing is read before the end of the chain.
 *
 *   store.db.notes.in(project).where({ done: false }).where('visits', '>=', 3).orderBy('at', 'desc').limit(100)
 *     .all()  .first()  .count()                  once
 *     .watch(rows => …)  .live  .liveCount        from now on
 */
import type { CollectionName, ElementOf, FieldName, Json, RecordId, Schema } from '@tombolo/core'
import type { Comparison, Condition, Query, Stop } from '../engine/port.ts'
import { Misuse, type TomboloError } from './errors.ts'
import type { Live } from './live.ts'
import type { PortClient } from './port-client.ts'
import { idOfSpace, type Queryable, type SpaceRef, type StoredRow } from './types.ts'

type Name<Q> = keyof Q & string
type Ordering = '<' | '<=' | '>' | '>='

/**
 * A query builder. It is immutable: each step returns a new one.
 * @example
 * const birds = store.db.notes.in(project).where('tags', 'contains', 'shore').orderBy('title')
 * await birds.count() // 1
 */
export class QueryBuilder<S extends Schema, N extends CollectionName<S>> {
  /** The query as data. */
  readonly query: Query
  readonly #client: PortClient

  constructor(client: PortClient, query: Query) {
    this.#client = client
    this.query = query
  }

  /** Only records of this space. Without this, records of all spaces on the device. */
  in(space: SpaceRef): QueryBuilder<S, N> {
    return this.#with({ space: idOfSpace(space) })
  }

  /**
   * Only records whose fields have these values; null matches null. All conditions must hold.
   * @throws Misuse `query.value` for undefined, which would otherwise find everything.
   * @example notes.where({ kind: 'bird', place: null }).where('visits', '>=', 3).where('tags', 'contains', 'shore')
   */
  where(values: { readonly [K in Name<Queryable<S, N>>]?: Queryable<S, N>[K] }): QueryBuilder<S, N>
  where<K extends Name<Queryable<S, N>>>(field: K, comparison: '=' | '!=', value: Queryable<S, N>[K]): QueryBuilder<S, N>
  where<K extends Name<Queryable<S, N>>>(field: K, comparison: Ordering, value: NonNullable<Queryable<S, N>[K]>): QueryBuilder<S, N>
  where<K extends Name<Queryable<S, N>>>(field: K, comparison: 'in', values: readonly Queryable<S, N>[K][]): QueryBuilder<S, N>
  where<K extends FieldName<S, N, 'set'>>(field: K, comparison: 'contains', element: ElementOf<S, N, K>): QueryBuilder<S, N>
  where(first: object | string, comparison?: Comparison, value?: unknown): QueryBuilder<S, N> {
    const added =
      typeof first === 'string'
        ? [conditionOf(first, comparison ?? '=', value)]
        : Object.entries(first).map(([field, one]) => conditionOf(field, '=', one))
    return this.#with({ where: [...this.query.where, ...added] })
  }

  /**
   * Deleted records instead of existing ones, with their last values, for a list from which a person restores them.
   * @example await store.write(w => w.notes.restore(deletedNote))
   */
  deleted(): QueryBuilder<S, N> {
    return this.#with({ deleted: true })
  }

  /** Orders by one more field; the id breaks ties. */
  orderBy(field: Name<Queryable<S, N>>, direction: 'asc' | 'desc' = 'asc'): QueryBuilder<S, N> {
    return this.#with({ orderBy: [...this.query.orderBy, { field, direction }] })
  }

  /** At most `count` rows. */
  limit(count: number): QueryBuilder<S, N> {
    return this.#with({ limit: count })
  }

  /** Skips the first `count` rows. */
  offset(count: number): QueryBuilder<S, N> {
    return this.#with({ offset: count })
  }

  /**
   * Only records with all these words in the fields that the collection searches, the last one as a prefix. Accents are ignored. Newest
   * first, which keeps the list stable while a person types; `{ rank: true }` puts the most relevant first.
   */
  search(words: string, { rank = false }: { readonly rank?: boolean } = {}): QueryBuilder<S, N> {
    return this.#with({ search: { words, rank } })
  }

  /**
   * The rows, once.
   * @throws TomboloError `query.…` if the query does not fit the schema.
   * @example (await store.db.notes.where({ title: 'Heron' }).all()).map((row) => row.title) // ['Heron']
   */
  async all(): Promise<readonly StoredRow<S, N>[]> {
    return (await this.#client.rows(this.query)) as unknown as readonly StoredRow<S, N>[]
  }

  /** The first row, or null. @throws as `all` */
  async first(): Promise<StoredRow<S, N> | null> {
    const rows = await this.limit(1).all()
    return rows[0] ?? null
  }

  /** The number of matching records, regardless of the limit. @throws as `all` */
  async count(): Promise<number> {
    const { count } = await this.#client.read({ type: 'count', query: this.#counted() })
    return count
  }

  /**
   * Every element that a set has in any of these records, each once, sorted; `limit` is of elements.
   * @throws as `all`
   * @example const tags = await store.db.notes.in(project).elements('tags')
   */
  async elements<K extends FieldName<S, N, 'set'>>(field: K): Promise<readonly ElementOf<S, N, K>[]> {
    const { elements } = await this.#client.read({ type: 'elements', query: this.query, field })
    return elements as readonly ElementOf<S, N, K>[]
  }

  /** The rows, kept up to date while somebody subscribes. Rows that did not change stay the same objects. */
  get live(): Live<readonly StoredRow<S, N>[]> {
    return this.#client.liveRows(this.query) as unknown as Live<readonly StoredRow<S, N>[]>
  }

  /** The number of matching records, regardless of the limit, kept up to date while somebody subscribes. */
  get liveCount(): Live<number> {
    return this.#client.liveOf({ type: 'count', query: this.#counted() }, (event) => (event.type === 'count' ? event.count : undefined))
  }

  /** Calls back with the rows, now and after each change. Without `onError`, an error is reported as uncaught. */
  watch(onRows: (rows: readonly StoredRow<S, N>[]) => void, onError: (error: TomboloError) => void = rethrow): Stop {
    const { live } = this
    let told: unknown
    const tell = (): void => {
      const snapshot = live.snapshot()
      if (snapshot === told) return
      told = snapshot
      if (snapshot.error !== undefined) onError(snapshot.error)
      else if (snapshot.value !== undefined) onRows(snapshot.value)
    }
    const stop = live.subscribe(tell)
    if (live.get() !== undefined) tell()
    return stop
  }

  /** The query without order and limit, so that counts of otherwise equal queries share one watch. */
  #counted(): Query {
    return { ...this.query, orderBy: [], limit: null, offset: 0 }
  }

  #with(part: Partial<Query>): QueryBuilder<S, N> {
    return new QueryBuilder(this.#client, { ...this.query, ...part })
  }
}

const rethrow = (error: TomboloError): never => {
  throw error
}

function conditionOf(field: string, comparison: Comparison, value: unknown): Condition {
  if (value === undefined) throw new Misuse('query.value', `where: '${field}' is compared with undefined`)
  return { field, comparison, value: value as Json }
}

/** A collection of the store: a query for all of it, and its records by id. */
export class CollectionReader<S extends Schema, N extends CollectionName<S>> extends QueryBuilder<S, N> {
  readonly name: N
  readonly #client: PortClient

  constructor(client: PortClient, name: N) {
    super(client, { collection: name, space: null, where: [], orderBy: [], limit: null, offset: 0, search: null })
    this.name = name
    this.#client = client
  }

  /** One record, or null. @throws TomboloError */
  async get(id: RecordId): Promise<StoredRow<S, N> | null> {
    const row = await this.#client.record(this.name, id)
    return row as unknown as StoredRow<S, N> | null
  }

  /** One record, kept up to date; null while it does not exist. */
  record(id: RecordId): Live<StoredRow<S, N> | null> {
    return this.#client.liveRecord(this.name, id) as unknown as Live<StoredRow<S, N> | null>
  }
}

/**
 * A query for each collection of a schema.
 * @example await store.db.notes.count() // 1
 */
export type Database<S extends Schema> = { readonly [N in CollectionName<S>]: CollectionReader<S, N> }
