import { collection, mintRecordId, mintSpaceId, type RecordId, schema, string } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../storage/node.ts'
import type { Database, Statement } from '../storage/port.ts'
import { loadText, seededRandom, sha256, START_MS } from '../test/local-store-kit.ts'
import { HubHalf } from './hub-half.ts'
import { LocalStore } from './local-store.ts'
import { loadSeldom } from '../load-seldom.ts'
import type { PersonsWrite } from './writer.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string() }) } })

/** A database that counts the rows that are read from it. */
function counting(database: Database, count: (rows: number) => void): Database {
  const counted = <T extends readonly unknown[]>(rows: T): T => (count(rows.length), rows)
  const watched = (statement: Statement): Statement => ({
    run: (...params) => statement.run(...params),
    get: (...params) => counted([statement.get(...params)] as const)[0],
    all: (...params) => counted(statement.all(...params)),
    values: (...params) => counted(statement.values(...params)),
  })
  return {
    durability: database.durability,
    reserve: database.reserve,
    aside: database.aside,
    exec: (sql) => database.exec(sql),
    prepare: (sql) => watched(database.prepare(sql)),
    transaction: (work) => database.transaction(work),
    bytes: () => database.bytes(),
    close: () => database.close(),
  }
}

async function open(queued: number) {
  const random = seededRandom(1)
  let rowsRead = 0
  const database = counting(await memoryStorage().open('device'), (rows) => (rowsRead += rows))
  const store = await LocalStore.open(database, app, { nowMs: () => START_MS, random, hash: sha256, loadText, loadUpgrade: loadSeldom })
  store.useHub(HubHalf)
  const space = mintSpaceId(START_MS, random)
  const add = (title: unknown, record = mintRecordId(START_MS, random)): PersonsWrite => ({
    space,
    createsSpace: true,
    steps: [{ type: 'add', collection: 'notes', record, values: { title: title as string } }],
  })
  store.state.transact(() => {
    for (let index = 0; index < queued; index++) store.write(add(`Note ${index}`))
  })
  const rowsReadBy = (work: () => void): number => {
    rowsRead = 0
    work()
    return rowsRead
  }
  return { store, space, add, rowsReadBy, random }
}

describe('[P5] a save that the schema refuses', () => {
  test('costs the same whatever waits in the outbox', async () => {
    const costs: number[] = []
    for (const queued of [10, 1000]) {
      const { store, add, rowsReadBy } = await open(queued)
      costs.push(rowsReadBy(() => expect(store.write(add(5))).toMatchObject({ ok: false, error: { code: 'value.type' } })))
    }
    expect(costs[1]).toBe(costs[0])
  })

  test('costs the same within a group that is saved together', async () => {
    const costs: number[] = []
    for (const queued of [10, 1000]) {
      const { store, add, rowsReadBy } = await open(queued)
      const once = (id: string, title: unknown) => {
        const refusedOr = store.once(id, () => {
          const written = store.write(add(title))
          return written.ok ? { ok: true, ...written.value } : { ok: false, ...written.error }
        })
        return refusedOr.ok
      }
      costs.push(
        rowsReadBy(() =>
          expect(store.state.transact(() => [once('a', 'Heron'), once('b', 5), once('c', 'Egret')])).toEqual([true, false, true]),
        ),
      )
      expect(store.state.changes.live.next().value).toMatchObject({ seq: 1 })
      expect(store.state.database.prepare('SELECT count(*) AS n FROM notes').get()).toEqual({ n: queued + 2 })
    }
    expect(costs[1]).toBe(costs[0])
  })

  test('leaves memory and disk as they were, but that what was unsealed is sealed', async () => {
    const { store, add, random, space } = await open(1)
    const first = store.state.database.prepare('SELECT id FROM notes').get()?.['id'] as RecordId
    expect(store.write(add(5))).toMatchObject({ ok: false })
    expect([...store.state.changes.live]).toMatchObject([{ seq: 1, status: 'queued' }])
    expect(store.write({ ...add('Nowhere'), space: mintSpaceId(START_MS, random), createsSpace: false })).toMatchObject({
      ok: false,
      error: { code: 'space.unknown' },
    })
    const elsewhere = mintSpaceId(START_MS, random)
    expect(store.write({ ...add(5), space: elsewhere })).toMatchObject({ ok: false })
    expect(store.state.spaces.find(elsewhere)).toBeUndefined()
    expect(store.write(add('Grey heron', first))).toMatchObject({ ok: true, value: { seq: 2 } })
    expect(store.hub.nextPush(space, { bytesMax: 1e6, changesMax: 10 })?.changes.map(({ n }) => n)).toEqual([1, 2])
  })
})

test('[C1] a transaction that fails leaves account, clock and stamps in memory as they are on disk', async () => {
  const { store, add } = await open(1)
  store.hub.heardTime(1000, 'ann')
  const stampBefore = store.state.lastStamp
  expect(() =>
    store.state.transact(() => {
      store.hub.heardTime(3_600_000, 'bob')
      store.write(add('Heron'))
      throw new Error('the disk is full')
    }),
  ).toThrow('the disk is full')
  expect(store.state).toMatchObject({ account: 'ann', clockOffsetMs: 1000, lastStamp: stampBefore })
})
