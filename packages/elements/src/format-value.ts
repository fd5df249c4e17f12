/** Formats values by schema and language. An app that formats a field differently sets `formatValue`. */
import type { FieldDefinition, Json, SchemaDefinition, ValueType } from '@tombolo/core'
import type { Wording } from './wording.ts'

/** Formats a field's value as the app does elsewhere; returns undefined to use the default. */
export type FormatValue = (collection: string, field: string, value: Json) => string | undefined

export interface FieldPlace {
  readonly schema: SchemaDefinition
  readonly collection: string
  readonly field: string
}

export const definitionOf = ({ schema, collection, field }: FieldPlace): FieldDefinition | undefined =>
  schema.collections[collection]?.fields[field]

export function valueWords(place: FieldPlace, value: Json, words: Wording, format: FormatValue | null): string {
  const { collection, field } = place
  const own = format?.(collection, field, value) ?? words.names.value?.(collection, field, value)
  return own ?? plainWords(value, typeOf(definitionOf(place)), words)
}

/** The members of a group, each with its value; null if it is no group or the app formats it as a whole. */
export function memberWords(
  place: FieldPlace,
  value: Json,
  words: Wording,
  format: FormatValue | null,
): readonly { readonly name: string; readonly text: string }[] | null {
  const definition = definitionOf(place)
  const own = format?.(place.collection, place.field, value) ?? words.names.value?.(place.collection, place.field, value)
  if (own !== undefined || definition?.kind !== 'group' || !isObject(value)) return null
  return Object.entries(definition.members).map(([name, member]) => ({
    name: words.member(place.collection, place.field, name),
    text: plainWords(value[name] ?? null, member.value, words),
  }))
}

const typeOf = (definition: FieldDefinition | undefined): ValueType | undefined =>
  definition?.kind === 'register' ? definition.value : undefined

function plainWords(value: Json, type: ValueType | undefined, words: Wording): string {
  if (value === null || value === '') return words.say('value.empty')
  if (typeof value === 'boolean') return words.say(value ? 'value.yes' : 'value.no')
  if (typeof value === 'number') return words.number(value, { maximumFractionDigits: 10 })
  if (typeof value === 'string') return type === undefined ? value : stringWords(value, type, words)
  const items = Array.isArray(value) ? value : Object.values(value)
  return new Intl.ListFormat(words.language, { type: 'unit' }).format(items.map((item: Json) => plainWords(item, undefined, words)))
}

const WHOLE_DATE = /^\d{4}-\d{2}-\d{2}$/
const LOCAL_DATE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)[^[]*\[([^\]]+)\]/

/** A date that says only a year or a month is written as it is; a local time keeps its zone. */
function stringWords(value: string, { type }: ValueType, words: Wording): string {
  if (type === 'date' && WHOLE_DATE.test(value)) return words.date(Date.parse(value), { dateStyle: 'medium', timeZone: 'UTC' })
  const local = type === 'localDateTime' ? LOCAL_DATE_TIME.exec(value) : null
  if (local === null) return value
  return `${words.date(Date.parse(`${local[1]}Z`), { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} (${local[2]})`
}

export const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
