import { copyFileSync } from 'node:fs'
import type { ChainHash, ContentHash, Intent, Name, ReplicaId } from '@tombolo/core'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryDatabase } from '../test/database.ts'
import { storageContract } from '../test/storage-contract.ts'
import { CONTENT, DAY_MS, deletedAt, effects, recordAt, somewhere, write } from '../test/storage-kit.ts'
import type { VerdictRow } from '../storage.ts'
import { openSqlite } from './index.ts'
import { TABLES } from './schema.ts'
import { VerdictTable } from './verdict-table.ts'

const paths = new Map<object, string>()

function open(path: string, verdictsInMemory: number = 1000): ReturnType<typeof openSqlite> {
  const storage = openSqlite({ path, mintEpoch: () => 'an-epoch', verdictsInMemory })
  paths.set(storage, path)
  return storage
}

// With 0 verdicts in memory each commit indexes its own; with 2 some do.
for (const verdictsInMemory of [0, 2, 1000]) {
  storageContract(`SQLite with ${verdictsInMemory} verdicts in memory`, {
    open: async () => open(temporaryDatabase(), verdictsInMemory),
    reopen: async (storage) => {
      await storage.close()
      return open(paths.get(storage) ?? '', verdictsInMemory)
    },
  })
}

it('[P3] verdicts whose hashes meet are told apart, and so is the same intent in two spaces', async () => {
  const db = new BetterSqlite3(':memory:')
  db.exec(`${TABLES} INSERT INTO hub (one, epoch, storage_version, salt) VALUES (1, 'e', 5, 0); INSERT INTO replica VALUES (1, 'r', 'ann')`)
  // A salt of 0 makes both bases 1: the hash is a sum of characters, and permutations meet.
  const table = new VerdictTable(db, 0)
  const intents = ['abcdefghijklmn', 'bacdefghijklmn', 'cbadefghijklmn'] as Intent[]
  const rowOf = (intent: Intent, n: number): VerdictRow => ({
    intent,
    contentHash: 'c'.repeat(22) as ContentHash,
    attempt: 0,
    account: 'ann',
    replica: 'r' as ReplicaId,
    n,
    link: 'l'.repeat(22) as ChainHash,
    outcome: { type: 'rejected', code: 'value.type', message: 'no' },
    isStored: false,
  })
  for (const [index, intent] of intents.entries()) {
    for (const space of [1, 2]) table.put(space, 1, rowOf(intent, 10 * space + index))
    table.settle()
    table.committed()
  }
  for (const [index, intent] of intents.entries()) {
    for (const space of [1, 2]) expect(table.get(space, intent)?.n).toBe(10 * space + index)
    expect(table.get(3, intent)).toBeNull()
  }
  expect(db.prepare('SELECT count(*) FROM intent').pluck().get()).toBe(6)
})

it('[P4] what is answered is on the disk: WAL with FULL synchronisation', async () => {
  const path = temporaryDatabase()
  const storage = open(path)
  const db = new BetterSqlite3(path)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  db.close()
  await storage.close()
})

it('a database of a newer hub is left alone', async () => {
  const path = temporaryDatabase()
  await open(path).close()
  const db = new BetterSqlite3(path)
  db.exec('UPDATE hub SET storage_version = 99')
  db.close()
  const copy = `${path}.copy`
  copyFileSync(path, copy)
  expect(() => open(copy)).toThrow(expect.objectContaining({ code: 'storage.newer' }))
})

it('[Q4] nothing is left of what is forgotten but the id: not the record, its history, the log, old tags, sealed contents or days', async () => {
  const path = temporaryDatabase()
  const storage = open(path)
  const place = somewhere()
  for (const version of [1, 2, 3, 4]) {
    const record = version === 2 ? deletedAt(version) : recordAt(version)
    const { collection, id } = record
    const items = [{ field: 'title', edit: { name: 'n' as Name, of: 'o' as Name, update: 'u' } }]
    const history = [{ collection, record: id, version, items }]
    await write(
      storage,
      effects(
        place,
        version,
        version,
        { records: [{ ...record, isNew: true }], history, sealed: [{ version, content: CONTENT }] },
        version * DAY_MS,
      ),
    )
  }
  const db = new BetterSqlite3(path, { readonly: true })
  const versions = (sql: string): unknown[] => db.prepare(sql).pluck().all()
  await storage.forget(place.space, { log: 3, deleted: 3, sealed: 2, headsBeforeMs: 4 * DAY_MS }, 100, () => 1)
  expect(versions('SELECT version FROM record ORDER BY version')).toEqual([1, 3, 4])
  expect(versions('SELECT length(id) FROM gone')).toEqual([16])
  expect(versions('SELECT version FROM history ORDER BY version')).toEqual([1, 3, 4])
  expect(versions('SELECT text FROM chunk ORDER BY no')).toEqual([null, '"4-4"'])
  expect(versions('SELECT version FROM sealed ORDER BY version')).toEqual([3, 4])
  expect(versions('SELECT day FROM day ORDER BY day')).toEqual([3, 4])
  await storage.forgetHistory(4 * DAY_MS, 100)
  expect(versions('SELECT version FROM history ORDER BY version')).toEqual([4])
  db.close()
  await storage.close()
})
