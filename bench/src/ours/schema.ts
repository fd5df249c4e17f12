/** The app whose store is measured: what `raw/` keeps as JSON is declared here, field by field. */
import { collection, group, integer, number, schema, set, string, text } from '@tombolo/core'

const place = group({ lat: number(), lon: number() })

export const app = schema({
  version: 1,
  collections: {
    sightings: collection({ body: text(), tags: set(string()), place }),
    notes: collection(
      { title: string(), body: text(), tags: set(string()), at: integer(), site: string(), place },
      { indexes: [['site', 'at']] },
    ),
  },
})

export type App = typeof app
