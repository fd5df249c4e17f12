import { describe, expect, test } from 'vitest'
import { diskStorage, TestDisk } from '../test/storage/disk.ts'
import type { StorageSubject } from './contract-kit.ts'
import { storageContract } from './contract.ts'

// A tester nobody tested proves nothing: the disk of the tests keeps the contract of storage too.
describe('SQLite in WebAssembly on the disk of the tests', () => {
  for (const { title, run } of storageContract) test(title, () => run(onTestDisk()))

  test('a full disk refuses a growing file and gives room again when something is let go', async () => {
    const disk = new TestDisk()
    const db = await diskStorage(disk).open('one')
    db.exec('CREATE TABLE t (v)')
    await db.reserve.hold(1_000_000)
    disk.bytesMax = disk.used + 100_000
    const insert = (): number => db.transaction(() => db.prepare(`INSERT INTO t VALUES (zeroblob(200000))`).run())
    expect(insert).toThrow(expect.objectContaining({ code: 'storage.full' }))
    db.reserve.release()
    expect(insert()).toBe(1)
    db.close()
  })
})

function onTestDisk(): StorageSubject {
  const disk = new TestDisk()
  return {
    start: () => diskStorage(disk),
    kept: true,
    durability: 'disk',
    corrupt: async (name) => void disk.bytesOf(`/${name}.db`).fill(110),
  }
}
