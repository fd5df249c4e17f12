import { copyFileSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryDatabase } from '../test/database.ts'
import { storageContract } from '../test/storage-contract.ts'
import { openSqlite } from './index.ts'

const paths = new Map<object, string>()

function open(path: string): ReturnType<typeof openSqlite> {
  const storage = openSqlite({ path, mintEpoch: () => 'an-epoch' })
  paths.set(storage, path)
  return storage
}

storageContract('SQLite', {
  open: async () => open(temporaryDatabase()),
  reopen: async (storage) => {
    await storage.close()
    return open(paths.get(storage) ?? '')
  },
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
