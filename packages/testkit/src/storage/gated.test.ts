/** A gate changes nothing but what it refuses: behind an open one each database keeps its contract. */
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { storageContract as deviceContract } from '../../../client/src/storage/contract.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import { sqliteStorage } from '../../../hub/src/sqlite/sqlite-storage.ts'
import { storageContract as hubContract } from '../../../hub/src/test/storage-contract.ts'
import { type StorageFault, StorageFaults } from './faults.ts'
import { OPEN_GATE, ProcessDied } from './gate.ts'
import { gatedSqlite } from './gated-sqlite.ts'
import { gatedStorage } from './gated-storage.ts'

describe('a device behind an open gate', () => {
  const start = (): ReturnType<typeof gatedStorage> => gatedStorage(memoryStorage(), OPEN_GATE)
  for (const { title, run } of deviceContract) {
    const storage = start()
    test(title, () => run({ start: () => storage, kept: true, durability: 'memory' }))
  }
})

const files = new Map<object, BetterSqlite3.Database>()
function hubOn(native: BetterSqlite3.Database): ReturnType<typeof sqliteStorage> {
  const storage = sqliteStorage(gatedSqlite(native, OPEN_GATE), () => 'an-epoch', 2)
  files.set(storage, native)
  return storage
}
hubContract('a hub behind an open gate', {
  open: async () => hubOn(new BetterSqlite3(':memory:')),
  reopen: async (storage) => {
    const bytes = files.get(storage)?.serialize()
    await storage.close()
    return hubOn(new BetterSqlite3(bytes))
  },
})

describe('what goes wrong', () => {
  // Each save is four operations: begin, insert, insert, commit. The sixth is the first insert of the second save.
  const fates = (fault: StorageFault, at = 6): Promise<readonly string[]> => threeSaves(fault, at)
  const first = ['1', '1']

  test('[P1] fails once: the save is refused whole, the next one is kept', async () => {
    expect(await fates('fails once')).toEqual(['saved', 'io', 'saved', ...first, '3', '3'])
  })
  test('[P1] a commit that fails keeps nothing', async () => {
    expect(await fates('fails once', 8)).toEqual(['saved', 'io', 'saved', ...first, '3', '3'])
  })
  test('[P1] fails five times: saves are refused until it works again', async () => {
    expect(await fates('fails five times', 4)).toEqual(['io', 'io', 'io'])
  })
  test('[P1] fails until reopened: what was saved is there afterwards', async () => {
    expect(await fates('fails until reopened')).toEqual(['saved', 'io', 'io', ...first])
  })
  test('[P1] is full: what writes is refused', async () => {
    expect(await fates('is full')).toEqual(['saved', 'full', 'full', ...first])
  })
  test('[P1] dies before a commit: nothing of it is kept; dies after it: all of it', async () => {
    expect(await fates('dies before', 8)).toEqual(['saved', 'died', 'died', ...first])
    expect(await fates('dies after', 8)).toEqual(['saved', 'died', 'died', ...first, '2', '2'])
  })
})

/** What became of each save, and what is there when the database is opened anew. */
async function threeSaves(fault: StorageFault, at: number): Promise<readonly string[]> {
  const failures = { io: () => new Error('io'), full: () => new Error('full') }
  const faults = new StorageFaults({ at, fault }, failures)
  const inner = memoryStorage()
  const database = await gatedStorage(
    inner,
    faults.gateOf(() => undefined),
  ).open('one')
  database.exec('CREATE TABLE t (v)')
  faults.arm()
  const fate = (save: number): string => {
    try {
      database.transaction(() => {
        const insert = database.prepare('INSERT INTO t VALUES (?)')
        insert.run(String(save))
        insert.run(String(save))
      })
      return 'saved'
    } catch (error) {
      return error instanceof ProcessDied ? 'died' : (error as Error).message
    }
  }
  const told = [1, 2, 3].map(fate)
  database.close()
  const after = await inner.open('one')
  const there = after.prepare('SELECT v FROM t ORDER BY rowid').values().flat().map(String)
  after.close()
  return [...told, ...there]
}
