/** Forgetting the log of a space: the texts of chunks, and later the rows that keep the tags. */
import type { Database, Statement } from 'better-sqlite3'
import { chunkNo, LAST } from './chunk-no.ts'

export class LogPruning {
  readonly #chunks: Statement<[bigint, bigint, number], [no: bigint, last: bigint]>
  readonly #clear: Statement<[bigint, bigint]>
  readonly #moveFloor: Statement<[bigint, number]>
  readonly #removeTags: Statement<[bigint, bigint, number]>

  constructor(db: Database) {
    this.#chunks = db
      .prepare<[bigint, bigint, number], [bigint, bigint]>(`SELECT no, ${LAST} FROM chunk WHERE no > ? AND no <= ? ORDER BY no LIMIT ?`)
      .raw()
      .safeIntegers()
    this.#clear = db.prepare('UPDATE chunk SET text = NULL WHERE no > ? AND no <= ?')
    this.#moveFloor = db.prepare('UPDATE space SET log_floor = ? WHERE no = ?')
    this.#removeTags = db.prepare('DELETE FROM chunk WHERE no IN (SELECT no FROM chunk WHERE no >= ? AND no < ? ORDER BY no LIMIT ?)')
  }

  /** Removes the texts of whole chunks, so the floor is the end of the last one. @returns how many it removed. */
  removeTexts(space: number, floor: number, through: number, count: number): number {
    const start = chunkNo(space, floor)
    const chunks = this.#chunks.all(start, chunkNo(space, through), count)
    const last = chunks.at(-1)
    if (last === undefined) return 0
    this.#clear.run(start, last[0])
    this.#moveFloor.run(last[1], space)
    return chunks.length
  }

  /** Removes chunks that end before the horizon, where no cursor is compared with its tag. @returns how many it removed. */
  removeTags(space: number, horizon: number, count: number): number {
    return this.#removeTags.run(chunkNo(space, 0), chunkNo(space, horizon), count).changes
  }
}
