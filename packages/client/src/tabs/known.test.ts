import fc from 'fast-check'
import type { RecordId, SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import type { Row, WatchEvent } from '../engine/port.ts'
import { applyDelta, deltaBetween } from '../query/delta.ts'
import { Known } from './known.ts'

const row = (id: number, title: string): Row => ({
  id: String(id) as RecordId,
  space: 's' as SpaceId,
  title,
  $state: 'synced',
  $version: '1.0',
  $conflicts: [],
  $failed: null,
})
const rows = fc.uniqueArray(fc.record({ id: fc.nat(12), title: fc.constantFrom('a', 'b') }), { selector: ({ id }) => id, maxLength: 8 })
const rowsOf = (list: readonly { id: number; title: string }[]): Row[] => list.map(({ id, title }) => row(id, title))

test('whatever a page was told, the news take it from there to what the next engine says; and say nothing where nothing changed', () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 100 }), rows, (history, last) => {
      const known = new Known()
      let page: readonly Row[] = rowsOf(history[0] ?? [])
      known.take({ type: 'rows', rows: page })
      for (const next of history.slice(1).map(rowsOf)) {
        const delta = deltaBetween(page, next)
        if (delta === null) continue
        known.take(delta)
        page = applyDelta(page, delta)
      }
      const news = known.news({ type: 'rows', rows: rowsOf(last) })
      expect(news?.type ?? 'delta').toBe('delta')
      if (news?.type === 'delta') known.take(news)
      expect(news?.type === 'delta' ? applyDelta(page, news) : page).toEqual(rowsOf(last))
      expect(known.news({ type: 'rows', rows: rowsOf(last) })).toBeNull()
    }),
  )
})

test.each<[WatchEvent, WatchEvent]>([
  [
    { type: 'count', count: 3 },
    { type: 'count', count: 4 },
  ],
  [
    { type: 'spaces', spaces: [] },
    { type: 'spaces', spaces: [{ id: 's' as SpaceId, name: 'Marsh', head: 1, completeAt: null, role: null }] },
  ],
  [
    { type: 'failed', code: 'query.field', message: 'no such field' },
    { type: 'failed', code: 'storage.io', message: 'the disk' },
  ],
])('%o is news once', (first, other) => {
  const known = new Known()
  expect(known.news(first)).toEqual(first)
  known.take(first)
  expect(known.news(structuredClone(first))).toBeNull()
  expect(known.news(other)).toEqual(other)
})

test('rows after a failure are told whole', () => {
  const known = new Known()
  const whole: WatchEvent = { type: 'rows', rows: [row(1, 'a')] }
  known.take(whole)
  known.take({ type: 'failed', code: 'storage.io', message: 'the disk' })
  expect(known.news(whole)).toEqual(whole)
})

test('a failure in between takes no rows away', () => {
  const known = new Known()
  known.take({ type: 'rows', rows: [row(1, 'a')] })
  known.take({ type: 'failed', code: 'storage.io', message: 'the disk' })
  known.take({ type: 'delta', removed: [], upserted: [row(2, 'b')], order: ['1', '2'] as RecordId[] })
  expect(known.news({ type: 'rows', rows: [row(1, 'a'), row(2, 'b')] })).toBeNull()
})
