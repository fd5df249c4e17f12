/**
 * The outbox as data for rendering: sections of cards, everything in words. Refused changes come first, because they need a person; changes
 * to send follow, in the order in which they were written.
 */
import type { OutboxItem, StoreStatus } from '@tombolo/client'
import type { Waiting } from '@tombolo/core'
import { adviceOf, asksForEdit, nextTryWords, reasonWords } from './reasons.ts'
import type { Wording } from './wording.ts'

export interface OutboxSection {
  readonly kind: 'attention' | 'ready'
  readonly title: string
  readonly cards: readonly OutboxCard[]
}

export interface OutboxCard {
  readonly item: OutboxItem
  readonly title: string
  /** Why it waits, or what the hub said. */
  readonly why: string
  /** 'Will try again at 14:20' */
  readonly nextTry: string | null
  /** 'Saved 13:40', '1.2 kB', 'Tried twice' */
  readonly facts: readonly string[]
  readonly refusal: Refusal | null
  /** The records that it writes, by name; the others are counted. */
  readonly writes: readonly string[]
  readonly unnamed: number
}

export interface Refusal {
  readonly code: string
  readonly advice: string
  /** A retry would be refused again until the content is changed. */
  readonly asksForEdit: boolean
  readonly field: string | null
}

/** Builds the sections. The status has the reason why the changes of each space wait. */
export function outboxSections(
  items: readonly OutboxItem[],
  status: StoreStatus | undefined,
  words: Wording,
  now: number,
): readonly OutboxSection[] {
  const cards = items.map((item) => outboxCard(item, waitOf(item, status), words, now))
  const attention = cards.filter(({ item }) => item.status === 'failed')
  const ready = cards.filter(({ item }) => item.status === 'pending')
  const sections: readonly OutboxSection[] = [
    { kind: 'attention', title: words.say('outbox.attention', { n: attention.length }), cards: attention },
    { kind: 'ready', title: words.say('outbox.ready', { n: ready.length }), cards: ready },
  ]
  return sections.filter((section) => section.cards.length > 0)
}

/** Why a change waits; null if it was refused or is being sent now. */
export const waitOf = ({ status, space }: OutboxItem, store: StoreStatus | undefined): Waiting | null =>
  status === 'failed' ? null : (store?.waits[space] ?? null)

export function outboxCard(item: OutboxItem, waiting: Waiting | null, words: Wording, now: number): OutboxCard {
  const { refused } = item
  const tries = waiting?.tries ?? 0
  return {
    item,
    title: titleOf(item, words),
    why: refused === null ? reasonWords(waiting?.reason ?? null, words) : refused.message,
    nextTry: nextTryWords(waiting, words, now),
    facts: [
      words.say('outbox.saved', { time: words.time(item.savedAt, now) }),
      words.bytes(item.bytes),
      ...(tries > 0 ? [words.say('wait.tries', { n: tries })] : []),
    ],
    refusal: refused === null ? null : refusalOf(item, refused, words),
    writes: item.records.map((record) => recordTitle(record, words)),
    unnamed: Math.max(0, item.recordCount - item.records.length),
  }
}

/** The app's own label, or the names of the records. */
function titleOf(item: OutboxItem, words: Wording): string {
  if (item.label !== null) return item.label
  const [first] = item.records
  if (first === undefined) return laneTitle(item, words)
  const title = recordTitle(first, words)
  return item.recordCount > 1 ? words.say('outbox.andMore', { title, n: item.recordCount - 1 }) : title
}

const recordTitle = ({ collection, title }: OutboxItem['records'][number], words: Wording): string =>
  title ?? words.say('outbox.untitled', { thing: words.thing(collection) })

function laneTitle({ lane }: OutboxItem, words: Wording): string {
  switch (lane) {
    case 'files':
      return words.say('outbox.file')
    case 'jobs':
      return words.say('outbox.question')
    case 'changes':
      return words.say('outbox.untitled', { thing: words.say('thing.record') })
  }
}

function refusalOf(item: OutboxItem, { code, field }: NonNullable<OutboxItem['refused']>, words: Wording): Refusal {
  const collection = item.records[0]?.collection ?? ''
  const advice = adviceOf(code, item.canRetry)
  const name = field === undefined ? null : words.field(collection, field)
  return { code, advice: words.say(advice), asksForEdit: asksForEdit(advice), field: name }
}

/** 'otter-at-the-weir-2026-11-22.json' */
export function exportName(title: string, savedAt: number): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
  return `${name === '' ? 'change' : name}-${new Date(savedAt).toISOString().slice(0, 10)}.json`
}
