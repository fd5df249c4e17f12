/** The sync elements: loaded after the first paint, given the store and the words of this app. */
import { setStore, setWords } from '@tombolo/elements'
import '@tombolo/elements/jsx'
import type { FieldStore } from '../store.ts'
import type { Json } from '@tombolo/core'
import { EVERY_FIELD, shownValue, wordsOf } from '../notes/fields.ts'

/** Shows them the store. */
export const showStore = (store: FieldStore): void => setStore(store)

setWords({
  // This app brings back no deleted projects.
  messages: { 'advice.space': 'Its project was deleted. Export what you wrote if you want to keep it, and discard it.' },
  names: {
    thing: (collection) => (collection === 'notes' ? 'note' : undefined),
    field: (collection, field) => (collection === 'notes' ? wordsOf(field) : undefined),
    value: (collection, field, value) => (collection === 'notes' ? valueWords(field, value) : undefined),
  },
})

/** Values that this app writes in its own way; the others are written by the elements. */
const valueWords = (field: string, value: Json): string | undefined => {
  const [key, { show }] = EVERY_FIELD.find(([name]) => name === field) ?? [null, {}]
  return key === null || show === undefined || value === null ? undefined : shownValue(key, value)
}
