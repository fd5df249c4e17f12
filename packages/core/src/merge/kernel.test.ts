import { expect, test } from 'vitest'
import type { Name } from '../ids.ts'
import { OVER_HANDED_ON_MAX, OVER_MAX, OVER_OWN_MAX } from '../limits.ts'
import { addTo, arrival, edit, increment, mergeAll, nameOf, namesOf, ordersOf, set } from '../test/arrivals.ts'
import type { Stamp } from '../stamp.ts'
import { openDocument, yjsText } from '../yjs.ts'
import { overOf, OwnWrites } from './over.ts'
import { type Entry, ORIGIN, type Register } from './register.ts'
import { compareValues, LATEST, show } from './rules.ts'

const register = (...entries: readonly Entry[]): Register => ({ kind: 'register', entries, awaited: [], version: 1 })
const entry = (name: string, over: readonly string[] = []): Entry => ({
  name: nameOf(name),
  value: name,
  stamp: 1 as Stamp,
  hubStamp: 1 as Stamp,
  by: 'ana',
  over: namesOf(...over),
})
const texts = (field: string, arrivals: Parameters<typeof mergeAll>[0]): unknown => {
  const state = mergeAll(arrivals).record.fields[field]
  return state?.kind === 'register' ? show(LATEST, state).value : state
}

// ---- order ----

test('[M1] a counter is the same in any order, also near the end of the integers', () => {
  const big = 2 ** 52 - 1
  const writes = [
    arrival('a', [increment('n', big)]),
    arrival('b', [increment('n', big)]),
    arrival('c', [increment('n', -big)]),
    arrival('d', [increment('n', 3)]),
  ]
  const sums = ordersOf(writes).map((order) => mergeAll(order).record.fields['n'])
  expect(new Set(sums.map((state) => state?.kind === 'counter' && state.sum))).toEqual(new Set([big + 3 - 2 ** 53]))
})

test('[M1] an edit that comes before the string that it edits waits for it', () => {
  const update = openDocument(yjsText.seed('one', nameOf('a')), 1).splice({ at: 3, remove: 0, insert: ' two' })
  const writes = [arrival('a', [set('body', 'one')]), arrival('b', [edit('body', 'a', update)])]
  expect(ordersOf(writes).map((order) => texts('body', order))).toEqual(['one two', 'one two'])
})

test('[M1] an edit that comes before an edit that it builds on waits for it', () => {
  const session = openDocument(yjsText.seed('', ORIGIN), 1)
  const writes = ['1', '2', '3'].map((insert, at) => arrival(insert, [edit('body', ORIGIN, session.splice({ at, remove: 0, insert }))]))
  expect(new Set(ordersOf(writes).map((order) => texts('body', order)))).toEqual(new Set(['123']))
})

test('[M1] a name that an `over` holds twice is awaited once', () => {
  const writes = [arrival('a', [set('f', 1, ['x', 'x'])]), arrival('b', [set('f', 2, ['x'])])]
  const awaited = ordersOf(writes).map((order) => mergeAll(order).record.fields['f'])
  expect(awaited.map((state) => state?.kind === 'register' && state.awaited)).toEqual([['x'], ['x']])
})

// ---- what a write is over ----

test('[M8] an own open write hands on all that it was over, however much the entries beside it hand on', () => {
  const past = Array.from({ length: 40 }, (_, index) => `past${index}`)
  const view = { ...register(entry('other', past), entry('own', ['confirmed'])), version: 0 }
  expect(overOf(view, new OwnWrites([{ name: nameOf('own'), over: namesOf('confirmed') }]), 0)).toContain('confirmed')
})

test('a write hands on the nearest of what it was over', () => {
  const chain: Entry[] = []
  for (let index = 0; index < 60; index++) {
    const before = chain.at(-1)
    // Names are random: their order says nothing about time.
    const name = `${(index * 37) % 60}`.padStart(2, '0')
    chain.push(entry(name, overOf(before === undefined ? undefined : register(before), new OwnWrites(), 0)))
  }
  const nearest = chain.slice(-OVER_HANDED_ON_MAX - 2, -1).map((write) => write.name)
  expect(new Set(chain.at(-1)?.over)).toEqual(new Set(nearest))
})

test('of several entries the nearest of each is handed on before the farther of any', () => {
  const past = (prefix: string): string[] => Array.from({ length: 40 }, (_, index) => prefix + index)
  const over = overOf(register(entry('a', past('a')), entry('b', past('b'))), new OwnWrites(), 0)
  expect(over).toHaveLength(2 + OVER_HANDED_ON_MAX)
  expect(over).toEqual(expect.arrayContaining(['a15', 'b15']))
})

test('a write hands on the nearest, however many refused writes of its author it is over besides', () => {
  const first = entry('first')
  const second = entry('second', overOf(register(first), new OwnWrites(), 0))
  const refused = Array.from({ length: 40 }, (_, index) => ({ name: nameOf(`refused${index}`), over: namesOf(`past${index}`) }))
  const third = entry('third', overOf(register(second), new OwnWrites(refused), 0))
  expect(overOf(register(third), new OwnWrites(), 0)).toEqual(expect.arrayContaining(['third', 'second', 'first'].map(nameOf)))
})

test('what a write is over does not grow with an outage: of a thousand own open writes the newest are named', () => {
  const own: { name: Name; over: readonly Name[] }[] = []
  let view = register(entry('confirmed', ['past']))
  for (let index = 0; index < 1000; index++) {
    const write = entry(`own${index}`, overOf(view, new OwnWrites(own), 0))
    own.push({ name: write.name, over: write.over })
    view = { ...register(write), version: 0 }
  }
  const last = own.at(-1)?.over ?? []
  expect(last.length).toBeLessThanOrEqual(2 * OVER_OWN_MAX + OVER_HANDED_ON_MAX)
  expect(last).toEqual(expect.arrayContaining([...own.slice(-OVER_OWN_MAX - 1, -1).map((write) => write.name), nameOf('confirmed')]))
})

test('an `over` never holds more names than a hub accepts', () => {
  const entries = Array.from({ length: OVER_MAX + 1 }, (_, index) => entry(`${index}`))
  expect(overOf(register(...entries), new OwnWrites(), 0)).toHaveLength(OVER_MAX)
})

// ---- rules ----

test('`max` and `min` order values of every kind totally', () => {
  const values = [null, false, true, 9, 10, '10', '5', '9', [1], { a: 1, b: 2 }]
  for (const a of values)
    for (const b of values) expect(Math.sign(compareValues(a, b))).toBe(Math.sign(values.indexOf(a) - values.indexOf(b)))
})

test('`max` of groups does not depend on the order of their keys', () => {
  expect(compareValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(0)
})

// ---- sets ----

test('a change that fills a set is merged in time linear in its elements', () => {
  const fill = (count: number): number => {
    const write = arrival(
      'a',
      Array.from({ length: count }, (_, index) => addTo('tags', `t${index}`)),
    )
    const start = process.cpuUsage().user
    const state = mergeAll([write]).record.fields['tags']
    expect(state?.kind === 'set' && Object.keys(state.elements)).toHaveLength(count)
    return process.cpuUsage().user - start
  }
  fill(1000)
  expect(fill(10_000)).toBeLessThan(500_000)
})
