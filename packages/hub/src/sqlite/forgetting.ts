/** What a space may forget goes in slices of a bounded number of rows, each one transaction, so that no request waits long. */
import type { SpaceId } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { Bounds, Gone, NoteGone } from '../storage.ts'
import { GoneTable, type Swept } from './gone-table.ts'
import type { HeadsByDay } from './heads-by-day.ts'
import { HistoryTable } from './history-table.ts'
import { LogPruning } from './log-pruning.ts'
import type { RecordText } from './record-text.ts'

type Place = Swept & { readonly head: number; readonly logFloor: number }

export class Forgetting {
  readonly #headsByDay: HeadsByDay
  readonly #log: LogPruning
  readonly #gone: GoneTable
  readonly #history: HistoryTable
  readonly #place: Statement<[string], Place>
  readonly #removeSealed: Statement<[number, number, number]>
  readonly #inTransaction: <T>(run: () => T) => T

  constructor(db: Database, headsByDay: HeadsByDay, recordText: RecordText) {
    this.#headsByDay = headsByDay
    this.#log = new LogPruning(db)
    this.#gone = new GoneTable(db, recordText)
    this.#history = new HistoryTable(db)
    this.#place = db.prepare('SELECT no, head, log_floor AS logFloor, horizon, swept FROM space WHERE space = ?')
    this.#removeSealed = db.prepare(`DELETE FROM sealed WHERE rowid IN
      (SELECT rowid FROM sealed WHERE space = ? AND version <= ? ORDER BY version LIMIT ?)`)
    this.#inTransaction = (run) => db.transaction(run).immediate()
  }

  /** @returns whether there is more. */
  forget(space: SpaceId, bounds: Bounds, rowsMax: number, note: NoteGone): boolean {
    return this.#inTransaction(() => {
      const place = this.#place.get(space)
      return place !== undefined && this.#forgetSome(space, place, bounds, rowsMax, note)
    })
  }

  /** @returns whether there is more. */
  forgetHistory(beforeMs: number, rowsMax: number): boolean {
    return this.#inTransaction(() => this.#history.forget((space) => this.#headsByDay.headBy(space, beforeMs), rowsMax))
  }

  /** Where the copy held alive what is gone, its log still tells of it, and is forgotten. @returns whether it did. */
  repeat(gone: Gone | null, noted: number): boolean {
    return this.#inTransaction(() => {
      this.#gone.remember(noted)
      const place = gone === null ? undefined : this.#place.get(gone.space)
      const wasAlive = gone !== null && place !== undefined && this.#gone.repeat(place.no, gone)
      if (wasAlive) this.#log.removeTexts(place.no, place.logFloor, place.head, Number.MAX_SAFE_INTEGER)
      return wasAlive
    })
  }

  /** The log goes first: behind the horizon it would be read without tags. */
  #forgetSome(space: SpaceId, place: Place, { log, deleted, sealed, headsBeforeMs }: Bounds, rowsMax: number, note: NoteGone): boolean {
    const { no } = place
    let left = rowsMax
    left -= this.#log.removeTexts(no, place.logFloor, log, left)
    if (left > 0) left -= this.#gone.sweep(space, place, deleted, left, note)
    if (left > 0) left -= this.#log.removeTags(no, deleted, left)
    if (left > 0) left -= this.#removeSealed.run(no, sealed, left).changes
    this.#headsByDay.forgetBefore(no, headsBeforeMs)
    return left <= 0
  }
}
