// The storage ports in a real Chromium: files in OPFS, IndexedDB, workers that end without warning, a full disk.
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../../../../tools/browser/chromium.ts'
import { serveSite, type Site } from '../../../../tools/browser/site.ts'
import type { Commands, Outcome } from '../test/storage/lab/commands.ts'
import { storageContract } from './contract.ts'
import { mirrorContract } from './mirror-contract.ts'
import type { SqlValue } from './port.ts'

let server: Site
let context: BrowserContext
let page: Page
let places = 0
const problems: string[] = []

beforeAll(async () => {
  server = await serveSite(new URL('../test/storage/lab/', import.meta.url))
  context = await launch()
  page = await openPage(context)
})
afterAll(async () => {
  await context?.close()
  await server?.stop()
})

describe('the contract of storage', () => {
  for (const { title } of storageContract) test(`in a worker, on disk: ${title}`, () => call('contract', 'storageCase', title, newPlace()))
  for (const { title } of storageContract)
    test(`in a page, which has no files: ${title}`, () => call('page', 'storageCase', title, newPlace()))
})

describe('the contract of the mirror', () => {
  for (const { title } of mirrorContract) test(`in IndexedDB: ${title}`, () => call('page', 'mirrorCase', title, newPlace()))
})

describe('a connection of the mirror that ends is opened anew', () => {
  test('when another context deletes the database, which is not held up', async () => {
    const place = newPlace()
    expect(await call('mirror', 'mirrorPut', place, 'a')).toEqual(['a'])
    await call('page', 'deleteIndexedDb', place)
    expect(await call('mirror', 'mirrorPut', place, 'b')).toEqual(['b'])
  })

  test('when the browser clears the data of the site', async () => {
    const place = newPlace()
    expect(await call('mirror', 'mirrorPut', place, 'a')).toEqual(['a'])
    const session = await context.newCDPSession(page)
    await session.send('Storage.clearDataForOrigin', { origin: server.origin, storageTypes: 'indexeddb' })
    expect(await call('mirror', 'mirrorPut', place, 'b')).toEqual(['b'])
  })
})

describe('one worker has the files', () => {
  test('another waits until they are let go, then finds what was written', async () => {
    const place = newPlace()
    await call('first', 'hold', place)
    await call('first', 'heldSql', place, 'CREATE TABLE t AS SELECT 1 AS v')
    const waiting = call('second', 'once', place, 'SELECT v FROM t')
    await call('first', 'letGo', place)
    expect(await waiting).toEqual({ value: [[1]] })
  })

  test('another that waited too long is told storage.busy, never given an empty database, and has done no harm', async () => {
    const place = newPlace()
    await call('first', 'hold', place)
    await call('first', 'heldSql', place, 'CREATE TABLE t AS SELECT 1 AS v')
    expect(await call('second', 'hold', place)).toEqual({ code: 'storage.busy', cause: 'NoModificationAllowedError' })
    expect(await call('first', 'heldSql', place, 'INSERT INTO t VALUES (2)')).toEqual({ value: [] })
    await call('first', 'letGo', place)
    expect(await call('second', 'once', place, 'SELECT v FROM t')).toEqual({ value: [[1], [2]] })
  })

  test('takes over from one that was terminated', async () => {
    const place = newPlace()
    await call('doomed', 'hold', place)
    await call('doomed', 'heldSql', place, 'CREATE TABLE t AS SELECT 1 AS v')
    await page.evaluate(() => window.lab.terminate('doomed'))
    expect(await onceFree(place, 'SELECT v FROM t')).toEqual({ value: [[1]] })
  })

  test('a worker terminated in mid-transaction leaves what it committed and no half of the rest', async () => {
    const place = newPlace()
    await page.evaluate(async (directory) => {
      const middle = window.lab.event('doomed', 'middle')
      void window.lab.call('doomed', 'crash', directory)
      await middle
      window.lab.terminate('doomed')
    }, place)
    const halves = await onceFree(place, 'SELECT change, half FROM halves ORDER BY rowid')
    expect(halves).toEqual({
      value: [
        [1, 'first'],
        [1, 'second'],
      ],
    })
    expect(await call('heir', 'once', place, 'PRAGMA integrity_check')).toEqual({ value: [['ok']] })
  })

  test('a database that is open is not removed', async () => {
    const place = newPlace()
    await call('first', 'hold', place)
    await expect(call('first', 'remove', place)).rejects.toThrow('close it first')
    await call('first', 'letGo', place)
    expect(await call('first', 'remove', place)).toEqual({ value: undefined })
  })

  test('nothing is left in the root directory', async () => {
    const entries = await call('first', 'rootEntries')
    expect(entries.filter((name) => !name.startsWith('place-'))).toEqual([])
  })
})

describe('files are refused', () => {
  test('for a moment and for no stated reason: nothing is lost', async () => {
    const place = newPlace()
    await call('first', 'once', place, 'CREATE TABLE t AS SELECT 1 AS v')
    await call('stumbling', 'stumbleOnce')
    expect(await call('stumbling', 'once', place, 'SELECT v FROM t')).toEqual({ value: [[1]] })
  })

  test.each(['SecurityError', 'NotAllowedError', 'UnknownError'])('%s: the database is in memory and says so', async (name) => {
    const worker = `refused-${name}`
    const place = newPlace()
    await call(worker, 'refuseFiles', name)
    expect(await call(worker, 'hold', place)).toEqual({ value: 'memory' })
    expect(await call(worker, 'heldSql', place, 'SELECT 1')).toEqual({ value: [[1]] })
    expect(await call(worker, 'remove', place)).toEqual({ value: undefined })
  })
})

describe('the disk is full', () => {
  test('a commit is storage.full, what was there stays, and a small write fits again after removing some', async () => {
    const full = await launch()
    try {
      const tab = await openPage(full)
      await limitQuota(full, tab, 12_000_000)
      const place = newPlace()
      await callIn(tab, 'worker', 'hold', place)
      await callIn(tab, 'worker', 'heldSql', place, 'CREATE TABLE t (v TEXT)')
      expect(await callIn(tab, 'worker', 'fill', place)).toEqual({ code: 'storage.full', cause: 'SqliteError < QuotaExceededError' })
      expect(await callIn(tab, 'worker', 'heldSql', place, 'SELECT count(*) > 10, min(length(v)) FROM t')).toEqual({
        value: [[1, 100_000]],
      })
      expect(await callIn(tab, 'worker', 'heldSql', place, 'PRAGMA integrity_check')).toEqual({ value: [['ok']] })
      await limitQuota(full, tab, 50_000_000)
      expect(await callIn(tab, 'worker', 'heldSql', place, "INSERT INTO t VALUES ('small') RETURNING v")).toEqual({ value: [['small']] })
      await callIn(tab, 'worker', 'letGo', place)
      expect(await callIn(tab, 'worker', 'once', place, "SELECT count(*) FROM t WHERE v = 'small'")).toEqual({ value: [[1]] })
    } finally {
      await full.close()
    }
  })
})

describe('a full disk with a reserve', () => {
  test('takes more once the reserve is let go, and cannot hold it again until there is room', async () => {
    const full = await launch()
    try {
      const tab = await openPage(full)
      await limitQuota(full, tab, 24_000_000)
      const place = newPlace()
      const insert = `INSERT INTO t SELECT printf('%.100000c', 'x') RETURNING 1`
      await callIn(tab, 'worker', 'hold', place)
      expect(await callIn(tab, 'worker', 'holdReserve', place, 8 << 20)).toBe(true)
      await callIn(tab, 'worker', 'heldSql', place, 'CREATE TABLE t (v TEXT)')
      expect(await callIn(tab, 'worker', 'fill', place)).toMatchObject({ code: 'storage.full' })
      expect(await callIn(tab, 'worker', 'heldSql', place, insert)).toMatchObject({ code: 'storage.full' })
      await callIn(tab, 'worker', 'releaseReserve', place)
      for (let n = 0; n < 10; n++) expect(await callIn(tab, 'worker', 'heldSql', place, insert)).toEqual({ value: [[1]] })
      expect(await callIn(tab, 'worker', 'holdReserve', place, 8 << 20)).toBe(false)
      await limitQuota(full, tab, 100_000_000)
      expect(await callIn(tab, 'worker', 'holdReserve', place, 8 << 20)).toBe(true)
      await callIn(tab, 'worker', 'letGo', place)
    } finally {
      await full.close()
    }
  })
})

describe('SQLite cannot be loaded', () => {
  test('opening is store.part, and works once the wasm file can be had', async () => {
    const offline = await launch()
    try {
      const tab = await openPage(offline, [])
      await offline.route('**/*.wasm', (route) => route.abort())
      expect(await callIn(tab, 'worker', 'hold', 'place')).toMatchObject({ code: 'store.part' })
      await offline.unroute('**/*.wasm')
      expect(await callIn(tab, 'worker', 'hold', 'place')).toEqual({ value: 'disk' })
    } finally {
      await offline.close()
    }
  })
})

test('nothing was loaded from elsewhere and nothing was written to the console', () => expect(problems).toEqual([]))

/** On a slow machine a worker may take longer to end than a heir waits by itself. */
async function onceFree(place: string, sql: string): Promise<Outcome<SqlValue[][]>> {
  for (;;) {
    const result = await call('heir', 'once', place, sql)
    if (!('code' in result && result.code === 'storage.busy')) return result
  }
}

const newPlace = (): string => `place-${places++}`

async function openPage(owner: BrowserContext, noticed: string[] = problems): Promise<Page> {
  const opened = await owner.newPage()
  opened.on('console', (message) => noticed.push(message.text()))
  opened.on('pageerror', (error) => noticed.push(error.message))
  opened.on('request', (request) => request.url().startsWith(server.origin) || noticed.push(request.url()))
  await opened.goto(server.origin)
  return opened
}

async function limitQuota(owner: BrowserContext, tab: Page, quotaSize: number): Promise<void> {
  const session = await owner.newCDPSession(tab)
  await session.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize })
}

function call<C extends keyof Commands>(
  worker: string,
  command: C,
  ...args: Parameters<Commands[C]>
): Promise<Awaited<ReturnType<Commands[C]>>> {
  return callIn(page, worker, command, ...args)
}

async function callIn<C extends keyof Commands>(
  tab: Page,
  worker: string,
  command: C,
  ...args: Parameters<Commands[C]>
): Promise<Awaited<ReturnType<Commands[C]>>> {
  const result = await tab.evaluate(([to, name, given]) => window.lab.call(to, name, ...(given as never)), [worker, command, args] as const)
  return result as Awaited<ReturnType<Commands[C]>>
}
