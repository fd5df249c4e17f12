/**
 * Forgets deleted records at the horizon that the hub tells with the last page of a pull [Q4]: the same ones as the hub, by the same rule,
 * with their histories. A record that an own change still waits for is kept until that has its verdict, `record.gone`. Of the other records
 * it forgets old history (history-age.ts).
 */
import { isForgotten, type Page, type RecordId, type SpaceId } from '@tombolo/core'
import { HistoryAge } from './history-age.ts'
import type { RecordTable } from './records.ts'
import { quoted } from './sql.ts'
import type { StoreState } from './state.ts'
import { UnknownRecords } from './unknown-records.ts'

/** What one page forgets at most, so that it waits for no more; the next pulls go on. */
const AT_ONCE = 1000

export class Forgetting {
  readonly #state: StoreState
  readonly #historyAge: HistoryAge
  /** The horizons up to which everything is forgotten that can be, in these records: a transaction that is undone reads them anew. */
  readonly #reached = new Map<SpaceId, number>()
  #records: RecordTable | null = null

  constructor(state: StoreState) {
    this.#state = state
    this.#historyAge = new HistoryAge(state)
  }

  /** Runs inside the transaction of a page, after its records were written. */
  heed({ space, more, horizon, hubTimeMs }: Page): void {
    if (horizon !== undefined) this.#heedHorizon(space, horizon)
    if (!more) this.#historyAge.heed(hubTimeMs)
  }

  #heedHorizon(space: SpaceId, horizon: number): void {
    if (this.#records !== this.#state.records) this.#reached.clear()
    this.#records = this.#state.records
    if (horizon <= (this.#reached.get(space) ?? 0)) return
    let left = AT_ONCE
    for (const name of Object.keys(this.#state.schema.collections)) left -= this.#forgetIn(name, space, horizon, left)
    new UnknownRecords(this.#state.database).forget(space, (collection, record) => isForgotten(collection, record, horizon))
    if (left > 0) this.#reached.set(space, horizon)
  }

  /** @returns how many it has forgotten */
  #forgetIn(name: string, space: SpaceId, horizon: number, most: number): number {
    const { database, records } = this.#state
    const collection = records.collection(name)
    const deleted = database.prepare(
      `SELECT id FROM ${quoted(name)} WHERE space = ? AND "$deleted" = 1 AND "$version" <= ? AND "$open" IS NULL AND "$failed" IS NULL`,
    )
    let forgotten = 0
    for (const [id = null] of deleted.values(space, horizon)) {
      if (forgotten === most) break
      const stored = records.load(collection, id as RecordId)
      if (stored?.confirmed === undefined || !isForgotten(name, stored.confirmed, horizon)) continue
      this.#state.saveRecord({ ...stored, confirmed: undefined })
      database.prepare('DELETE FROM _history WHERE collection = ? AND id = ?').run(name, id)
      forgotten += 1
    }
    return forgotten
  }
}
