/** What a long time offline costs when it ends, in work that is counted and not timed. */
import { expect, test } from 'vitest'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import type { Database } from '../../../client/src/storage/port.ts'
import { addNote, appWith, rowOf, setTitle, worldOf } from '../test/history-kit.ts'

const app = appWith()
const HOUR = 60 * 60 * 1000

/** Counts how often the row of a note is written. */
async function countedStorage(): Promise<{ readonly database: Database; readonly count: { writes: number } }> {
  const database = await memoryStorage().open('counted')
  const count = { writes: 0 }
  const prepare = database.prepare.bind(database)
  database.prepare = (sql) => {
    const statement = prepare(sql)
    if (!sql.startsWith('UPDATE "notes"')) return statement
    return {
      run: (...parameters) => {
        const rows = statement.run(...parameters)
        count.writes += rows
        return rows
      },
      get: (...parameters) => statement.get(...parameters),
      all: (...parameters) => statement.all(...parameters),
      values: (...parameters) => statement.values(...parameters),
    }
  }
  return { database, count }
}

test('[P5] one record edited many times offline: an answer writes it once, however many edits it tells of', async () => {
  const world = await worldOf(app)
  const { database, count } = await countedStorage()
  const a = await world.device(database)
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  for (let edit = 1; edit <= 300; edit += 1) {
    setTitle(a, space, record, `Heron ${edit}`)
    a.store.seal(space)
  }
  let answers = 0
  a.line.isSocketAllowed = false
  a.line.through = (exchange, kind) => {
    if (kind === 'push' || kind === 'pull') answers += 1
    return exchange()
  }
  count.writes = 0
  await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + HOUR }))
  expect(rowOf(a, record)).toMatchObject({ title: 'Heron 300', $state: 'synced' })
  expect(answers).toBeLessThan(30)
  expect(count.writes).toBeLessThanOrEqual(answers)
})

test('[P5] the same comes to another device as one record, written once for each page', async () => {
  const world = await worldOf(app)
  const { database, count } = await countedStorage()
  const [a, b] = [await world.device(), await world.device(database)]
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  await a.sync()
  await b.sync()
  for (let edit = 1; edit <= 300; edit += 1) {
    setTitle(a, space, record, `Heron ${edit}`)
    a.store.seal(space)
  }
  await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + HOUR }))
  let pages = 0
  b.line.isSocketAllowed = false
  b.line.through = (exchange, kind) => {
    if (kind === 'pull') pages += 1
    return exchange()
  }
  count.writes = 0
  await b.sync()
  expect(rowOf(b, record)).toMatchObject({ title: 'Heron 300' })
  expect(count.writes).toBeLessThanOrEqual(pages)
})
