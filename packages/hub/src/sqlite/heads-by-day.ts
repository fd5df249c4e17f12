/**
 * The head of each space at the end of each day on which it moved. Every copy of the database that may be restored contains the versions
 * that are older than the oldest such copy [P6]. The day comes from the space's hub stamp, which never goes back.
 */
import { msOfStamp } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { SpaceRow } from '../storage.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const dayOf = (ms: number): number => Math.floor(ms / DAY_MS)

export class HeadsByDay {
  readonly #put: Statement<[number, number, number]>
  readonly #headBy: Statement<[number, number], number>
  readonly #forget: Statement<[]>
  readonly #putAll: Statement<[number]>

  constructor(db: Database) {
    this.#put = db.prepare('INSERT OR REPLACE INTO day (space, day, head) VALUES (?, ?, ?)')
    this.#headBy = db
      .prepare<[number, number], number>('SELECT head FROM day WHERE space = ? AND day < ? ORDER BY day DESC LIMIT 1')
      .pluck()
    this.#forget = db.prepare('DELETE FROM day')
    this.#putAll = db.prepare('INSERT INTO day (space, day, head) SELECT no, ?, head FROM space')
  }

  put(space: number, { head, hubStamp }: Pick<SpaceRow, 'head' | 'hubStamp'>): void {
    this.#put.run(space, dayOf(msOfStamp(hubStamp)), head)
  }

  /** The head at the end of the last day that was over by then. */
  headBy(space: number, ms: number): number {
    return this.#headBy.get(space, dayOf(ms)) ?? 0
  }

  beginAnew(nowMs: number): void {
    this.#forget.run()
    this.#putAll.run(dayOf(nowMs))
  }
}
