import type { Json } from '@tombolo/core'
import { checkFields } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { app } from '../schema.ts'
import { contentOf, EVERY_FIELD, type EveryField, factsOf, isBlank, NOTE_FIELDS, shownValue } from './fields.ts'
import type { Note } from './note.ts'

const BLANK = Object.fromEntries(EVERY_FIELD.map(([key, { empty }]) => [key, empty])) as unknown as Note
const HERON: Note = {
  ...BLANK,
  title: 'Heron',
  tags: ['bird', 'shore'],
  observedAt: '2026-07-04',
  observedTime: '06:40+02:00',
  place: { lat: 46.05, lon: 14.5, accuracy: 8 },
  quality: 'good',
  count: 2,
}

describe('what is done with a field', () => {
  test('is said of every field of the schema: one that is forgotten does not compile', () => {
    const { count: _, ...others } = NOTE_FIELDS
    // @ts-expect-error: 'count' is missing
    const forgotten: EveryField = others
    expect(Object.keys(forgotten)).toHaveLength(EVERY_FIELD.length - 1)
    expect(EVERY_FIELD.map(([key]) => key).toSorted()).toEqual(Object.keys(app.collections.notes.fields).toSorted())
  })

  test('tells a blank note from one in which anything was put', () => {
    expect(isBlank(BLANK)).toBe(true)
    const filled = (Object.keys(HERON) as (keyof Note)[]).filter((key) => HERON[key] !== BLANK[key])
    expect(filled).toHaveLength(7)
    expect(filled.filter((key) => isBlank({ ...BLANK, [key]: HERON[key] }))).toEqual([])
  })

  test('says a value in words, and a note in a few', () => {
    expect([shownValue('observedTime', '06:40+02:00'), shownValue('quality', 'poor'), shownValue('count', null)]).toEqual([
      '06:40 UTC+02:00',
      'Poor',
      '',
    ])
    expect(factsOf(HERON).split(' · ')).toEqual([
      'bird, shore',
      shownValue('observedAt', '2026-07-04'),
      '06:40 UTC+02:00',
      '46.05, 14.5 (± 8 m)',
      'Good',
      'Count 2',
    ])
  })

  test('gives what was put in, and nothing else, to another note', () => {
    const content = contentOf(HERON)
    expect(Object.keys(content)).toEqual(['title', 'tags', 'observedAt', 'observedTime', 'place', 'quality', 'count'])
    expect(checkFields(app.collections.notes, content as Readonly<Record<string, Json>>)).toEqual([])
  })
})

test.each<[Readonly<Record<string, Json>>, string]>([
  [{ place: { lat: 90.1, lon: 0 } }, 'place.lat: A number from -90 to 90 is wanted here.'],
  [{ place: { lat: 0, lon: -180.5 } }, 'place.lon: A number from -180 to 180 is wanted here.'],
  [{ place: { lat: 0, lon: 0, accuracy: -1 } }, 'place.accuracy: A number from 0 up is wanted here.'],
  [{ count: -1 }, 'count: A number from 0 up is wanted here.'],
  [{ openings: 1.5 }, 'openings: A whole number is wanted here.'],
  [{ observedTime: '6:40' }, 'observedTime: A time such as 06:40, 06:40:15 or 06:40+02:00 is wanted here.'],
  [{ observedAt: '1977-13' }, 'observedAt: A date such as 1977, 1977-07 or 1977-07-04 is wanted here.'],
  [{ tags: ['bird', ' '] }, 'tags: A tag has at least one letter.'],
])('[P5] the schema refuses %j for every writer, in words', (values, words) => {
  expect(checkFields(app.collections.notes, values).map(({ field, message }) => `${field}: ${message}`)).toEqual([words])
})
