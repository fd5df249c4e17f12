/** What is written under torture. */
import { collection, counter, schema, string, text } from '@tombolo/core'

/** A save puts one word, which nobody writes twice, into the text of a sheet, counts it there, and adds a line with it. */
export const app = schema({
  version: 1,
  collections: {
    sheets: collection({ title: string(), body: text(), words: counter() }),
    lines: collection({ word: string() }),
  },
})
