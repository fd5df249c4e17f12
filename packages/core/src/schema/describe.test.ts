import { expect, test } from 'vitest'
import { sample } from '../test/sample-schema.ts'
import { describeSchema } from './describe.ts'

test('each field is a line that says what becomes of it and who is asked', () => {
  const lines = describeSchema(sample).filter((line) => line.collection === 'notes')
  const shown = lines.map(
    ({ field, kind, rule, asked, required }) => `${field} (${kind}${required ? ', required' : ''}): ${rule}; asked: ${asked}`,
  )
  expect(shown).toMatchInlineSnapshot(`
    [
      "title (string, required): the latest is shown, the others are in the history; asked: nobody",
      "body (text): edits in place merge character by character; of whole texts the latest is shown, the others are in the history; asked: nobody",
      "tags (set of string): an add that the remover had not seen survives; asked: nobody",
      "visits (counter): all increments count; asked: nobody",
      "observedAt (date): the latest is shown, the others are in the history; asked: nobody",
      "seenAt (localDateTime): the latest is shown, the others are in the history; asked: nobody",
      "count (integer): the greatest is shown; asked: nobody",
      "quality (oneOf poor | good): different values wait for a person, who is shown the latest meanwhile; asked: a person",
      "author (ref people): the latest is shown, the others are in the history; asked: nobody",
      "extra (json): the latest is shown, the others are in the history; asked: nobody",
      "place (group of lat number, lon number, alt number): the latest is shown, the others are in the history; asked: nobody",
      "$life (life): a record that one deletes while another writes to it stays, and waits for a person; asked: a person",
    ]
  `)
})

test('every collection has a line for its life', () => {
  const lives = describeSchema(sample).filter((line) => line.field === '$life')
  expect(lives.map((line) => line.collection)).toEqual(['people', 'notes', '$space', '$member', '$invite'])
})
