/**
 * Records of collections that only newer apps know: kept untouched, and moved to their table once this app knows the collection.
 *
 * `version` is the schema version of a record that this device upgraded itself; null for a record from a newer hub.
 */
import { EMPTY_RECORD, type RecordId, type RecordState, type SpaceId } from '@tombolo/core'
import type { Database, SqlRow } from '../storage/port.ts'
import { decodeMeta, encodeMeta } from './meta.ts'

export interface UnknownRecord {
  readonly space: SpaceId
  readonly collection: string
  readonly id: RecordId
  readonly record: RecordState
  readonly version: number | null
}

export class UnknownRecords {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  record(collection: string, id: RecordId): RecordState {
    const state = this.#database.prepare('SELECT state FROM _unknown WHERE collection = ? AND id = ?').get(collection, id)?.['state']
    return typeof state === 'string' ? decodeMeta(state) : EMPTY_RECORD
  }

  put({ space, collection, id, record, version }: UnknownRecord): void {
    this.#database
      .prepare(
        `INSERT INTO _unknown (space, collection, id, state, version) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (collection, id) DO UPDATE SET state = excluded.state, version = excluded.version`,
      )
      .run(space, collection, id, encodeMeta(record), version)
  }

  remove(collection: string, id: RecordId): void {
    this.#database.prepare('DELETE FROM _unknown WHERE collection = ? AND id = ?').run(collection, id)
  }

  /** After a pull without a cursor, drops records that were not staged: the hub no longer has them. */
  dropUnstaged(space: SpaceId): void {
    this.#database
      .prepare(
        `DELETE FROM _unknown WHERE space = ? AND NOT EXISTS
           (SELECT 1 FROM _staged WHERE space = _unknown.space AND collection = _unknown.collection AND id = _unknown.id)`,
      )
      .run(space)
  }

  /** Removes the records of a space for which this is so. */
  forget(space: SpaceId, isSo: (collection: string, record: RecordState) => boolean): void {
    const rows = this.#database.prepare('SELECT * FROM _unknown WHERE space = ?').all(space).map(unknownOf)
    for (const { collection, id, record } of rows) if (isSo(collection, record)) this.remove(collection, id)
  }

  /** Removes and returns at most `most` of a collection's records. */
  take(collection: string, most: number): UnknownRecord[] {
    const rows = this.#database.prepare('SELECT * FROM _unknown WHERE collection = ? ORDER BY id LIMIT ?').all(collection, most)
    const last = rows.at(-1)
    if (last !== undefined)
      this.#database.prepare('DELETE FROM _unknown WHERE collection = ? AND id <= ?').run(collection, last['id'] ?? null)
    return rows.map(unknownOf)
  }
}

const unknownOf = (row: SqlRow): UnknownRecord => ({
  space: row['space'] as SpaceId,
  collection: String(row['collection']),
  id: row['id'] as RecordId,
  record: decodeMeta(String(row['state'])),
  version: row['version'] as number | null,
})
