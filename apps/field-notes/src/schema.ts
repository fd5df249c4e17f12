/**
 * What FieldNotes keeps, and how it merges. Imported by the page, the store worker and the hub.
 *
 * A project is a space. A note's title goes to whoever wrote last; its text merges character by character; two judgements of its
 * quality are put before a person; its place is one decision, latitude and longitude together.
 */
import { collection, counter, date, group, integer, number, oneOf, schema, set, string, text, type Schema } from '@tombolo/core'

const notes = collection(
  {
    title: string(),
    body: text(),
    tags: set(string()),
    visits: counter(),
    /** May be partial: a year, or a month, where the day was never written down. */
    observedAt: date().optional(),
    quality: oneOf('poor', 'good').optional().review(),
    /** Degrees, WGS 84. `accuracy` in metres, where the device measured the place. */
    place: group({ lat: number(), lon: number(), accuracy: number().optional() }).optional(),
    /** What was counted, and how many openings it had, where somebody counted. */
    count: integer().optional(),
    openings: integer().optional(),
  },
  { onDelete: 'edit-wins', search: ['title', 'body'], indexes: [['observedAt'], ['title']] },
)

export const app: Schema<{ notes: typeof notes }> = schema({ version: 1, collections: { notes } })
