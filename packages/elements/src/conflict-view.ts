/**
 * A conflict as data for rendering: the sides in words, authors and times, and the differing words. Mine comes first, then theirs; the
 * value before both is there for comparison.
 */
import type { ConflictItem, SideItem } from '@tombolo/client'
import type { FieldDefinition, Json, SchemaDefinition } from '@tombolo/core'
import { definitionOf, type FieldPlace, type FormatValue, memberWords, valueWords } from './format-value.ts'
import { type Piece, wordDiff, wordsOnlyIn } from './word-diff.ts'
import type { Wording } from './wording.ts'

export interface ConflictView {
  /** Stays the same if the conflict gets another id because a side was added. */
  readonly key: string
  readonly item: ConflictItem
  readonly title: string
  readonly field: string
  /** The subject of the conflict, in one line. */
  readonly question: string
  readonly isLife: boolean
  /** A prose text, of which a person may want both versions. */
  readonly isText: boolean
  readonly sides: readonly SideView[]
  readonly before: SideView | null
}

export interface SideView {
  readonly side: SideItem
  readonly heading: string
  /** 'Ben, Tue 13:40' */
  readonly who: string
  readonly lines: readonly Line[]
  /** The label of the button that chooses this side. */
  readonly keep: string
}

/** A value, or a member of a group with its name. */
export interface Line {
  readonly name: string | null
  readonly pieces: readonly Piece[]
}

export interface ConflictContext {
  readonly schema: SchemaDefinition
  readonly words: Wording
  readonly format: FormatValue | null
  readonly now: number
  /** Null if the record has no title or does not exist. */
  readonly title: string | null
}

export const conflictKey = ({ collection, record, field }: ConflictItem): string => `${collection} ${record} ${field}`

export function conflictView(item: ConflictItem, context: ConflictContext): ConflictView {
  const { words, title } = context
  const isLife = item.field === '$life'
  const definition = definitionOf(placeOf(item, context))
  return {
    key: conflictKey(item),
    item,
    title: title ?? words.say('outbox.untitled', { thing: words.thing(item.collection) }),
    field: words.field(item.collection, item.field),
    question: isLife ? lifeQuestion(item, words) : words.say('review.two'),
    isLife,
    isText: definition?.kind === 'text',
    sides: [...item.mine, ...item.theirs].map((side) => sideView(item, side, context)),
    before: isLife || item.before === null ? null : beforeView(item, item.before, context),
  }
}

const placeOf = ({ collection, field }: ConflictItem, { schema }: ConflictContext): FieldPlace => ({ schema, collection, field })

function lifeQuestion({ mine }: ConflictItem, words: Wording): string {
  const [own] = mine
  if (own === undefined) return words.say('review.deletedElsewhere')
  return words.say(own.value === 'deleted' ? 'review.deletedHere' : 'review.deletedThere')
}

function sideView(item: ConflictItem, side: SideItem, context: ConflictContext): SideView {
  return { side, ...addressOf(item, side, context), lines: linesOf(item, side, context) }
}

/** The author of a side. Between two people, "mine" is my account's; between two devices of one person, this device's. */
function addressOf(item: ConflictItem, side: SideItem, { words, now }: ConflictContext): Pick<SideView, 'heading' | 'who' | 'keep'> {
  const time = words.time(side.at, now)
  const isMine = item.mine.includes(side)
  const own = item.mine[0]?.by
  const isOneAccount = item.theirs.some(({ by }) => by === own)
  const who = words.say('review.person', { who: words.person(side.by), time })
  if (isMine && isOneAccount)
    return { heading: words.say('review.yours'), who: words.say('review.thisDevice', { time }), keep: words.say('review.keepMine') }
  if (isMine) return { heading: words.say('review.yours'), who, keep: words.say('review.keepMine') }
  if (side.by === own)
    return { heading: words.say('review.other'), who: words.say('review.otherDevice', { time }), keep: words.say('review.keepOther') }
  if (own !== undefined && item.theirs.length === 1)
    return { heading: words.say('review.theirs'), who, keep: words.say('review.keepTheirs') }
  return { heading: words.person(side.by), who: time, keep: words.say('review.keepThis') }
}

function beforeView(item: ConflictItem, side: SideItem, context: ConflictContext): SideView {
  const { words, now } = context
  const who = words.say('review.person', { who: words.person(side.by), time: words.time(side.at, now) })
  return { side, heading: words.say('review.before'), who, lines: plainLines(item, side.value, context), keep: '' }
}

/** The differences from the value before; from the other side if that value is unknown. */
function linesOf(item: ConflictItem, side: SideItem, context: ConflictContext): readonly Line[] {
  const { words } = context
  if (item.field === '$life') return [line(words.say(side.value === 'deleted' ? 'review.deleted' : 'review.alive'))]
  const other = [...item.mine, ...item.theirs].find((one) => one !== side)
  const members = memberWords(placeOf(item, context), side.value, words, context.format)
  if (members !== null)
    return membersAgainst(members, memberWords(placeOf(item, context), other?.value ?? null, words, context.format) ?? [])
  const text = valueWords(placeOf(item, context), side.value, words, context.format)
  if (typeof side.value !== 'string' || text !== side.value || !isProse(definitionOf(placeOf(item, context)))) return [line(text)]
  if (typeof item.before?.value === 'string') return [{ name: null, pieces: wordDiff(item.before.value, text, words.language) }]
  return [typeof other?.value === 'string' ? { name: null, pieces: wordsOnlyIn(text, other.value, words.language) } : line(text)]
}

/** Whether single words may differ. A choice or a date differs as a whole. */
const isProse = (definition: FieldDefinition | undefined): boolean =>
  definition?.kind === 'text' || (definition?.kind === 'register' && definition.value.type === 'string')

type Members = readonly { readonly name: string; readonly text: string }[]

const membersAgainst = (members: Members, others: Members): readonly Line[] =>
  members.map(({ name, text }, index) => ({ name, pieces: [{ kind: others[index]?.text === text ? 'same' : 'added', text }] }))

function plainLines(item: ConflictItem, value: Json, context: ConflictContext): readonly Line[] {
  const members = memberWords(placeOf(item, context), value, context.words, context.format)
  if (members !== null) return members.map(({ name, text }) => line(text, name))
  return [line(valueWords(placeOf(item, context), value, context.words, context.format))]
}

const line = (text: string, name: string | null = null): Line => ({ name, pieces: [{ kind: 'same', text }] })
