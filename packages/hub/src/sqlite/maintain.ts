/** Maintenance, apart from answering devices: upgrading records and pruning the log. */
import type { RecordState } from '@tombolo/core'
import type { Database } from 'better-sqlite3'
import { HubError } from '../hub-error.ts'
import { chunkNo, LAST } from './chunk-no.ts'
import { recordText } from './record-text.ts'

type Upgrade = (from: number, collection: string, record: RecordState) => RecordState

const REMEMBER_VERSION = 'UPDATE hub SET schema_version = ?'

/**
 * Upgrades all records. Their versions stay, because every device upgrades its own copy by the same function. The log, which is in the old
 * schema, is pruned; readers that are behind get records instead.
 */
export function migrate(db: Database, to: number, upgrade: Upgrade): void {
  const from = db.prepare<[], number | null>('SELECT schema_version FROM hub').pluck().get() ?? null
  if (from === to) return
  if (from !== null && from > to)
    throw new HubError('schema.older', `the database has version ${from} of the schema, this hub ${to}: start it with the newer app`)
  const run = db.transaction(() => {
    if (from !== null) upgradeRecords(db, (collection, record) => upgrade(from, collection, record))
    db.exec('UPDATE chunk SET text = NULL; UPDATE space SET log_floor = head')
    db.prepare(REMEMBER_VERSION).run(to)
  })
  run.immediate()
}

const SLICE = 1000

function upgradeRecords(db: Database, upgrade: (collection: string, record: RecordState) => RecordState): void {
  const slice = db.prepare<[number, number], { no: number; collection: string; state: string }>(
    'SELECT no, collection, state FROM record WHERE no > ? ORDER BY no LIMIT ?',
  )
  const put = db.prepare('UPDATE record SET state = ? WHERE no = ?')
  for (let rows = slice.all(0, SLICE); rows.length > 0; rows = slice.all(rows.at(-1)?.no ?? 0, SLICE)) {
    for (const { no, collection, state } of rows) put.run(recordText.encode(upgrade(collection, recordText.decode(state))), no)
  }
}

/** Removes the texts of whole chunks, so the floor is the end of the last one. Their tags stay, because cursors may refer to them. */
export function prune(db: Database, space: string, through: number): void {
  const run = db.transaction(() => {
    const no = db.prepare<[string], number>('SELECT no FROM space WHERE space = ?').pluck().get(space)
    if (no === undefined) return
    const [start, end] = [chunkNo(no, 0), chunkNo(no, through)]
    db.prepare('UPDATE chunk SET text = NULL WHERE no BETWEEN ? AND ? AND text IS NOT NULL').run(start, end)
    const floor = db
      .prepare<[bigint, bigint], number>(`SELECT ${LAST} FROM chunk WHERE no BETWEEN ? AND ? ORDER BY no DESC LIMIT 1`)
      .pluck()
    db.prepare('UPDATE space SET log_floor = max(log_floor, ?) WHERE no = ?').run(floor.get(start, end) ?? 0, no)
  })
  run.immediate()
}
