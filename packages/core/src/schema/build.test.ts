// What the types refuse is refused at run time too, for apps in JavaScript.
import { describe, expect, test } from 'vitest'
import { sample } from '../test/sample-schema.ts'
import { collection, schema } from './build.ts'
import { SCHEMA_FAULTS, SchemaError } from './codes.ts'
import { counter, group, json, number, oneOf, ref, set, string, text } from './fields.ts'
import { unchanged } from './upgrade-steps.ts'

test('defaults: required, rule latest, edit-wins, nothing searched or indexed', () => {
  const { notes } = schema({
    version: 1,
    collections: { notes: collection({ title: string(), body: text(), visits: counter() }) },
  }).collections
  expect(notes).toEqual({
    name: 'notes',
    onDelete: 'edit-wins',
    search: [],
    indexes: [],
    fields: {
      title: { kind: 'register', rule: { type: 'latest' }, value: { type: 'string' }, optional: false, checks: [] },
      body: { kind: 'text', rule: { type: 'latest' }, checks: [] },
      visits: { kind: 'counter' },
    },
  })
})

test('modifiers describe, and leave what they were called on as it was', () => {
  const plain = oneOf('poor', 'good')
  expect(plain.review().optional().definition).toEqual({
    kind: 'register',
    rule: { type: 'review' },
    value: { type: 'oneOf', values: ['poor', 'good'] },
    optional: true,
    checks: [],
  })
  expect(plain.definition).toMatchObject({ rule: { type: 'latest' }, optional: false })
})

test('every schema can name its space', () => {
  expect(sample.collections.$space).toMatchObject({
    name: '$space',
    onDelete: 'delete-wins',
    fields: { name: { rule: { type: 'latest' }, optional: false } },
  })
})

const one = collection({ title: string() })
const any = (value: unknown): never => value as never
const notes = (fields: unknown, options?: unknown) => () =>
  schema({ version: 1, collections: { notes: collection(any(fields), any(options)) } })

type Case = [keyof typeof SCHEMA_FAULTS, string, () => unknown]

const wrong: readonly Case[] = [
  ['declaration.version', 'version 0', () => schema({ version: 0, collections: {} })],
  ['declaration.version', 'version 1.5', () => schema({ version: 1.5, collections: {} })],
  ['declaration.upgrades', 'a step is missing', () => schema({ version: 3, collections: {}, upgrades: { 1: unchanged } })],
  ['declaration.upgrades', 'a step from this version', () => schema({ version: 1, collections: {}, upgrades: { 1: unchanged } })],
  [
    'declaration.upgrades',
    'a step from before the oldest',
    () => schema({ version: 2, oldest: 2, collections: {}, upgrades: { 1: unchanged } }),
  ],
  ['declaration.upgrades', 'oldest after this one', () => schema({ version: 2, oldest: 3, collections: {} })],
  ['declaration.name', '$notes', () => schema({ version: 1, collections: any({ $notes: one }) })],
  ['declaration.name', 'two collections that differ in case', () => schema({ version: 1, collections: { notes: one, Notes: one } })],
  ...['id', 'space', 'ID', '$state', 'rowid', 'constructor', '__proto__', 'hasOwnProperty', '1st', 'a b', 'ž', '', 'x'.repeat(65)].map(
    (name): Case => ['declaration.name', `field ${name}`, notes({ title: string(), [name]: string() })],
  ),
  ['declaration.name', 'two fields that differ in case', notes({ title: string(), Title: string() })],
  ['declaration.name', 'member id', () => group(any({ id: string() }))],
  ['declaration.field', 'a string', notes({ title: 'string' })],
  ['declaration.field', 'a builder that was not called', notes({ title: string })],
  ['declaration.field', 'an empty group', () => group({})],
  ['declaration.field', 'a group in a group', () => group(any({ inner: group({ lat: number() }) }))],
  ['declaration.field', 'a member with a rule', () => group(any({ lat: number().max() }))],
  ['declaration.field', 'a member with a default', () => group(any({ lat: number().default(1) }))],
  ['declaration.field', 'a set of texts', () => set(any(text()))],
  ['declaration.field', 'a set of optionals', () => set(any(string().optional()))],
  ['declaration.field', 'a set of ruled values', () => set(any(string().review()))],
  ['declaration.ref', 'a field', notes({ author: ref('people') })],
  ['declaration.ref', 'a member', notes({ by: group({ author: ref('people') }) })],
  ['declaration.ref', 'an element', notes({ authors: set(ref('people')) })],
  ['declaration.search', 'an unknown field', notes({ title: string() }, { search: ['titel'] })],
  ['declaration.search', 'a number', notes({ size: number() }, { search: ['size'] })],
  ['declaration.search', 'a field twice', notes({ title: string() }, { search: ['title', 'title'] })],
  ['declaration.index', 'an unknown field', notes({ title: string() }, { indexes: [['toString']] })],
  ['declaration.index', 'json', notes({ extra: json() }, { indexes: [['extra']] })],
  ['declaration.index', 'a text', notes({ body: text() }, { indexes: [['body']] })],
  ['declaration.oneOf', 'no words', () => oneOf(...any([]))],
  ['declaration.oneOf', 'one word twice', () => oneOf('a', 'a')],
  ['declaration.check', 'a number', () => string().check(any(1))],
  ['declaration.rule', 'max of a group', () => (group({ lat: number() }) as unknown as { max(): unknown }).max()],
  ['declaration.rule', 'min of json', () => (json() as unknown as { min(): unknown }).min()],
  ['declaration.rule', 'max of a choice', () => (oneOf('a', 'b') as unknown as { max(): unknown }).max()],
  ['declaration.rule', 'first of a text', () => (text() as unknown as { first(): unknown }).first()],
  ['declaration.rule', 'latest of a counter', () => (counter() as unknown as { latest(): unknown }).latest()],
  ['declaration.rule', 'review of a set', () => (set(string()) as unknown as { review(): unknown }).review()],
  ['declaration.rule', 'an optional set', () => (set(string()) as unknown as { optional(): unknown }).optional()],
  [
    'declaration.rule',
    'optional with a default',
    () =>
      string()
        .default('')
        .optional.call(any(string().default(''))),
  ],
  ['declaration.rule', 'custom without a function', () => string().custom(any('max'))],
]

describe('a wrong declaration throws where it stands', () => {
  test.each(wrong)('%s: %s', (code, _, declare) => {
    expect(declare).toThrow(SchemaError)
    expect(declare).toThrow(expect.objectContaining({ code }))
  })

  test('each code has its case here', () => {
    // A default is checked when the schema is first used (check-defaults.test.ts).
    expect(new Set(['declaration.default', ...wrong.map(([code]) => code)])).toEqual(new Set(Object.keys(SCHEMA_FAULTS)))
  })
})
