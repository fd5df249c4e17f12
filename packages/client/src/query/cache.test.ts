import { beforeEach, expect, test } from 'vitest'
import type { Commit } from '../engine/commit.ts'
import type { Query, Row } from '../engine/port.ts'
import { everything } from '../test/query/samples.ts'
import { ResultCache } from './cache.ts'

let cache: ResultCache
let runs: number

beforeEach(() => {
  cache = new ResultCache()
  runs = 0
})

const ask = (query: Partial<Query> = {}, count = 1): readonly Row[] =>
  cache.rows({ ...everything, ...query }, () => {
    runs++
    return Array.from({ length: count }, () => ({}) as Row)
  })

const touching = (...collections: string[]): Commit => ({
  changes: [],
  collections: new Set(collections),
  bulk: true,
  outbox: true,
  conflicts: false,
  spaces: false,
})

test('a query that is asked again is kept, and answered as before, however it was put together', () => {
  const { collection, ...rest } = everything
  expect(ask()).not.toBe(ask())
  expect(runs).toBe(2)
  const kept = ask()
  expect(cache.rows({ ...rest, collection }, () => [])).toBe(kept)
  expect(ask({ limit: 5 })).not.toBe(kept)
  expect(runs).toBe(3)
})

test('a commit makes it forget the collections that it touched, and no others', () => {
  const askAll = (): void => {
    ask()
    ask({ collection: 'people' })
  }
  askAll()
  askAll()
  expect(runs).toBe(4)
  cache.take(touching('notes'))
  askAll()
  cache.take(touching())
  askAll()
  expect(runs).toBe(5)
})

test('it keeps few results, and none that are large', () => {
  for (let times = 0; times < 3; times++) ask({}, 501)
  expect(runs).toBe(3)
  for (let limit = 1; limit <= 25; limit++) for (let times = 0; times < 3; times++) ask({ limit })
  expect(runs).toBe(3 + 2 * 25)
  for (let limit = 2; limit <= 25; limit++) ask({ limit })
  expect(runs).toBe(53)
  ask({ limit: 1 })
  expect(runs).toBe(54)
})

test('it keeps none that come round only after many others', () => {
  for (let round = 0; round < 3; round++) for (let limit = 1; limit <= 25; limit++) ask({ limit })
  expect(runs).toBe(75)
})
