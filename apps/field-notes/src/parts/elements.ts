/** The sync elements: loaded after the first paint, given the store and the words of this app. */
import { setStore, setWords } from '@tombolo/elements'
import '@tombolo/elements/jsx'
import type { FieldStore } from '../store.ts'
import type { Json } from '@tombolo/core'
import type { Place } from '../notes/note.ts'
import { showDate } from '../notes/partial-date.ts'
import { FIELD_WORDS } from '../notes/field-words.ts'
import { placeWords } from '../notes/place.ts'

/** Shows them the store. */
export const showStore = (store: FieldStore): void => setStore(store)

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
