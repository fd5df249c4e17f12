/**
 * The confirmed records of a space, by ranges of ids, for comparing them with the hub's [Q5]. They come in slices, so that other work can go
 * on in between; each slice is read when it is asked for.
 */
import type { CollectionDefinition, IdentifiedRecord, IdRange, RecordId, SpaceId } from '@tombolo/core'
import type { Database, SqlRow } from '../storage/port.ts'
import { columnsOf } from './columns.ts'
import { quoted } from './sql.ts'
import type { StoreState } from './state.ts'
import { storedRow } from './stored-row.ts'

/** A few milliseconds of work. */
const SLICE_ROWS = 128
/** After every id. */
const END = '~'

/** Slices of records, of one collection after the other. What is deleted may be so in this device's view only. */
export function* confirmedIn({ database, schema }: StoreState, space: SpaceId, range: IdRange): Generator<readonly IdentifiedRecord[]> {
  for (const collection of Object.values(schema.collections)) {
    yield* slicesOf(database, collection, false, space, range)
    yield* slicesOf(database, collection, true, space, range)
  }
}

function* slicesOf(
  database: Database,
  collection: CollectionDefinition,
  isDeleted: boolean,
  space: SpaceId,
  { from, to }: IdRange,
): Generator<readonly IdentifiedRecord[]> {
  // The two indexes of a table by space and id hold what is deleted and what is not.
  const sql = `SELECT * FROM ${quoted(collection.name)} WHERE space = ? AND "$deleted" = ${isDeleted ? 1 : 0} AND id >= ? AND id > ? AND id < ? ORDER BY id LIMIT ?`
  for (let last = '', isMore = true; isMore;) {
    const rows = database.prepare(sql).all(space, from ?? '', last, to ?? END, SLICE_ROWS)
    isMore = rows.length === SLICE_ROWS
    last = String(rows.at(-1)?.['id'] ?? END)
    if (rows.length > 0) yield rows.flatMap((row) => recordOf(collection, row))
  }
}

function recordOf(collection: CollectionDefinition, row: SqlRow): IdentifiedRecord[] {
  const { confirmed } = storedRow(row, columnsOf(collection))
  return confirmed === undefined ? [] : [{ collection: collection.name, id: row['id'] as RecordId, state: confirmed }]
}
