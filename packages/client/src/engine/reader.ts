/** Rows out of the store, for one-off reads and for live queries. Reads only. */
import type { CollectionDefinition, RecordId } from '@tombolo/core'
import { compileCount, compileRows } from '../query/compile.ts'
import type { LiveSource } from '../query/live.ts'
import { planQuery } from '../query/plan.ts'
import type { SqlRow } from '../storage/port.ts'
import type { Describer } from './describe.ts'
import type { ConflictItem, OutboxItem, Query, Row, SpaceItem } from './port.ts'
import { rowFromSql } from './row.ts'
import type { StoreState } from './state.ts'
import { quoted } from './tables.ts'

export class Reader implements LiveSource {
  readonly #state: StoreState
  readonly #describer: Describer

  constructor(state: StoreState, describer: Describer) {
    this.#state = state
    this.#describer = describer
  }

  /** @throws QueryError where the query does not fit the schema. */
  rows(query: Query): readonly Row[] {
    const plan = planQuery(this.#state.schema, query)
    const { sql, params } = compileRows(plan)
    return this.#state.database
      .prepare(sql)
      .all(...params)
      .map((row) => this.#row(plan.collection, row))
  }

  /** @throws QueryError where the query does not fit the schema. */
  count(query: Query): number {
    const { sql, params } = compileCount(planQuery(this.#state.schema, query))
    return Number(this.#state.database.prepare(sql).get(...params)?.['count'] ?? 0)
  }

  record(collection: string, id: RecordId): Row | null {
    const definition = this.#state.schema.collections[collection]
    if (definition === undefined) return null
    const row = this.#state.database.prepare(`SELECT * FROM ${quoted(collection)} WHERE id = ? AND "$deleted" = 0`).get(id)
    return row === undefined ? null : this.#row(definition, row)
  }

  spaces(): readonly SpaceItem[] {
    return this.#describer.spaces()
  }

  outbox(): readonly OutboxItem[] {
    return this.#describer.outbox()
  }

  conflicts(): readonly ConflictItem[] {
    return this.#describer.conflicts(null)
  }

  #row(collection: CollectionDefinition, sql: SqlRow): Row {
    const row = rowFromSql(collection, sql)
    const failed = sql['$failed']
    if (typeof failed !== 'string') return row
    return { ...row, $failed: this.#state.records.failedValues(JSON.parse(failed) as number[], row.id) }
  }
}
