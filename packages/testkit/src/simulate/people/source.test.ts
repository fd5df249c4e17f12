/** Every field gets values that it accepts, or is told by its name. */
import {
  boolean,
  checkFields,
  collection,
  type CollectionDefinition,
  counter,
  date,
  type Field,
  group,
  integer,
  json,
  localDateTime,
  number,
  oneOf,
  ref,
  set,
  type StandardSchema,
  string,
  text,
} from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { diceOf } from '../../simulator/random.ts'
import type { ExamplesOf } from '../examples.ts'
import { sourceOf } from './source.ts'

const matches = (pattern: RegExp) => (value: string) => (pattern.test(value) ? null : 'It has another form.')
const between = (min: number, max: number) => (value: number) => (value >= min && value <= max ? null : 'It is out of range.')

/** As zod and valibot have it. */
const standard = (isFine: (value: unknown) => boolean): StandardSchema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (isFine(value) ? { value } : { issues: [{ message: 'It is wrong.' }] }),
  },
})

const collectionWith = (field: Field): CollectionDefinition => ({ name: 'notes', ...collection({ field }).definition })

const FIELDS: readonly (readonly [string, Field])[] = [
  ['string', string()],
  ['time of day', string().check(matches(/^([01]\d|2[0-3]):[0-5]\d$/))],
  ['mail address', string().check(matches(/^[^@\s]+@[^@\s]+\.[a-z]+$/))],
  ['code of two letters and three digits', string().check(matches(/^[A-Z]{2}-\d{3}$/))],
  ['UUID', string().check(matches(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/))],
  ['not empty', string().check(standard((value) => typeof value === 'string' && value.trim() !== ''))],
  ['number', number()],
  ['latitude', number().check(between(-90, 90))],
  ['share', number().check(between(0, 1))],
  ['body temperature', number().check(between(34, 42))],
  ['integer', integer()],
  ['year', integer().check(between(1900, 2100))],
  ['boolean', boolean()],
  ['date', date()],
  ['whole date', date().check(matches(/^\d{4}-\d{2}-\d{2}$/))],
  ['moment', localDateTime()],
  ['choice', oneOf('poor', 'good')],
  ['reference', ref('notes')],
  ['JSON', json()],
  ['list', json().check((value) => (Array.isArray(value) ? null : 'A list is wanted.'))],
  ['text', text()],
  ['set', set(string())],
  ['set of choices', set(oneOf('wet', 'dry'))],
  ['counter', counter()],
  ['group', group({ lat: number().check(between(-90, 90)), lon: number(), note: string().optional() })],
  [
    'group with a condition',
    group({ low: integer(), high: integer() }).check(({ low, high }) => (low <= high ? null : 'Low is above high.')),
  ],
]

describe('fields of every kind get values that they accept', () => {
  test.each(FIELDS)('%s', (name, field) => {
    const { draw } = sourceOf(`notes.${name}`, field.definition, undefined)
    const dice = diceOf(1, name)
    for (let times = 0; times < 100; times++) {
      const value = draw(dice, () => null)
      expect(checkFields(collectionWith(field), { field: field.definition.kind === 'set' ? [value] : value })).toEqual([])
    }
  })

  test('strings are short and long, and of several scripts', () => {
    const { draw } = sourceOf('notes.title', string().definition, undefined)
    const dice = diceOf(1, 'strings')
    const drawn = Array.from({ length: 1000 }, () => draw(dice, () => null)).filter((one) => typeof one === 'string')
    expect(drawn).toContain('')
    expect(drawn.some((one) => one.length > 1000)).toBe(true)
    for (const script of [/\p{Script=Cyrillic}/u, /\p{Script=Arabic}/u, /\p{Script=Han}/u, /\p{Script=Thai}/u, /\p{Emoji_Presentation}/u])
      expect(drawn.some((one) => script.test(one))).toBe(true)
  })
})

describe('what people cannot write is told', () => {
  const isbn = string().check(matches(/^97[89]-961-000-\d{3}-\d$/))

  test.each<readonly [string, Field, ExamplesOf<never> | undefined, string, RegExp]>([
    ['no value', isbn, undefined, 'simulate.value', /no value was found that notes\.field accepts: export examples of notes\.field/],
    [
      'no value of a member',
      group({ code: isbn }),
      undefined,
      'simulate.value',
      /notes\.field\.code accepts: export examples of notes\.field/,
    ],
    ['a wrong example', isbn, ['12'] as never, 'simulate.example', /the example "12" of notes\.field is refused: It has another form/],
    [
      'a check that throws',
      string().check((value) => (value.codePointAt(0) === undefined ? JSON.parse(value) : null)),
      undefined,
      'simulate.check',
      /the check of notes\.field throws for "": SyntaxError/,
    ],
    ['half a step', counter(), [0.5] as never, 'simulate.example', /the example 0\.5 of notes\.field/],
    ['no example', string(), [], 'simulate.example', /examples of notes\.field are a list of values, or a function that makes one/],
    ['a value alone', string(), 'Heron' as never, 'simulate.example', /examples of notes\.field are a list/],
    [
      'examples that make nothing',
      string(),
      (() => undefined) as never,
      'simulate.example',
      /the example undefined of notes\.field is refused/,
    ],
  ])('%s', (_, field, examples, code, words) => {
    const make = (): unknown => sourceOf('notes.field', field.definition, examples)
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) as string }))
  })

  test('examples are taken, listed or made', () => {
    const dice = diceOf(1, 'examples')
    const listed = sourceOf('notes.isbn', isbn.definition, ['978-961-000-123-4'])
    expect(listed.draw(dice, () => null)).toBe('978-961-000-123-4')
    const made = sourceOf('notes.isbn', isbn.definition, (random) => `979-961-000-${100 + Math.floor(random() * 900)}-0`)
    expect(made.draw(dice, () => null)).toMatch(/^979-961-000-\d{3}-0$/)
  })
})
