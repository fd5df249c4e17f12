import { collection, type RecordId, schema, string } from '@tombolo/core'
import { expect, test } from 'vitest'
import { openPage } from '../test/page/kit.ts'
import type { WriteBatch } from './port.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string() }) } })

async function open() {
  const { engine, device } = await openPage(app)
  const space = device.newSpace()
  let operations = 0
  const adds = (title: unknown, operationId = String(operations++)): WriteBatch => ({
    operationId,
    type: 'write',
    space,
    createsSpace: true,
    steps: [{ type: 'add', collection: 'notes', record: device.newId(), values: { title: title as string } }],
  })
  const titles = (): unknown[] =>
    device.store.state.database
      .prepare('SELECT title FROM notes ORDER BY rowid')
      .all()
      .map((row) => row['title'])
  let commits = 0
  device.store.onCommit(() => commits++)
  return { engine, device, space, adds, titles, commits: () => commits }
}

test('writes of one turn are one transaction, and each is a change of its own', async () => {
  const { engine, device, adds, titles, commits } = await open()
  const answers = await Promise.all(['a', 'b', 'c'].map((title) => engine.write(adds(title))))
  expect(answers.map((answer) => answer.ok && answer.seq)).toEqual([1, 2, 3])
  expect(titles()).toEqual(['a', 'b', 'c'])
  expect(commits()).toBe(1)
  expect([...device.store.state.changes.live]).toHaveLength(3)
})

test('one that is refused takes none of the others along', async () => {
  const { engine, adds, titles } = await open()
  const answers = await Promise.all([adds('a'), adds(7), adds('c')].map((batch) => engine.write(batch)))
  expect(answers.map(({ ok }) => ok)).toEqual([true, false, true])
  expect(titles()).toEqual(['a', 'c'])
})

test('one that is asked for twice in a turn is carried out once', async () => {
  const { engine, adds, titles } = await open()
  const batch = adds('a', 'same')
  const [first, second] = await Promise.all([engine.write(batch), engine.write(batch)])
  expect(second).toEqual(first)
  expect(titles()).toEqual(['a'])
})

test('steps on one record fold, whether they come together or not', async () => {
  const { engine, device, space, adds, titles } = await open()
  await engine.write(adds('a'))
  const record = device.store.state.database.prepare('SELECT id FROM notes').get()?.['id'] as RecordId
  const sets = (title: string): WriteBatch => ({
    operationId: title,
    type: 'write',
    space,
    steps: [{ type: 'set', collection: 'notes', record, values: { title } }],
  })
  await Promise.all([engine.write(sets('b')), engine.write(sets('c'))])
  expect(titles()).toEqual(['c'])
  expect([...device.store.state.changes.live]).toHaveLength(1)
})
