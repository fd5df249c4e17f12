/** A schema with every kind of field, every type and rule, in names that SQL has words for; and the version before it. */
import {
  boolean,
  collection,
  counter,
  date,
  deriveField,
  group,
  inOrder,
  integer,
  json,
  localDateTime,
  number,
  oneOf,
  ref,
  renameField,
  schema,
  set,
  string,
  text,
  type SchemaDefinition,
} from '@tombolo/core'

const people = collection({ name: string().check((name) => (name.length <= 40 ? null : 'A name is shorter.')) })

const fields = {
  level: integer().max().optional(),
  least: number().min().optional(),
  foundBy: ref('people').first().optional(),
  status: string().arrival().optional(),
  mean: number()
    .optional()
    .custom((all) => all.reduce((sum, { value }) => sum + (value ?? 0), 0) / all.length),
  done: boolean().default(false).min(),
  day: date().optional(),
  at: localDateTime().optional(),
  outline: json().optional(),
  body: text(),
  summary: text().review(),
  tags: set(string()),
  with: set(ref('people')),
  seen: counter(),
  where: group({ lat: number(), lon: number(), by: ref('people').optional() }).review(),
  margin: group({ left: integer().optional(), right: integer().optional() }).optional(),
}
const options = { onDelete: 'review', search: ['body'], indexes: [['level']] } as const
const order = collection({ group: ref('select'), values: set(oneOf('a', 'b')) }, { onDelete: 'delete-wins' })

export const older: SchemaDefinition = schema({
  version: 1,
  collections: { people, order, select: collection({ ...fields, title: string() }, options) },
})

export const app: SchemaDefinition = schema({
  version: 2,
  collections: {
    people,
    order,
    select: collection(
      { ...fields, heading: string(), letter: string().optional(), mood: oneOf('good', 'bad').review().optional() },
      options,
    ),
    added: collection({ code: string() }),
  },
  upgrades: {
    1: inOrder(
      renameField('select', 'title', 'heading'),
      deriveField('select', 'heading', 'letter', (heading) => (typeof heading === 'string' ? (Array.from(heading)[0] ?? '') : '')),
    ),
  },
})
