/** A record's history as it is read: field by field, each value with who, when, and how it stands. */
import type { HistoryItem } from '@tombolo/client'
import type { FieldDefinition, Json, SchemaDefinition } from '@tombolo/core'
import { type FieldPlace, type FormatValue, isObject, memberWords, valueWords } from './format-value.ts'
import type { Wording } from './wording.ts'

export interface FieldHistory {
  readonly field: string
  readonly name: string
  readonly values: readonly PastValue[]
}

export interface PastValue {
  readonly item: HistoryItem
  readonly text: string
  /** 'Written over' */
  readonly standing: string
  /** 'Ben, Tue 13:40' */
  readonly who: string
  /** There is no sense in using again what is shown. */
  readonly canUse: boolean
}

export interface HistoryContext {
  readonly schema: SchemaDefinition
  readonly collection: string
  readonly words: Wording
  readonly format: FormatValue | null
  readonly now: number
}

/** Whether it was deleted comes first, then the fields in the order of the schema; newest first within a field. `only`: of one field. */
export function fieldHistories(items: readonly HistoryItem[], only: string | null, context: HistoryContext): readonly FieldHistory[] {
  const { schema, collection, words } = context
  const fields = only === null ? [LIFE, ...Object.keys(schema.collections[collection]?.fields ?? {})] : [only]
  return fields
    .map((field) => ({ field, name: words.field(collection, field), values: valuesOf(items, field, context) }))
    .filter(({ values }) => values.length > 0)
}

const valuesOf = (items: readonly HistoryItem[], field: string, context: HistoryContext): readonly PastValue[] =>
  items
    .filter((item) => item.field === field)
    .sort((a, b) => b.stamp - a.stamp)
    .map((item) => pastValue(item, context))

function pastValue(item: HistoryItem, context: HistoryContext): PastValue {
  const { schema, collection, words, now } = context
  const kind = schema.collections[collection]?.fields[item.field]?.kind
  const when = words.say('review.person', { who: words.person(item.by), time: words.time(item.at, now) })
  return {
    item,
    text: textOf(item, context),
    standing: words.say(`history.${standingAs(item, kind)}`),
    // The empty text that every text begins with is nobody's: its letters came one by one.
    who: item.by === '' ? words.say('history.together') : when,
    canUse: item.standing !== 'shown' && item.field !== LIFE,
  }
}

/** Whether the record is there at all. */
const LIFE = '$life'

function textOf({ field, value }: HistoryItem, { schema, collection, words, format }: HistoryContext): string {
  if (field === LIFE) return words.say(value === 'deleted' ? 'review.deleted' : 'review.alive')
  const place = { schema, collection, field }
  const members = isObject(value) ? memberWords(place, value, words, format) : null
  return members?.map(({ name, text }) => `${name}: ${text}`).join('\n') ?? elementWords(place, value, words, format)
}

/** Of a set the history has its elements one by one. */
const elementWords = (place: FieldPlace, value: Json, words: Wording, format: FormatValue | null): string =>
  place.schema.collections[place.collection]?.fields[place.field]?.kind === 'set' && typeof value === 'string'
    ? value
    : valueWords(place, value, words, format)

type StandingWord = HistoryItem['standing'] | 'added' | 'now' | 'takenBack'

/** A deletion stands or was taken back; an element of a set was added. */
function standingAs({ field, standing }: HistoryItem, kind: FieldDefinition['kind'] | undefined): StandingWord {
  if (field === LIFE && standing !== 'beside') return standing === 'past' ? 'takenBack' : 'now'
  return kind === 'set' && standing === 'shown' ? 'added' : standing
}
