// Imported by page, store worker and hub.
import { collection, counter, date, group, number, oneOf, schema, set, string, text } from '@tombolo/core'

export const app = schema({
  version: 1,
  collections: {
    notes: collection(
      {
        title: string(),
        body: text(),
        tags: set(string()),
        visits: counter(),
        observedAt: date().optional(),
        quality: oneOf('poor', 'good').optional().review(),
        place: group({ lat: number(), lon: number() }).optional(),
      },
      { onDelete: 'edit-wins', search: ['title', 'body'] },
    ),
  },
})
