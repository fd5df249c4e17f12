/** Reads records in the order of their ids, for comparing them with a device's [Q5]. */
import type { IdRange, RecordId, SpaceId } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { RangeRead, RangeSlice, RecordRow } from '../storage.ts'
import type { SqliteFound } from './found.ts'
import type { RecordText } from './record-text.ts'

/** After every id. */
const END = '~'

export class RangeReader {
  readonly #found: SqliteFound
  readonly #recordText: RecordText
  readonly #count: Statement<[number, string, string], number>
  readonly #records: Statement<[number, string, string], [collection: string, id: string, state: string]>

  constructor(db: Database, found: SqliteFound, recordText: RecordText) {
    this.#found = found
    this.#recordText = recordText
    const within = 'FROM record WHERE space = ? AND id >= ? AND id < ?'
    this.#count = db.prepare<[number, string, string], number>(`SELECT count(*) ${within}`).pluck()
    this.#records = db
      .prepare<[number, string, string], [string, string, string]>(`SELECT collection, id, state ${within} ORDER BY id, collection`)
      .raw()
  }

  count(space: SpaceId, { from, to }: IdRange): number {
    this.#found.begin()
    return this.#count.get(this.#found.spaceNumber(space) ?? 0, from ?? '', to ?? END) ?? 0
  }

  read({ space, account, range, rowsMax, bytesMax }: RangeRead): RangeSlice | null {
    this.#found.begin()
    const row = this.#found.space(space)
    const no = this.#found.spaceNumber(space)
    if (row === null || no === null) return null
    const standing = this.#found.standing(space, account)
    const records: RecordRow[] = []
    let bytes = 0
    for (const [collection, id, state] of this.#records.iterate(no, range.from ?? '', range.to ?? END)) {
      const isFull = records.length >= rowsMax || (records.length > 0 && bytes + state.length > bytesMax)
      if (isFull && id !== records.at(-1)?.id) return { space: row, standing, records, next: id as RecordId }
      records.push({ collection, id: id as RecordId, state: this.#recordText.decode(state) })
      bytes += state.length
    }
    return { space: row, standing, records, next: null }
  }
}
