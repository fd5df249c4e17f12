import type { RecordId } from '@tombolo/core'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Commit, RowChange } from '../engine/commit.ts'
import type { OutboxItem, Query, Row, WatchEvent, WatchRequest } from '../engine/port.ts'
import { everything, sample, SampleTable, someId, someQuery, someRow, SPACES } from '../test/query/samples.ts'
import { StorageError } from '../storage/port.ts'
import { applyDelta } from './delta.ts'
import { LiveQueries } from './live.ts'

let table: SampleTable
let live: LiveQueries
let frames: (() => void)[]
let timers: (() => void)[]
let errors: unknown[]
let outbox: OutboxItem[]
let reads: string[]
/** How many reads fail from now on. */
let failing = 0

beforeAll(async () => {
  table = await SampleTable.open()
})

function start(): void {
  table.clear()
  frames = []
  timers = []
  failing = 0
  errors = []
  outbox = []
  reads = []
  live = new LiveQueries(sample, {
    source: {
      rows: (query) => {
        if (failing-- > 0) throw new StorageError('storage.io', new Error('planted'))
        return table.rows(query)
      },
      count: (query) => table.count(query),
      record: (_, id) => table.rows({ ...everything, where: [{ field: 'id', comparison: '=', value: id }] })[0] ?? null,
      spaces: () => [],
      outbox: () => (reads.push('outbox'), [...outbox]),
      conflicts: () => [],
    },
    requestFrame: (run) => frames.push(run),
    setTimer: (run) => (timers.push(run), () => undefined),
    onError: (error) => errors.push(error),
  })
}
beforeEach(start)

const nextFrame = (): void => frames.splice(0).forEach((run) => run())

const nothing: Commit = { changes: [], collections: new Set(['notes']), bulk: false, outbox: false, conflicts: false, spaces: false }

/** One transaction: rows put, ids removed. */
function commit(changes: readonly (Row | RecordId)[], isBulk = false): void {
  const rows = changes.map((change): RowChange => {
    if (typeof change === 'string') table.remove(change)
    else table.put(change)
    return typeof change === 'string' ? { collection: 'notes', id: change, row: null } : { collection: 'notes', id: change.id, row: change }
  })
  live.take({ ...nothing, changes: isBulk ? [] : rows, bulk: isBulk })
}

/** What a page holds that is told these events. */
class Page {
  readonly events: WatchEvent[] = []
  rows: readonly Row[] = []
  count = -1

  readonly notify = (event: WatchEvent): void => {
    this.events.push(event)
    if (event.type === 'rows') this.rows = event.rows
    if (event.type === 'delta') this.rows = applyDelta(this.rows, event)
    if (event.type === 'count') this.count = event.count
  }
}

function watch(request: WatchRequest): Page {
  const page = new Page()
  live.watch(request, page.notify)
  return page
}

const watchQuery = (query: Partial<Query>): Page => watch({ type: 'query', query: { ...everything, ...query } })

const oneRow: Row = fc.sample(someRow(), { numRuns: 1, seed: 3 })[0] as Row
const note = (n: number, title: string, more: Partial<Row> = {}): Row => ({
  ...oneRow,
  id: `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as RecordId,
  space: SPACES[0] as Row['space'],
  title,
  ...more,
})
const titles = (page: Page): unknown[] => page.rows.map((row) => row['title'])

describe('a live query', () => {
  const someCommit = fc.array(fc.oneof({ arbitrary: someRow(someId(12)), weight: 3 }, { arbitrary: someId(12), weight: 1 }), {
    minLength: 1,
    maxLength: 4,
  })

  test('shows after every commit what running it again would give', () => {
    fc.assert(
      fc.property(
        someCommit,
        fc.array(someQuery, { maxLength: 6 }),
        fc.array(someCommit, { maxLength: 12 }),
        fc.boolean(),
        (first, queries, commits, isBulk) => {
          start()
          commit(first)
          const pages = queries.map((query) => ({ query, page: watchQuery(query) }))
          for (const changes of commits) {
            commit(changes, isBulk && changes.length > 3)
            nextFrame()
            for (const { query, page } of pages) expect(page.rows).toEqual(table.rows(query))
          }
          expect(errors).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  test('runs no SQL for a commit, also where a row leaves it', () => {
    commit(Array.from({ length: 20 }, (_, n) => note(n, `n${n}`)))
    const page = watchQuery({ orderBy: [{ field: 'visits', direction: 'desc' }], limit: 10 })
    const before = table.runs
    for (let n = 0; n < 4; n++) commit([note(n, 'first', { visits: 100 + n })])
    for (let n = 0; n < 10; n++) commit([note(n, '').id])
    nextFrame()
    expect(page.rows).toHaveLength(10)
    expect(table.runs).toBe(before)
  })

  test('is run again when what it held back is used up, once', () => {
    commit(Array.from({ length: 60 }, (_, n) => note(n, `n${n}`)))
    const page = watchQuery({ limit: 10 })
    const before = table.runs
    for (let n = 0; n < 25; n++) commit([note(n, '').id])
    nextFrame()
    expect(table.runs).toBe(before + 1)
    expect(titles(page)[0]).toBe('n25')
    expect(page.rows).toHaveLength(10)
  })

  test('tells rows first, then what changed, and nothing where nothing did', () => {
    commit([note(1, 'a'), note(2, 'b')])
    const page = watchQuery({ orderBy: [{ field: 'title', direction: 'asc' }], limit: 2 })
    commit([note(1, 'a')])
    commit([note(3, 'z')])
    commit([{ ...note(4, 'aa'), space: SPACES[1] as Row['space'] }])
    expect(page.events.map((event) => event.type)).toEqual(['rows', 'delta'])
    expect(page.events[1]).toMatchObject({
      removed: [note(2, '').id],
      upserted: [{ title: 'aa' }],
      order: [note(1, '').id, note(4, '').id],
    })
    commit([note(1, 'a', { body: 'more' })])
    expect(page.events[2]).toMatchObject({ removed: [], upserted: [{ body: 'more' }], order: null })
  })

  test('keeps the objects of rows that did not change, also when it is run again', () => {
    commit([note(1, 'a'), note(2, 'b')])
    const page = watchQuery({ offset: 0, search: { words: '', rank: false } })
    const [first, second] = page.rows
    commit([note(2, 'c')], true)
    nextFrame()
    expect(page.rows[0]).toBe(first)
    expect(page.rows[1]).not.toBe(second)
  })

  test('is shared by those who watch the same', () => {
    commit([note(1, 'a')])
    const pages = [watchQuery({ limit: 5 }), watchQuery({ limit: 5 })]
    const before = table.runs
    const third = watchQuery({ limit: 5 })
    expect(table.runs).toBe(before)
    commit([note(2, 'b')])
    expect([...pages, third].map(titles)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  test('that searches or skips is run again once a frame, when its collection and space changed', () => {
    commit([note(1, 'heron')])
    const found = watchQuery({ space: SPACES[0] ?? null, search: { words: 'her', rank: false } })
    const second = watchQuery({ space: SPACES[0] ?? null, offset: 1 })
    const before = table.runs
    commit([{ ...note(9, 'heron'), space: SPACES[1] as Row['space'] }])
    nextFrame()
    expect(table.runs).toBe(before)
    commit([note(2, 'herring')])
    commit([note(3, 'hermit')])
    nextFrame()
    expect(table.runs).toBe(before + 2)
    expect(titles(found)).toEqual(['hermit', 'herring', 'heron'])
    expect(titles(second)).toEqual(['herring', 'hermit'])
  })

  test('that cannot be read when it begins is told as failed, and read soon after', () => {
    commit([note(1, 'heron')])
    failing = 1
    const page = watchQuery({})
    expect(page.events).toMatchObject([{ type: 'failed', code: 'storage.io' }])
    timers.splice(0).forEach((run) => run())
    nextFrame()
    expect(titles(page)).toEqual(['heron'])
    commit([note(2, 'egret')])
    expect(titles(page)).toEqual(['heron', 'egret'])
  })

  test('that cannot be read again is told as failed, and whole when it can, though nothing has changed', () => {
    commit([note(1, 'heron')])
    const page = watchQuery({})
    failing = 1
    commit([note(1, 'heron')], true)
    nextFrame()
    expect(page.events.at(-1)).toMatchObject({ type: 'failed', code: 'storage.io' })
    timers.splice(0).forEach((run) => run())
    nextFrame()
    expect(page.events.at(-1)).toMatchObject({ type: 'rows', rows: [{ title: 'heron' }] })
  })

  test('reads again where a row of a commit cannot be read', () => {
    const page = watchQuery({})
    const changed = note(1, 'heron')
    table.put(changed)
    const unreadable: RowChange = {
      collection: 'notes',
      id: changed.id,
      get row(): Row {
        throw new StorageError('storage.io', new Error('planted'))
      },
    }
    live.take({ ...nothing, changes: [unreadable] })
    nextFrame()
    expect(titles(page)).toEqual(['heron'])
    expect(errors).toMatchObject([{ code: 'storage.io' }])
  })

  test('that does not fit the schema is told as failed', () => {
    expect(watchQuery({ collection: 'birds' }).events).toEqual([
      { type: 'failed', code: 'query.unknownCollection', message: expect.any(String) },
    ])
    expect(watch({ type: 'count', query: { ...everything, where: [{ field: 'x', comparison: '=', value: 1 }] } }).events).toMatchObject([
      { code: 'query.unknownField' },
    ])
  })

  test('stops', () => {
    const page = new Page()
    const stop = live.watch({ type: 'query', query: everything }, page.notify)
    stop()
    stop()
    commit([note(1, 'a')])
    expect(page.events).toHaveLength(1)
    const before = table.runs
    watchQuery({})
    expect(table.runs).toBe(before + 1)
  })
})

describe('watchers', () => {
  test('are told of commits in their order, also when one of them writes', () => {
    const first = watchQuery({ limit: 5 })
    live.watch({ type: 'query', query: everything }, (event) => {
      if (event.type === 'delta' && event.upserted.some((row) => row['title'] === 'a')) commit([note(2, 'b')])
    })
    const last = watchQuery({ limit: 6 })
    commit([note(1, 'a')])
    for (const page of [first, last])
      expect(page.events.slice(1)).toMatchObject([{ upserted: [{ title: 'a' }] }, { upserted: [{ title: 'b' }] }])
  })

  test('are told although another throws', () => {
    live.watch({ type: 'query', query: everything }, (event) => {
      if (event.type === 'delta') throw new Error('mine')
    })
    const other = watchQuery({ limit: 5 })
    commit([note(1, 'a')])
    expect(titles(other)).toEqual(['a'])
    expect(errors).toEqual([new Error('mine')])
  })

  test('of a count hear a new one once a frame, when it is another', () => {
    const page = watch({ type: 'count', query: { ...everything, where: [{ field: 'title', comparison: '=', value: 'a' }] } })
    commit([note(1, 'a')])
    commit([note(2, 'a')])
    nextFrame()
    commit([note(3, 'b')])
    nextFrame()
    expect(page.events).toEqual([0, 2].map((count) => ({ type: 'count', count })))
  })

  test('of a record hear of it alone, and when it is gone', () => {
    commit([note(1, 'a')])
    const page = watch({ type: 'record', collection: 'notes', id: note(1, '').id })
    commit([note(2, 'b')])
    commit([note(1, 'aa')])
    expect(titles(page)).toEqual(['aa'])
    commit([note(1, '').id])
    expect(page.rows).toEqual([])
    commit([note(1, 'back')])
    expect(titles(page)).toEqual(['back'])
    expect(page.events).toHaveLength(4)
  })

  test('of the outbox hear of it once a frame', () => {
    const page = watch({ type: 'outbox' })
    live.take({ ...nothing, outbox: true })
    live.take({ ...nothing, outbox: true })
    nextFrame()
    expect(reads).toHaveLength(2)
    expect(page.events).toHaveLength(1)
    outbox = [{ seq: 1 } as OutboxItem]
    live.take({ ...nothing, outbox: true })
    nextFrame()
    expect(page.events).toHaveLength(2)
  })
})
