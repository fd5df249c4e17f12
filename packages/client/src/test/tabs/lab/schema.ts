import { collection, counter, schema, string, text } from '@tombolo/core'

export const app = schema({
  version: 1,
  collections: { notes: collection({ title: string(), body: text(), visits: counter() }, { search: ['title'] }) },
})
