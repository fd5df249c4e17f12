import { collection, type Name, schema, set, type Stamp, string, text as prose } from '@tombolo/core'
import { expect, test } from 'vitest'
import { fieldHistories } from './history-view.ts'
import { SAMPLE_SCHEMA } from './test/fake-engine.ts'
import { HISTORY, NOW } from './test/samples.ts'
import { Wording } from './wording.ts'

const context = { schema: SAMPLE_SCHEMA, collection: 'notes', words: new Wording('en-GB'), format: null, now: NOW }

test('field by field as the schema has them, newest first, each with how it stands', () => {
  const fields = fieldHistories(HISTORY, null, context)
  expect(fields.map(({ name, values }) => [name, ...values.map(({ text, standing }) => `${text}: ${standing}`)])).toEqual([
    ['Title', 'Two otters at the weir: Shown', 'Otters!: Not chosen', 'Otter at the weir: Written over'],
    ['Count', '-2: Refused', '2: Shown'],
  ])
})

test('everything but what is shown can be used again', () => {
  const [title] = fieldHistories(HISTORY, 'title', context)
  expect(title?.values.map(({ canUse }) => canUse)).toEqual([false, true, true])
})

test('of one field only', () => {
  expect(fieldHistories(HISTORY, 'count', context).map(({ name }) => name)).toEqual(['Count'])
})

test('whether it was deleted comes first, each tag says who added it, and a text says that it was written in place', () => {
  const by = { name: 'n' as Name, stamp: 5 as Stamp, by: 'ana', at: NOW - 60_000, standing: 'shown' } as const
  const fields = fieldHistories(
    [
      { ...by, field: 'tags', value: 'otter' },
      { ...by, field: 'tags', value: 'weir' },
      { ...by, field: 'body', value: 'Two', by: '', at: 0 },
      { ...by, field: '$life', value: 'deleted', by: 'ben' },
      { ...by, stamp: 4 as Stamp, field: '$life', value: 'deleted', standing: 'past' },
    ],
    null,
    { ...context, schema: WITH_TAGS },
  )
  const said = fields.map(({ name, values }) => [name, ...values.map(({ text, standing, who }) => `${text} · ${standing} · ${who}`)])
  expect(said).toEqual([
    ['Kept or deleted', expect.stringMatching(/^Deleted it · Now · ben, /), expect.stringMatching(/^Deleted it · Taken back · ana, /)],
    ['Body', 'Two · Shown · written in place, letter by letter'],
    ['Tags', expect.stringMatching(/^otter · Added · ana, /), expect.stringMatching(/^weir · Added · ana, /)],
  ])
  expect(fields.flatMap(({ values }) => values).some(({ canUse }) => canUse)).toBe(false)
})

const WITH_TAGS = schema({ version: 1, collections: { notes: collection({ body: prose(), tags: set(string()) }) } })
