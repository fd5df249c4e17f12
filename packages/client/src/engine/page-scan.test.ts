import { expect, test } from 'vitest'
import { memoryStorage } from '../storage/node.ts'
import type { SqlValue } from '../storage/port.ts'
import { diskStorage, TestDisk } from '../test/storage/disk.ts'
import { scanRows } from './page-scan.ts'
import { CHANGE_COLUMNS, createTables } from './tables.ts'
import { notes } from '../test/sync-kit.ts'

const VALUES: readonly SqlValue[] = [
  null,
  0,
  1,
  -1,
  127,
  -128,
  128,
  32_767,
  -32_768,
  8_388_607,
  -8_388_608,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 47 - 1,
  -(2 ** 47),
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  0.5,
  '',
  'Łódź 🌊',
  Uint8Array.of(0, 255),
]

test.each([4096, 8192])('every value of every row is found in the bytes alone, with pages of %i bytes', async (pageBytes) => {
  const disk = new TestDisk()
  const db = await diskStorage(disk).open('one')
  db.exec(`PRAGMA journal_mode=delete; PRAGMA page_size=${pageBytes}; VACUUM; PRAGMA journal_mode=wal`)
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c)')
  const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)')
  // Around every length at which a row moves to overflow pages.
  const lengths = [0, 1, 30, 400, 1000, 4040, 4060, 4061, 4090, 8150, 8160, 12_300, 100_000]
  const rows = VALUES.flatMap((value) => lengths.map((length) => [value, 'x'.repeat(length), length] as const))
  rows.forEach(([a, b, c], n) => insert.run(n + 1, a, b, c))
  db.close()
  const bytes = disk.bytesOf('/one.db')
  bytes.fill(0, 0, pageBytes)
  const found = new Map(scanRows(bytes, 4).map(({ rowid, values }) => [rowid, values]))
  expect(found.size).toBe(rows.length)
  rows.forEach((row, n) => expect(found.get(n + 1)).toEqual([null, ...row]))
})

test('the columns of a change are as they are on disk', async () => {
  const db = await memoryStorage().open('one')
  createTables(db, notes)
  expect(db.prepare("SELECT name FROM pragma_table_info('_change')").values().flat()).toEqual(CHANGE_COLUMNS)
})
