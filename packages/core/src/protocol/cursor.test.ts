import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SpaceId } from '../ids.ts'
import { CURSOR_LENGTH_MAX } from '../limits.ts'
import { type CursorPlace, decodeCursor, encodeCursor } from './cursor.ts'
import type { Mac } from './mac.ts'

const mac: Mac = (bytes) => createHmac('sha256', 'key').update(bytes).digest()
const place: fc.Arbitrary<CursorPlace> = fc.record({
  space: fc.uuid() as fc.Arbitrary<SpaceId>,
  epoch: fc.string(),
  account: fc.string({ unit: 'grapheme' }),
  base: fc.maxSafeNat(),
  position: fc.maxSafeNat(),
  last: fc.option(fc.string(), { nil: null }),
  tag: fc.string(),
})

test('[Q3] a cursor says to the hub what the hub said', () => {
  fc.assert(
    fc.property(place, (said) => {
      expect(decodeCursor(encodeCursor(said, mac), mac)).toEqual({ ok: true, value: said })
    }),
  )
})

const INVALID = { ok: false, error: { code: 'cursor.invalid', path: '' } }

test('[Q3] a cursor with one character exchanged is invalid', () => {
  fc.assert(
    fc.property(place, fc.nat(), fc.base64String({ minLength: 4 }), (said, at, other) => {
      const cursor = encodeCursor(said, mac)
      const index = at % cursor.length
      const character = cursor[index] === other[0] ? '_' : other[0]
      fc.pre(character !== cursor[index])
      expect(decodeCursor(cursor.slice(0, index) + character + cursor.slice(index + 1), mac)).toEqual(INVALID)
    }),
  )
})

test.each([
  ['nothing', ''],
  ['words', 'not a cursor'],
  ['a signature of nothing', 'A'.repeat(22)],
  ['a book', 'A'.repeat(CURSOR_LENGTH_MAX + 1)],
])('[Q3] %s is no cursor', (_, text) => {
  expect(decodeCursor(text, mac)).toEqual(INVALID)
})

test('[Q3] a cursor that was signed with another key is invalid', () => {
  const [said] = fc.sample(place, 1)
  expect(
    said === undefined
      ? null
      : decodeCursor(
          encodeCursor(said, (bytes) => bytes),
          mac,
        ),
  ).toEqual(INVALID)
})
