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
