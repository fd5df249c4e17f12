/**
 * The schema of the simulator's own app: every kind of field, every rule, every `onDelete`, in two versions.
 *
 * The hub's copy of it checks more than the devices' do, as when an app was tightened on the server first: a word that it forbids is refused
 * in the middle of a chain, and another makes its check throw.
 */
import {
  boolean,
  type Check,
  collection,
  counter,
  group,
  inOrder,
  integer,
  mapValue,
  number,
  oneOf,
  ref,
  renameField,
  schema,
  type SchemaDefinition,
  set,
  string,
  text,
} from '@tombolo/core'

export const FORBIDDEN = 'forbidden'
export const FATAL = 'fatal'
export const NOT_ALLOWED = 'That is not allowed.'

const fieldCheck: Check = () => null
const hubCheck: Check = (value) => {
  if (typeof value === 'string' && value.startsWith(FATAL)) throw new Error('a fault of the app')
  return typeof value === 'string' && value.startsWith(FORBIDDEN) ? NOT_ALLOWED : null
}

const place = { lat: number(), lon: number(), alt: number().optional() }

const fields = (check: Check) => ({
  body: text().check(check),
  tags: set(string()),
  visits: counter(),
  highest: integer().max().optional(),
  lowest: integer().min().optional(),
  foundBy: string().first().optional(),
  status: string().arrival().optional(),
  weight: number()
    .optional()
    .custom((candidates) => candidates.reduce((sum, { value }) => sum + (value ?? 0), 0) / candidates.length),
  checked: boolean().default(false).max(),
  pair: group({ low: integer(), high: integer() }).optional(),
})

const others = (check: Check) => ({
  samples: collection({ note: ref('notes').optional(), label: string().check(check), count: counter() }, { onDelete: 'delete-wins' }),
  sheets: collection({ title: string().review().check(check), owner: string().optional() }, { onDelete: 'review' }),
  /** Two records that are always written together: whoever sees them unlike has seen half of a change. */
  twins: collection({ of: string(), mark: string() }),
})

const upgrades = {
  1: inOrder(
    renameField('notes', 'title', 'heading'),
    mapValue('notes', 'quality', (old) => (old === 'bad' ? 'poor' : old)),
  ),
}

function appOf(check: Check): Readonly<Record<1 | 2, SchemaDefinition>> {
  const first = {
    title: string().check(check),
    ...fields(check),
    place: group(place).review().optional(),
    quality: oneOf('bad', 'good', 'fair').review().optional(),
  }
  const second = {
    heading: string().check(check),
    ...fields(check),
    // Older devices do not know of the accuracy, and must not take it away.
    place: group({ ...place, accuracy: number().optional() })
      .review()
      .optional(),
    quality: oneOf('poor', 'good', 'fair').review().optional(),
    mood: string().optional(),
  }
  return {
    1: schema({ version: 1, collections: { notes: collection(first, NOTES), ...others(check) } }),
    2: schema({ version: 2, collections: { notes: collection(second, NOTES), ...others(check) }, upgrades }),
  }
}

const NOTES = { onDelete: 'edit-wins', indexes: [['highest']] } as const

export const deviceApp: Readonly<Record<1 | 2, SchemaDefinition>> = appOf(fieldCheck)
export const hubApp: Readonly<Record<1 | 2, SchemaDefinition>> = appOf(hubCheck)

export const headingOf = (version: number): 'title' | 'heading' => (version === 1 ? 'title' : 'heading')
export const qualitiesOf = (version: number): readonly string[] => [version === 1 ? 'bad' : 'poor', 'good', 'fair']
