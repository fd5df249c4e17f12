/** The app of the scenarios: one field of each kind. Its hub may be stricter than its devices, or break on a title. */
import { collection, counter, group, number, oneOf, type SchemaDefinition, schema, set, string, text, unchanged } from '@tombolo/core'

const fieldsWith = (title = string()) => ({
  title,
  body: text(),
  tags: set(string()),
  visits: counter(),
  quality: oneOf('poor', 'good', 'fair').review().optional(),
  place: group({ lat: number(), lon: number() }).optional(),
})

const appWith = (title = string()) =>
  schema({ version: 1, collections: { notes: collection(fieldsWith(title), { onDelete: 'edit-wins' }) } })

export const app = appWith()
export type App = typeof app

/** The app, a version later: notes have a mood. */
export const laterApp = schema({
  version: 2,
  upgrades: { 1: unchanged },
  collections: { notes: collection({ ...fieldsWith(), mood: string().optional() }, { onDelete: 'edit-wins' }) },
})

export const REFUSED = 'Dodo'

/** A hub that refuses this title. */
export const strictApp: SchemaDefinition = appWith(string().check((title) => (title === REFUSED ? 'There are none.' : null)))

/** A hub whose own code fails on it. */
export const brokenApp: SchemaDefinition = appWith(
  string().check((title) => {
    if (title === REFUSED) throw new Error('extinct')
    return null
  }),
)
