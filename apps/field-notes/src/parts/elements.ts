/** The sync elements, and the words of this app that they need. */
import { setWords } from '@tombolo/elements'
import '@tombolo/elements/jsx'
import type { Json } from '@tombolo/core'
import type { Place } from '../notes/note.ts'
import { showDate } from '../notes/partial-date.ts'
import { placeWords } from '../notes/place.ts'

const FIELD_WORDS: Readonly<Record<string, string>> = {
  title: 'Title',
  body: 'Note',
  tags: 'Tags',
  visits: 'Visits',
  observedAt: 'Observed',
  quality: 'Quality',
  place: 'Place',
  count: 'Count',
  openings: 'Openings',
}

/** As within a sentence; `$life` is whether the note is there at all. */
export const fieldWords = (field: string): string =>
  field === '$life' ? 'whether it is kept' : `the ${(FIELD_WORDS[field] ?? field).toLowerCase()}`

setWords({
  names: {
    thing: (collection) => (collection === 'notes' ? 'note' : undefined),
    field: (collection, field) => (collection === 'notes' ? FIELD_WORDS[field] : undefined),
    value: (collection, field, value) => (collection === 'notes' ? valueWords(field, value) : undefined),
  },
})

/** Values that this app writes in its own way; the others are written by the elements. */
function valueWords(field: string, value: Json): string | undefined {
  if (value === null) return undefined
  if (field === 'observedAt' && typeof value === 'string') return showDate(value)
  if (field === 'place') return placeWords(value as unknown as Place)
  if (field === 'quality') return value === 'good' ? 'Good' : 'Poor'
  return undefined
}
