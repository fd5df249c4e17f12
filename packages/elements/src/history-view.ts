/** A record's history as data for rendering: by field, each value with author, time and standing. */
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
  /** Whether the value can be used again: false for the one that is shown. */
  readonly canUse: boolean
}

export interface HistoryContext {
  readonly schema: SchemaDefinition
  readonly collection: string
  readonly words: Wording
  readonly format: FormatValue | null
  readonly now: number
}

/**
 * The histories by field: deletions first, then the fields in the order of the schema; newest first within a field. `only`: a single field.
 */
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
    // The empty text that every text begins with has no author: its letters were typed one by one.
    who: item.by === '' ? words.say('history.together') : when,
    canUse: item.standing !== 'shown' && item.field !== LIFE,
  }
}

/** The pseudo-field that says whether the record exists. */
const LIFE = '$life'

function textOf({ field, value }: HistoryItem, { schema, collection, words, format }: HistoryContext): string {
  if (field === LIFE) return words.say(value === 'deleted' ? 'review.deleted' : 'review.alive')
  const place = { schema, collection, field }
  const members = isObject(value) ? memberWords(place, value, words, format) : null
  return members?.map(({ name, text }) => `${name}: ${text}`).join('\n') ?? elementWords(place, value, words, format)
}

/** The words for an element: the history of a set lists its elements one by one. */
const elementWords = (place: FieldPlace, value: Json, words: Wording, format: FormatValue | null): string =>
  place.schema.collections[place.collection]?.fields[place.field]?.kind === 'set' && typeof value === 'string'
    ? value
    : valueWords(place, value, words, format)

type StandingWord = HistoryItem['standing'] | 'added' | 'now' | 'takenBack'

/** The word for a standing: a deletion stands or was undone; an element of a set was added. */
function standingAs({ field, standing }: HistoryItem, kind: FieldDefinition['kind'] | undefined): StandingWord {
  if (field === LIFE && standing !== 'beside') return standing === 'past' ? 'takenBack' : 'now'
  return kind === 'set' && standing === 'shown' ? 'added' : standing
}
