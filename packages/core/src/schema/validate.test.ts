import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../canonical.ts'
import { VALUE_BYTES_MAX, VALUE_DEPTH_MAX } from '../limits.ts'
import { NOTE } from '../test/sample-schema.ts'
import type { ValueType } from './definition.ts'
import { faultOfJson, utf8Length } from './size.ts'
import { checkType, checkValue } from './validate.ts'

const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)])

const good: readonly [ValueType, unknown][] = [
  [{ type: 'string' }, ''],
  [{ type: 'string' }, 'Čaplja 🐦'],
  [{ type: 'number' }, -1.5e300],
  [{ type: 'integer' }, Number.MIN_SAFE_INTEGER],
  [{ type: 'boolean' }, false],
  [{ type: 'date' }, '1977-07'],
  [{ type: 'localDateTime' }, '2026-11-22T17:36:00[Europe/Ljubljana]'],
  [{ type: 'oneOf', values: ['poor', 'good'] }, 'good'],
  [{ type: 'ref', collection: 'people' }, NOTE],
  [{ type: 'json' }, { a: [1, null, { b: 'c' }] }],
  [{ type: 'json' }, nested(VALUE_DEPTH_MAX)],
  [{ type: 'string' }, 'x'.repeat(VALUE_BYTES_MAX - 2)],
]

const bad: readonly [ValueType, unknown, string][] = [
  [{ type: 'string' }, 1, 'value.type'],
  [{ type: 'string' }, 'half of a 🐦: \ud83d', 'value.type'],
  [{ type: 'string' }, 'x'.repeat(VALUE_BYTES_MAX - 1), 'value.tooLarge'],
  [{ type: 'string' }, '"'.repeat(VALUE_BYTES_MAX / 2), 'value.tooLarge'],
  [{ type: 'number' }, Number.NaN, 'value.type'],
  [{ type: 'number' }, Number.POSITIVE_INFINITY, 'value.type'],
  [{ type: 'number' }, '1', 'value.type'],
  [{ type: 'integer' }, 1.5, 'value.type'],
  [{ type: 'integer' }, 2 ** 53, 'value.type'],
  [{ type: 'boolean' }, 0, 'value.type'],
  [{ type: 'date' }, '1977-13', 'value.type'],
  [{ type: 'localDateTime' }, '2026-11-22T17:36:00', 'value.type'],
  [{ type: 'oneOf', values: ['poor', 'good'] }, 'Good', 'value.type'],
  [{ type: 'ref', collection: 'people' }, 'ana', 'value.type'],
  [{ type: 'json' }, undefined, 'value.type'],
  [{ type: 'json' }, [undefined], 'value.type'],
  [{ type: 'json' }, [Number.NaN], 'value.type'],
  [{ type: 'json' }, new Date(0), 'value.type'],
  [{ type: 'json' }, new Map(), 'value.type'],
  [{ type: 'json' }, () => null, 'value.type'],
  [{ type: 'json' }, { '\udc00': 1 }, 'value.type'],
  [{ type: 'json' }, nested(VALUE_DEPTH_MAX + 1), 'value.tooDeep'],
  [{ type: 'json' }, Array.from({ length: 300_000 }, () => 1234567), 'value.tooLarge'],
]

const shortly = (value: unknown): string => (typeof value === 'function' ? 'a function' : JSON.stringify(value ?? 'nothing')).slice(0, 40)
const named = <T extends readonly [ValueType, unknown, ...unknown[]]>(rows: readonly T[]) =>
  rows.map((row) => ({ row, title: `${row[0].type} ${shortly(row[1])}` }))

describe('[P5] a value is of its type and within its limits', () => {
  test.each(named(good))('$title', ({ row: [value, given] }) => {
    expect(checkValue({ value, optional: false, checks: [] }, given)).toBeNull()
  })
  test.each(named(bad))('not $title', ({ row: [value, given, code] }) => {
    expect(checkValue({ value, optional: false, checks: [] }, given)?.code).toBe(code)
  })
})

test('null clears what is optional, and nothing else', () => {
  expect(checkValue({ value: { type: 'json' }, optional: true, checks: [] }, null)).toBeNull()
  expect(checkValue({ value: { type: 'json' }, optional: false, checks: [] }, null)?.code).toBe('value.required')
  expect(checkType({ type: 'json' }, null)?.code).toBe('value.type')
})

test('checks are asked in their order, of values that are of the type', () => {
  const checks = [(value: Json) => (value === 1 ? 'one' : null), (value: Json) => `not ${JSON.stringify(value)}`]
  expect(checkValue({ value: { type: 'integer' }, optional: true, checks }, 1)).toEqual({ code: 'value.invalid', message: 'one' })
  expect(checkValue({ value: { type: 'integer' }, optional: true, checks }, 2)).toEqual({ code: 'value.invalid', message: 'not 2' })
  expect(checkValue({ value: { type: 'integer' }, optional: true, checks }, 'x')?.code).toBe('value.type')
  expect(checkValue({ value: { type: 'integer' }, optional: true, checks }, null)).toBeNull()
})

test('a value that refers to itself is too deep, not endless', () => {
  const loop: unknown[] = []
  loop.push(loop)
  expect(faultOfJson(loop)).toBe('value.tooDeep')
})

test('every JSON value that is neither large nor deep may be stored', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect(faultOfJson(value)).toBeNull()
    }),
  )
})

test('lengths are those of UTF-8', () => {
  expect(['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\u{10000}'].map(utf8Length)).toEqual([1, 2, 2, 3, 3, 3, 4])
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length)
    }),
    { numRuns: 30 },
  )
})
