import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../hash.ts'
import { sample } from '../test/sample-schema.ts'
import { collection, schema } from './build.ts'
import { counter, date, group, integer, json, number, oneOf, ref, set, string, text } from './fields.ts'
import { fnv1a128 } from './fingerprint.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test.each([
  ['', '6c62272e07bb014262b821756295c58d'],
  ['a', 'd228cb696f1a8caf78912b704e4a8964'],
  ['foobar', '343e1662793c64bf6f0d3597ba446f18'],
])('the hash of %j is that of draft-eastlake-fnv', (input, expected) => {
  expect(hex(fnv1a128(utf8(input)))).toBe(expected)
})

test('22 base64url characters, the same for ever', () => {
  expect(sample.fingerprint).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(schema({ version: 1, collections: { notes: collection({ title: string() }) } }).fingerprint).toBe('8Cn0tzJgwDoCS8-l8NhUTw')
})

test('the order of declaration does not matter', () => {
  const fields = { title: string(), body: text(), tags: set(string()), visits: counter(), at: date().optional() }
  const expected = schema({ version: 1, collections: { notes: collection(fields), people: collection({ name: string() }) } }).fingerprint
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.entries(fields), { minLength: 5 }), (entries) => {
      const shuffled = collection(Object.fromEntries(entries))
      expect(schema({ version: 1, collections: { people: collection({ name: string() }), notes: shuffled } }).fingerprint).toBe(expected)
    }),
  )
})

describe('functions do not count', () => {
  const of = (field: ReturnType<typeof string>) => schema({ version: 1, collections: { notes: collection({ title: field }) } }).fingerprint
  test('checks', () => {
    expect(of(string().check(() => null))).toBe(of(string()))
  })
  test('what a custom rule does, but that there is one', () => {
    const custom = (choose: () => string) =>
      schema({ version: 1, collections: { notes: collection({ title: string().custom(choose) }) } }).fingerprint
    expect(custom(() => 'a')).toBe(custom(() => 'b'))
    expect(custom(() => 'a')).not.toBe(of(string()))
  })
})

test('everything else counts', () => {
  const one = collection({ title: string() })
  const variants = [
    schema({ version: 1, collections: { notes: one } }),
    schema({ version: 2, oldest: 2, collections: { notes: one } }),
    schema({ version: 1, collections: { papers: one } }),
    schema({ version: 1, collections: { notes: one, papers: one } }),
    schema({ version: 1, collections: { notes: collection({ titel: string() }) } }),
    schema({ version: 1, collections: { notes: collection({ title: string() }, { onDelete: 'delete-wins' }) } }),
    schema({ version: 1, collections: { notes: collection({ title: string() }, { search: ['title'] }) } }),
    schema({ version: 1, collections: { notes: collection({ title: string() }, { indexes: [['title']] }) } }),
    ...[
      string().optional(),
      string().default(''),
      string().default('a'),
      string().review(),
      text(),
      text().review(),
      number(),
      integer(),
      json(),
      oneOf('a', 'b'),
      oneOf('a', 'c'),
      ref('notes'),
      counter(),
      set(string()),
      set(integer()),
      group({ lat: number() }),
      group({ lon: number() }),
      group({ lat: number() }).optional(),
      group({ lat: number().optional() }),
      group({ lat: number() }).first(),
    ].map((title) => schema({ version: 1, collections: { notes: collection({ title }) } })),
  ]
  const fingerprints = variants.map(({ fingerprint }) => fingerprint)
  expect(new Set(fingerprints).size).toBe(variants.length)
})
