/** Reads rows from the store, for one-off reads and for live queries. */
import type { CollectionDefinition, Json, RecordId } from '@tombolo/core'
import { ResultCache } from '../query/cache.ts'
import { compileCount, compileElements, compileRecord, compileRows } from '../query/compile.ts'
import { planQuery } from '../query/plan.ts'
import { isInTrouble } from '../query/select.ts'
import type { Query, Row } from './port.ts'
import type { StoreState } from './state.ts'
import { quoted } from './sql.ts'

export class Reader {
  readonly #state: StoreState
  readonly #cache = new ResultCache()

  constructor(state: StoreState) {
    this.#state = state
    state.onCommit((commit) => this.#cache.take(commit))
  }

  /** @throws QueryError where the query does not fit the schema. */
  rows(query: Query): readonly Row[] {
    return this.#cache.rows(query, () => this.#rows(query))
  }

  #rows(query: Query): readonly Row[] {
    const plan = planQuery(this.#state.schema, query)
    const { sql, params, read } = compileRows(plan)
    return this.#state.database
      .prepare(sql)
      .values(...params)
      .map((values) => this.#complete(plan.collection, read(values)))
  }

  /** @throws QueryError where the query does not fit the schema. */
  count(query: Query): number {
    const { sql, params } = compileCount(planQuery(this.#state.schema, query))
    return Number(this.#state.database.prepare(sql).get(...params)?.['count'] ?? 0)
  }

  /** @throws QueryError where the query does not fit the schema, or the field is no set. */
  elements(query: Query, field: string): readonly Json[] {
    const { sql, params } = compileElements(planQuery(this.#state.schema, query), field)
    return this.#state.database
      .prepare(sql)
      .values(...params)
      .map(([element]) => JSON.parse(String(element)) as Json)
  }

  record(collection: string, id: RecordId): Row | null {
    const definition = this.#state.schema.collections[collection]
    if (definition === undefined) return null
    const { sql, read } = compileRecord(definition)
    const [values] = this.#state.database.prepare(sql).values(id)
    return values === undefined ? null : this.#complete(definition, read(values))
  }

  /** Adds conflicts and refused values to a row. Few rows have any, so they are looked up only for rows that say so. */
  #complete(collection: CollectionDefinition, row: Row): Row {
    if (!isInTrouble(row)) return row
    const sql = `SELECT "$failed", "$conflicts" FROM ${quoted(collection.name)} WHERE id = ?`
    const { $failed = null, $conflicts = null } = this.#state.database.prepare(sql).get(row.id) ?? {}
    const stored = $failed === null ? undefined : this.#state.records.load(collection, row.id)
    return {
      ...row,
      $conflicts: typeof $conflicts === 'string' ? (JSON.parse($conflicts) as string[]) : row.$conflicts,
      $failed: stored === undefined ? null : this.#state.records.failedValues(stored),
    }
  }
}
