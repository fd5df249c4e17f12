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

test('a query that is asked again is answered as before, however it was put together', () => {
  const { collection, ...rest } = everything
  const first = ask()
  expect(cache.rows({ ...rest, collection }, () => [])).toBe(first)
  expect(ask({ limit: 5 })).not.toBe(first)
  expect(runs).toBe(2)
})

test('a commit makes it forget the collections that it touched, and no others', () => {
  ask()
  ask({ collection: 'people' })
  cache.take(touching('notes'))
  ask()
  ask({ collection: 'people' })
  cache.take(touching())
  ask()
  expect(runs).toBe(3)
})

test('it keeps few results, and none that are large', () => {
  ask({}, 501)
  ask({}, 501)
  expect(runs).toBe(2)
  for (let limit = 1; limit <= 24; limit++) ask({ limit })
  ask({ limit: 1 })
  expect(runs).toBe(26)
  ask({ limit: 25 })
  ask({ limit: 1 })
  ask({ limit: 2 })
  expect(runs).toBe(28)
})
