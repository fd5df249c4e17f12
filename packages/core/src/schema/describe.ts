/** Describes a schema in plain language, one line for each field, for `inspect`, documentation and reviews of the rules. */
import type { OnDelete, Rule } from '../merge/rules.ts'
import type { CollectionDefinition, FieldDefinition, SchemaDefinition, ValueType } from './definition.ts'
import { isRequired } from './judge.ts'

/** One field in words, for a table of what merges how. */
export interface FieldDescription {
  readonly collection: string
  /** The field, or `$life` for the outcome when one person deletes a record and another writes to it. */
  readonly field: string
  /** 'string', 'oneOf poor, good', 'set of ref people', 'group of lat number, lon number' … */
  readonly kind: string
  /** The outcome of concurrent writes. */
  readonly rule: string
  readonly asked: 'nobody' | 'a person'
  readonly required: boolean
}

/**
 * Describes every field of a schema: the outcome of concurrent writes, and whether a person is asked.
 * @example describeSchema(app).find(({ field }) => field === 'visits')?.kind // 'counter'
 */
export const describeSchema = (schema: SchemaDefinition): readonly FieldDescription[] =>
  Object.values(schema.collections).flatMap(describeCollection)

const describeCollection = ({ name, fields, onDelete }: CollectionDefinition): readonly FieldDescription[] => [
  ...Object.entries(fields).map(([field, definition]) => describeField(name, field, definition)),
  {
    collection: name,
    field: '$life',
    kind: 'life',
    rule: ON_DELETE[onDelete],
    asked: onDelete === 'review' ? 'a person' : 'nobody',
    required: false,
  },
]

const describeField = (collection: string, field: string, definition: FieldDefinition): FieldDescription => ({
  collection,
  field,
  kind: kindOf(definition),
  rule: ruleOf(definition),
  asked: 'rule' in definition && definition.rule.type === 'review' ? 'a person' : 'nobody',
  required: isRequired(definition),
})

function kindOf(field: FieldDefinition): string {
  switch (field.kind) {
    case 'register':
      return typeOf(field.value)
    case 'group': {
      const members = Object.entries(field.members).map(([name, member]) => `${name} ${typeOf(member.value)}`)
      return `group of ${members.join(', ')}`
    }
    case 'set':
      return `set of ${typeOf(field.element)}`
    case 'text':
    case 'counter':
      return field.kind
  }
}

function typeOf(value: ValueType): string {
  switch (value.type) {
    case 'oneOf':
      return `oneOf ${value.values.join(' | ')}`
    case 'ref':
      return `ref ${value.collection}`
    default:
      return value.type
  }
}

function ruleOf(field: FieldDefinition): string {
  switch (field.kind) {
    case 'register':
    case 'group':
      return RULES[field.rule.type]
    case 'text':
      return `edits in place merge character by character; of whole texts ${RULES[field.rule.type]}`
    case 'set':
      return 'an add that the remover had not seen survives'
    case 'counter':
      return 'all increments count'
  }
}

const RULES: Readonly<Record<Rule['type'], string>> = {
  latest: 'the latest is shown, the others are in the history',
  review: 'different values wait for a person, who is shown the latest meanwhile',
  max: 'the greatest is shown',
  min: 'the smallest is shown',
  first: 'the earliest is shown',
  arrival: 'the one that reached the hub last is shown',
  custom: "the app's own function chooses what is shown",
}

const ON_DELETE: Readonly<Record<OnDelete, string>> = {
  'edit-wins': 'a record that one deletes while another writes to it stays',
  'delete-wins': 'a record that one deletes while another writes to it is deleted',
  review: 'a record that one deletes while another writes to it stays, and waits for a person',
}
