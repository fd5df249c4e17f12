/**
 * Deleted records that are forgotten: of each its id is kept, as 16 bytes, and the name of its collection [Q4].
 *
 * Records are looked at in the order of versions, each once. The horizon rises with them; `swept` is the last one that was looked at of
 * those at the horizon's version, 0 where that was all.
 */
import { isForgotten, type RecordId, type SpaceId } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { Gone, NoteGone } from '../storage.ts'
import type { RecordText } from './record-text.ts'
import { bytesOfUuid } from './uuid-bytes.ts'

/** How far a space is swept. */
export interface Swept {
  readonly no: number
  readonly horizon: number
  readonly swept: number
}

interface Row {
  readonly no: number
  readonly collection: string
  readonly id: RecordId
  readonly version: number
  readonly state: string
}

interface Range {
  readonly space: number
  readonly from: number
  readonly swept: number
  readonly through: number
  readonly count: number
}

export class GoneTable {
  readonly #recordText: RecordText
  readonly #next: Statement<[Range], Row>
  readonly #moveHorizon: Statement<[number, number, number]>
  readonly #record: Statement<[number, string, string], Row>
  readonly #removeRecord: Statement<[number]>
  readonly #removeHistory: Statement<[number, string, string]>
  readonly #put: Statement<[number, Buffer, string]>
  readonly #remember: Statement<[number]>

  constructor(db: Database, recordText: RecordText) {
    this.#recordText = recordText
    this.#next = db.prepare(`SELECT no, collection, id, version, state FROM record
      WHERE space = @space AND version BETWEEN @from AND @through AND (version > @from OR no > @swept) ORDER BY version, no LIMIT @count`)
    this.#moveHorizon = db.prepare('UPDATE space SET horizon = ?, swept = ? WHERE no = ?')
    this.#record = db.prepare('SELECT no, collection, id, version, state FROM record WHERE space = ? AND id = ? AND collection = ?')
    this.#removeRecord = db.prepare('DELETE FROM record WHERE no = ?')
    this.#removeHistory = db.prepare('DELETE FROM history WHERE space = ? AND record = ? AND collection = ?')
    this.#put = db.prepare('INSERT OR IGNORE INTO gone (space, id, collection) VALUES (?, ?, ?)')
    this.#remember = db.prepare('UPDATE hub SET noted = ?')
  }

  /** Looks at the next records up to a version. @returns at how many. */
  sweep(space: SpaceId, { no, horizon, swept }: Swept, through: number, count: number, note: NoteGone): number {
    if (through < horizon || (through === horizon && swept === 0)) return 0
    const rows = this.#next.all({ space: no, from: horizon, swept, through, count })
    const last = rows.length < count ? undefined : rows.at(-1)
    const reached = last?.version ?? through
    const gone = rows.filter(({ collection, state }) => isForgotten(collection, this.#recordText.decode(state), reached))
    if (gone.length > 0)
      this.#remember.run(note({ space, through: reached, records: gone.map(({ collection, id }) => ({ collection, id })) }))
    for (const row of gone) this.#remove(no, row)
    this.#moveHorizon.run(reached, last?.no ?? 0, no)
    return rows.length
  }

  /**
   * What went in a later copy of this database goes from this one. A record that was written since is of another history, and stays; one
   * that is deleted here as well is gone from now on, and is removed when the horizon has come to it. @returns whether one was alive.
   */
  repeat(space: number, { through, records }: Gone): boolean {
    let wasAlive = false
    for (const { collection, id } of records) {
      const row = this.#record.get(space, id, collection)
      if (row !== undefined && row.version > through) continue
      this.#put.run(space, bytesOfUuid(id), collection)
      if (row === undefined || isForgotten(collection, this.#recordText.decode(row.state), through)) continue
      this.#remove(space, row)
      wasAlive = true
    }
    return wasAlive
  }

  remember(noted: number): void {
    this.#remember.run(noted)
  }

  #remove(space: number, { no, id, collection }: Row): void {
    this.#removeRecord.run(no)
    this.#removeHistory.run(space, id, collection)
    this.#put.run(space, bytesOfUuid(id), collection)
  }
}
