/** Upgrading stored records to the app's schema, when the hub starts. */
import type { RecordState } from '@tombolo/core'
import type { Database } from 'better-sqlite3'
import { HubError } from '../hub-error.ts'
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
