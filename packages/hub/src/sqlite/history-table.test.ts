import type { Entry, Name, RecordId } from '@tombolo/core'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { HISTORY_KEPT, HistoryTable } from './history-table.ts'
import { TABLES } from './schema.ts'

it('[M3] a field keeps the newest values that were written over, and not many more', () => {
  const db = new BetterSqlite3(':memory:')
  db.exec(TABLES)
  const history = new HistoryTable(db)
  const entry = { name: 'n', value: 1 } as unknown as Entry
  const put = (field: string, version: number): void =>
    history.put(1, { collection: 'notes', record: 'r' as RecordId, version, items: [{ field, entry, by: 'b' as Name }] })
  put('rare', 1)
  for (let version = 2; version <= 1000; version++) put('often', version)
  const versions = db.prepare<[string], number>('SELECT version FROM history WHERE field = ? ORDER BY version DESC').pluck()
  const often = versions.all('often')
  expect(often.slice(0, HISTORY_KEPT)).toEqual(Array.from({ length: HISTORY_KEPT }, (_, index) => 1000 - index))
  expect(often.length).toBeLessThan(2 * HISTORY_KEPT)
  expect(versions.all('rare')).toEqual([1])
})
