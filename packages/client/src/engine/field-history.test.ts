import type { Entry, RecordId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { memoryStorage } from '../storage/node.ts'
import { notes } from '../test/sync-kit.ts'
import { FieldHistory } from './field-history.ts'
import { createTables } from './tables.ts'

const entryAt = (hubStamp: number): Entry =>
  ({ name: `name-${hubStamp}`, value: hubStamp, stamp: hubStamp, hubStamp, by: 'ann', over: [] }) as never

test('[M9] a field keeps its newest 200 values, in whatever order they come; other fields are left alone', async () => {
  const db = await memoryStorage().open('one')
  createTables(db, notes)
  const history = new FieldHistory(db, () => 0)
  const [title, body] = ['title', 'body'].map((field) => ({ collection: 'notes', id: 'a' as RecordId, field }))
  if (title === undefined || body === undefined) throw new Error('two fields')
  history.keep(body, entryAt(1), null)
  // 7 and 401 have no common divisor: every number once, out of order.
  for (let n = 0; n < 401; n++) history.keep(title, entryAt((n * 7) % 401), null)
  const kept = history.of(title).map(({ hubStamp }) => Number(hubStamp))
  expect(kept.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 201))
  expect(history.of(body)).toHaveLength(1)
})
