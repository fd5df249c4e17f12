import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startCrasher } from '../test/storage/crash.ts'
import { failsAsStorage } from './contract-kit.ts'
import type { StorageSubject } from './contract-kit.ts'
import { storageContract } from './contract.ts'
import { memoryStorage, nodeStorage } from './node.ts'
import type { Database } from './port.ts'

let root = ''
let places = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tombolo-storage-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const newPlace = (): string => join(root, `place-${places++}`)

function onDisk(): StorageSubject {
  const directory = newPlace()
  return {
    start: () => nodeStorage({ directory }),
    kept: true,
    durability: 'disk',
    corrupt: (name) => writeFile(join(directory, `${name}.db`), 'nonsense '.repeat(10_000)),
  }
}

function inMemory(): StorageSubject {
  const storage = memoryStorage()
  return { start: () => storage, kept: true, durability: 'memory' }
}

describe('better-sqlite3 on disk', () => {
  for (const { title, run } of storageContract) test(title, () => run(onDisk()))

  test('a directory that cannot be made is storage.unavailable', async () => {
    const directory = newPlace()
    await writeFile(directory, 'a file')
    await failsAsStorage(['storage.unavailable'], () => nodeStorage({ directory }).open('one'))
  })

  test('what another connection is writing is storage.busy, and free afterwards', async () => {
    const directory = newPlace()
    const writer = await nodeStorage({ directory }).open('one')
    const other = await nodeStorage({ directory, busyTimeoutMs: 0 }).open('one')
    writer.exec('CREATE TABLE t (v)')
    const attempt = (): number => other.transaction(() => other.prepare('INSERT INTO t VALUES (1)').run())
    await writer.transaction(() => ({ refused: failsAsStorage(['storage.busy'], attempt) })).refused
    expect(attempt()).toBe(1)
    writer.close()
    other.close()
  })

  test('removing leaves no file', async () => {
    const directory = newPlace()
    const storage = nodeStorage({ directory })
    fill(await storage.open('one'))
    expect(await readdir(directory)).toContain('one.db')
    await storage.remove('one')
    expect(await readdir(directory)).toEqual([])
  })

  test('a process killed in mid-transaction leaves what it committed and no half of the rest', async () => {
    const directory = newPlace()
    await mkdir(directory)
    const crasher = startCrasher(directory)
    await crasher.inTheMiddle()
    await crasher.kill()
    const db = await nodeStorage({ directory }).open('crash')
    expect(db.prepare('SELECT count(*) AS n FROM halves WHERE change = ?').get(1)).toEqual({ n: 2 })
    expect(db.prepare('SELECT count(*) AS n FROM halves').get()).toEqual({ n: 2 })
    expect(db.prepare('PRAGMA integrity_check').values()).toEqual([['ok']])
    db.close()
  })

  test.each([1, 10, 50])('killed while it commits, a process has lost nothing that it acknowledged (%i commits)', async (commits) => {
    const directory = newPlace()
    await mkdir(directory)
    const crasher = startCrasher(directory, 'commit')
    await crasher.acknowledged(commits)
    const acknowledged = await crasher.kill()
    const db = await nodeStorage({ directory }).open('crash')
    const changes = db.prepare('SELECT change, count(*) FROM halves GROUP BY change ORDER BY change').values()
    expect(acknowledged).toBeGreaterThanOrEqual(commits)
    expect(changes.length).toBeGreaterThanOrEqual(acknowledged)
    expect(changes).toEqual(changes.map((_, n) => [n + 1, 2]))
    db.close()
  })
})

describe('better-sqlite3 in memory', () => {
  for (const { title, run } of storageContract) test(title, () => run(inMemory()))

  test('closing within a transaction keeps nothing of it', async () => {
    const storage = memoryStorage()
    const db = await storage.open('one')
    db.exec('CREATE TABLE t (v); BEGIN; INSERT INTO t VALUES (1)')
    db.close()
    expect((await storage.open('one')).prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 })
  })
})

describe('without the native module', () => {
  afterEach(() => {
    vi.doUnmock('better-sqlite3')
    vi.resetModules()
  })

  test('opening is storage.unavailable, says what to do, and makes no file', async () => {
    const directory = newPlace()
    vi.resetModules()
    vi.doMock('better-sqlite3', () => ({
      default: function WithoutNative() {
        throw new Error('The module was compiled against a different Node.js version')
      },
    }))
    const { nodeStorage: withoutNative } = await import('./node.ts')
    const failure = { code: 'storage.unavailable', message: expect.stringContaining('npm install better-sqlite3@12') as string }
    await expect(withoutNative({ directory }).open('one')).rejects.toMatchObject(failure)
    expect(existsSync(directory)).toBe(false)
  })
})

function fill(db: Database): void {
  db.exec('CREATE TABLE t (v); INSERT INTO t VALUES (1)')
  db.close()
}
