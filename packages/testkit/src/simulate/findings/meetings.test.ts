/** How often people met, from a log that is written out here. */
import { collection, type FieldOperation, type Json, type Name, oneOf, type RecordId, schema, set, string } from '@tombolo/core'
import { expect, test } from 'vitest'
import type { Reference } from '../../simulator/invariants/healed.ts'
import type { Arrival } from '../../simulator/reference/writes.ts'
import { meetingsIn } from './meetings.ts'

const app = schema({
  version: 1,
  collections: {
    notes: collection({ title: string(), quality: oneOf('poor', 'good').review(), tags: set(string()) }, { onDelete: 'review' }),
  },
})

const named = (name: string): Name => name.padEnd(22, 'A') as Name
const toSet = (field: string, value: Json, ...over: readonly string[]): FieldOperation => ({
  kind: 'set',
  field,
  value,
  over: over.map(named),
})
const adding = (element: string): FieldOperation => ({ kind: 'addTo', field: 'tags', element, over: [] })

let stamps = 0
/** A change, and the changes that its author had seen last. */
const change = (
  name: string,
  seen: readonly string[],
  fields: readonly FieldOperation[],
  life: 'alive' | 'deleted' = 'alive',
): Arrival => ({
  name: named(name),
  stamp: ++stamps as never,
  hubStamp: stamps as never,
  by: 'ann',
  unverified: false,
  version: stamps,
  operations: { collection: 'notes', record: 'r' as RecordId, life, lifeOver: seen.map(named), fields },
})

function meetings(...arrivals: readonly Arrival[]): Record<string, readonly [writes: number, met: number, asked: number]> {
  const written = { collection: 'notes', id: 'r' as RecordId, arrivals: [...arrivals] }
  const reference = new Map([['notes/r', { written }]]) as unknown as Reference
  return Object.fromEntries([...meetingsIn([reference], app)].map(([field, { writes, met, asked }]) => [field, [writes, met, asked]]))
}

const added = change('a', [], [toSet('title', 'Heron'), toSet('quality', 'poor')])

test('whoever had seen the other one did not meet them, also where that was long ago', () => {
  const first = change('b', ['a'], [toSet('title', 'Stilt', 'a')])
  const elsewhere = change('c', ['b'], [toSet('quality', 'good', 'a')])
  const second = change('d', ['c'], [toSet('title', 'Egret', 'b')])
  expect(meetings(added, first, elsewhere, second)).toMatchObject({ 'notes.title': [3, 0, 0], 'notes.quality': [2, 0, 0] })
})

test('two who had not seen each other met in one field, and not in another', () => {
  const ana = change('b', ['a'], [toSet('title', 'Stilt', 'a')])
  const ben = change('c', ['a'], [toSet('title', 'Egret', 'a')])
  const zoe = change('d', ['a'], [adding('wet')])
  expect(meetings(added, ana, ben, zoe)).toMatchObject({ 'notes.title': [3, 1, 0], 'notes.tags': [1, 0, 0] })
})

test('a conflict is put before a person once, however many take part, and again when it comes up again', () => {
  const [ana, ben, zoe] = ['b', 'c', 'd'].map((name, at) => change(name, ['a'], [toSet('quality', at === 0 ? 'good' : 'poor', 'a')])) as [
    Arrival,
    Arrival,
    Arrival,
  ]
  expect(meetings(added, ana, ben, zoe)).toMatchObject({ 'notes.quality': [4, 2, 1] })
  const resolved = change('e', ['b', 'c', 'd'], [toSet('quality', 'good', 'b', 'c', 'd')])
  const late = change('f', ['a'], [toSet('quality', 'poor', 'a')])
  expect(meetings(added, ana, ben, zoe, resolved, late)).toMatchObject({ 'notes.quality': [6, 3, 2] })
})

test('two who wrote the same value are no question', () => {
  const [ana, ben] = ['b', 'c'].map((name) => change(name, ['a'], [toSet('quality', 'good', 'a')])) as [Arrival, Arrival]
  expect(meetings(added, ana, ben)).toMatchObject({ 'notes.quality': [3, 1, 0] })
})

test('elements of a set do not meet other elements', () => {
  const [ana, ben, zoe] = ['wet', 'dry', 'wet'].map((word, at) => change('bcd'.charAt(at), ['a'], [adding(word)])) as [
    Arrival,
    Arrival,
    Arrival,
  ]
  expect(meetings(added, ana, ben)).toMatchObject({ 'notes.tags': [2, 0, 0] })
  expect(meetings(added, ana, ben, zoe)).toMatchObject({ 'notes.tags': [3, 1, 0] })
})

test('a delete meets an edit that had not seen it', () => {
  const gone = change('b', ['a'], [], 'deleted')
  expect(meetings(added, gone)).toMatchObject({ 'notes.$life': [1, 0, 0] })
  expect(meetings(added, gone, change('c', ['a'], [toSet('title', 'Egret', 'a')]))).toMatchObject({ 'notes.$life': [1, 1, 1] })
  expect(meetings(added, gone, change('c', ['b'], [toSet('title', 'Egret', 'a')]))).toMatchObject({ 'notes.$life': [1, 0, 0] })
})
