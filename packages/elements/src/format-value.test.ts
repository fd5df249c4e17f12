import type { Json } from '@tombolo/core'
import { expect, test } from 'vitest'
import { valueWords } from './format-value.ts'
import { SAMPLE_SCHEMA } from './test/fake-engine.ts'
import { setWords, Wording, wordingFor } from './wording.ts'

const words = new Wording('en-GB')
const said = (field: string, value: Json): string => valueWords({ schema: SAMPLE_SCHEMA, collection: 'notes', field }, value, words, null)

test.each([
  ['title', 'Otter', 'Otter'],
  ['title', null, 'empty'],
  ['title', '', 'empty'],
  ['count', 1_200, '1,200'],
  ['place', { lat: 54.1234567, lon: -2.8 }, '54.1234567, -2.8'],
  ['checked', false, 'No'],
  ['seenOn', '2026-11-03', '3 Nov 2026'],
  ['seenOn', '1977', '1977'],
  ['removedSince', ['a', 'b'], 'a, b'],
])('%s %j', (field, value, expected) => {
  expect(said(field, value)).toBe(expected)
})

test("the app's own way of writing is asked first: the element's, then that for all", () => {
  setWords({ names: { value: (_collection, field) => (field === 'count' ? 'many' : undefined) } })
  const place = { schema: SAMPLE_SCHEMA, collection: 'notes', field: 'count' }
  expect(valueWords(place, 3, wordingFor('en'), null)).toBe('many')
  expect(valueWords(place, 3, wordingFor('en'), () => 'three')).toBe('three')
  expect(valueWords({ ...place, field: 'title' }, 'Otter', wordingFor('en'), () => undefined)).toBe('Otter')
  setWords({ names: {} })
})
