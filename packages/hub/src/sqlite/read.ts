/** Reads for pulls. Each is one snapshot, because nothing else runs between its statements. */
import type { RecordId, SpaceId } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { BodyRequest, LogChunk, ReadRequest, RecordPosition, RecordRow, Snapshot, SpaceRow } from '../storage.ts'
import { chunkNo, endOfChunks, LAST } from './chunk-no.ts'
import type { SqliteFound } from './found.ts'
import type { RecordText } from './record-text.ts'

type RecordColumns = [collection: string, id: string, version: number, state: string]

export class SqliteReader {
  readonly #found: SqliteFound
  readonly #recordText: RecordText
  readonly #log: Statement<[bigint, bigint], [first: number, last: number, text: string]>
  readonly #records: Statement<[number, number, number, string, string], RecordColumns>

  constructor(db: Database, found: SqliteFound, recordText: RecordText) {
    this.#found = found
    this.#recordText = recordText
    this.#log = db
      .prepare<[bigint, bigint], [number, number, string]>(`SELECT first, ${LAST}, text FROM chunk WHERE no > ? AND no < ? ORDER BY no`)
      .raw()
    this.#records = db
      .prepare<[number, number, number, string, string], RecordColumns>(
        `SELECT collection, id, version, state FROM record
         WHERE space = ? AND version >= ? AND (version > ? OR (collection, id) > (?, ?)) ORDER BY version, collection, id`,
      )
      .raw()
  }

  read({ space, account, replica, intents, tagsOf, headByMs, choose }: ReadRequest): Snapshot | null {
    this.#found.begin()
    const row = this.#found.space(space)
    if (row === null) return null
    const verdicts = intents.map((intent) => this.#found.verdict(space, intent)).filter((verdict) => verdict !== null)
    const standing = this.#found.standing(space, account)
    const body = this.#body(row, choose(row, standing))
    const versions = [...tagsOf, row.head, ...lastVersionOf(body)]
    const position = this.#found.position(space, replica)
    return {
      space: row,
      standing,
      position,
      verdicts,
      tags: this.#tags(space, versions),
      headBy: this.#found.headBy(space, headByMs),
      body,
    }
  }

  #tags(space: SpaceId, versions: readonly number[]): ReadonlyMap<number, string> {
    const tags = new Map<number, string>()
    for (const version of versions) {
      const tag = tags.has(version) ? null : this.#found.tag(space, version)
      if (tag !== null) tags.set(version, tag)
    }
    return tags
  }

  #body({ space }: SpaceRow, request: BodyRequest): Snapshot['body'] {
    const no = this.#found.spaceNumber(space)
    if (request.type === 'none' || no === null) return { type: 'none' }
    if (request.type === 'log') return this.#readLog(no, request.after, request.bytesMax)
    return this.#readRecords(no, request.position, request.bytesMax)
  }

  #readLog(no: number, after: number, bytesMax: number): Snapshot['body'] {
    const chunks: LogChunk[] = []
    let bytes = 0
    for (const [first, last, text] of this.#log.iterate(chunkNo(no, after), endOfChunks(no))) {
      if (chunks.length > 0 && bytes + text.length > bytesMax) return { type: 'log', chunks, more: true }
      chunks.push({ first, last, text })
      bytes += text.length
    }
    return { type: 'log', chunks, more: false }
  }

  #readRecords(no: number, { version, last }: RecordPosition, bytesMax: number): Snapshot['body'] {
    const records: RecordRow[] = []
    let bytes = 0
    const from = last === null ? version + 1 : version
    for (const [collection, id, , state] of this.#records.iterate(no, from, from, last?.collection ?? '', last?.id ?? '')) {
      if (records.length > 0 && bytes + state.length > bytesMax) return { type: 'records', records, more: true }
      records.push({ collection, id: id as RecordId, state: this.#recordText.decode(state) })
      bytes += state.length
    }
    return { type: 'records', records, more: false }
  }
}

/** The version at which a page ends, possibly before the head; its cursor needs the tag of that version. */
function lastVersionOf(body: Snapshot['body']): readonly number[] {
  if (body.type === 'log') return body.chunks.slice(-1).map((chunk) => chunk.last)
  return body.type === 'records' ? body.records.slice(-1).map((record) => record.state.version) : []
}
