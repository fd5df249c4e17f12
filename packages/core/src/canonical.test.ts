import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical.ts'

/** The definition (RFC 8785), word by word. */
function spelled(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  const members = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${spelled(member)}`).join(',')}}`
}

const anyKey = fc.oneof(fc.string(), fc.constantFrom('', '1', '10', '9', '07', '-1', '__proto__', 'toString', 'a', 'b', '😀', 'ﬀ'))

const anyJson = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, -0),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(anyKey, tie('value')), { maxLength: 4 }).map((members) => {
      const object: Record<string, Json> = {}
      for (const [key, value] of members)
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
      return object
    }),
  ),
})).value

test('the canonical text of any value is as RFC 8785 spells it, whatever order its keys were written in', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const before = JSON.stringify(value)
      expect(canonicalJson(value)).toBe(spelled(value))
      expect(JSON.stringify(value)).toBe(before)
    }),
    { numRuns: 2000 },
  )
})

test('members that are undefined are absent', () => {
  expect(canonicalJson({ b: undefined, a: { d: 1, c: undefined } })).toBe('{"a":{"d":1}}')
})

test('objects within objects cost no more than their size', () => {
  let value: Json = 1
  for (let depth = 0; depth < 32; depth++) value = { b: value, a: depth }
  expect(canonicalJson(value)).toBe(spelled(value))
})
