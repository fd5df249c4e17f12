/**
 * The head of each space at the end of each day on which it moved. Every copy of the database that may be restored contains the versions
 * that are older than the oldest such copy [P6]. The day is the hub's own; where its clock has gone back, the newest day goes on.
 */
import type { Database, Statement } from 'better-sqlite3'

const DAY_MS = 24 * 60 * 60 * 1000
const dayOf = (ms: number): number => Math.floor(ms / DAY_MS)

export class HeadsByDay {
  readonly #put: Statement<[{ readonly space: number; readonly day: number; readonly head: number }]>
  readonly #headBy: Statement<[number, number], number>
  readonly #forgetBefore: Statement<[{ readonly space: number; readonly day: number }]>
  readonly #forgetAll: Statement<[]>
  readonly #putAll: Statement<[number]>

  constructor(db: Database) {
    this.#put = db.prepare(`INSERT OR REPLACE INTO day (space, day, head)
      SELECT @space, max(@day, coalesce((SELECT max(day) FROM day WHERE space = @space), @day)), @head`)
    this.#headBy = db
      .prepare<[number, number], number>('SELECT head FROM day WHERE space = ? AND day < ? ORDER BY day DESC LIMIT 1')
      .pluck()
    this.#forgetBefore = db.prepare(
      'DELETE FROM day WHERE space = @space AND day < (SELECT max(day) FROM day WHERE space = @space AND day < @day)',
    )
    this.#forgetAll = db.prepare('DELETE FROM day')
    this.#putAll = db.prepare('INSERT INTO day (space, day, head) SELECT no, ?, head FROM space')
  }

  put(space: number, head: number, nowMs: number): void {
    this.#put.run({ space, day: dayOf(nowMs), head })
  }

  /** The head at the end of the last day that was over by then. */
  headBy(space: number, ms: number): number {
    return this.#headBy.get(space, dayOf(ms)) ?? 0
  }

  /** Forgets what nobody asks for who asks for this time, or a later one. */
  forgetBefore(space: number, ms: number): void {
    this.#forgetBefore.run({ space, day: dayOf(ms) })
  }

  beginAnew(nowMs: number): void {
    this.#forgetAll.run()
    this.#putAll.run(dayOf(nowMs))
  }
}
