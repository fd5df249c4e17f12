/** The product of most tests: notes. */
import { collection, counter, json, schema, type SchemaDefinition, set, string, text } from '@tombolo/core'

export const notesSchema: SchemaDefinition = schema({
  version: 1,
  collections: { notes: collection({ title: string(), body: text(), tags: set(string()), visits: counter(), any: json().optional() }) },
})
