/** A record's history as it is read: field by field, each value with who, when, and how it stands. */
import type { HistoryItem } from '@tombolo/client'
import type { SchemaDefinition } from '@tombolo/core'
import { type FormatValue, isObject, memberWords, valueWords } from './format-value.ts'
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

/** In the order of the schema; newest first within a field. `only`: of one field. */
export function fieldHistories(items: readonly HistoryItem[], only: string | null, context: HistoryContext): readonly FieldHistory[] {
  const { schema, collection, words } = context
  const fields = only === null ? Object.keys(schema.collections[collection]?.fields ?? {}) : [only]
  return fields
    .map((field) => ({ field, name: words.field(collection, field), values: valuesOf(items, field, context) }))
    .filter(({ values }) => values.length > 0)
}

const valuesOf = (items: readonly HistoryItem[], field: string, context: HistoryContext): readonly PastValue[] =>
  items
    .filter((item) => item.field === field)
    .sort((a, b) => b.stamp - a.stamp)
    .map((item) => pastValue(item, context))

function pastValue(item: HistoryItem, { schema, collection, words, format, now }: HistoryContext): PastValue {
  const place = { schema, collection, field: item.field }
  const members = isObject(item.value) ? memberWords(place, item.value, words, format) : null
  return {
    item,
    text: members?.map(({ name, text }) => `${name}: ${text}`).join('\n') ?? valueWords(place, item.value, words, format),
    standing: words.say(`history.${item.standing}`),
    who: words.say('review.person', { who: words.person(item.by), time: words.time(item.at, now) }),
    canUse: item.standing !== 'shown',
  }
}
