/** What a record shows, from what stands in it and what the schema says: the table of rules in docs/spec/merge.md, read literally. */
import { canonicalJson, type CollectionDefinition, type FieldDefinition, type Json } from '@tombolo/core'
import type { Entry, Place, Standing } from './standing.ts'

export interface Shown {
  readonly values: Readonly<Record<string, Json>>
  readonly isDeleted: boolean
  /** Sorted. */
  readonly conflicts: readonly string[]
}

const NOTHING: Place = { entries: [], awaited: [], waiting: [] }

export function shownOf({ fields, onDelete }: CollectionDefinition, standing: Standing): Shown {
  const life = new Set(standing.life.entries.map(({ value }) => value))
  const isBoth = life.has('alive') && life.has('deleted')
  const conflicts = Object.entries(fields)
    .filter(([name, field]) => isConflict(field, standing.registers.get(name) ?? NOTHING))
    .map(([name]) => name)
  if (isBoth && onDelete === 'review') conflicts.push('$life')
  return {
    values: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(name, field, standing)])),
    isDeleted: life.has('deleted') && (!isBoth || onDelete === 'delete-wins'),
    conflicts: conflicts.sort(),
  }
}

function valueOf(name: string, field: FieldDefinition, { registers, sets, counters }: Standing): Json {
  const place = registers.get(name) ?? NOTHING
  switch (field.kind) {
    case 'counter':
      return counters.get(name) ?? 0
    case 'set':
      return [...(sets.get(name) ?? [])]
        .flatMap(([key, { entries }]) => (entries.length > 0 ? [key] : []))
        .sort()
        .map((key) => JSON.parse(key) as Json)
    case 'text':
      return chosen(field.rule, place) ?? ''
    case 'register':
      return chosen(field.rule, place) ?? field.default ?? null
    case 'group': {
      const value = chosen(field.rule, place)
      if (typeof value !== 'object' || value === null) return null
      return {
        ...Object.fromEntries(Object.keys(field.members).map((member) => [member, null])),
        ...(value as Readonly<Record<string, Json>>),
      }
    }
  }
}

type Rule = Extract<FieldDefinition, { kind: 'register' }>['rule']

/** All but the lesser of decisions of one conflict, in the order of their names. */
const contending = ({ entries }: Place): readonly Entry[] =>
  entries
    .filter((entry) => entry.resolves === undefined || !entries.some((other) => other.resolves === entry.resolves && isLater(other, entry)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

function chosen(rule: Rule, place: Place): Json | undefined {
  const entries = contending(place)
  if (entries.length === 0) return undefined
  if (rule.type === 'custom') return rule.choose(entries.map(({ value, stamp, by }) => ({ value, stamp, by })))
  return entries.find((entry) => entries.every((other) => other === entry || goesBefore(rule.type, entry, other)))?.value
}

function isConflict(field: FieldDefinition, place: Place): boolean {
  if (!('rule' in field) || field.rule.type !== 'review') return false
  return new Set(contending(place).map(({ value }) => canonicalJson(value))).size > 1
}

const isLater = (a: Entry, b: Entry): boolean => a.stamp > b.stamp || (a.stamp === b.stamp && a.name > b.name)

function goesBefore(rule: Exclude<Rule['type'], 'custom'>, a: Entry, b: Entry): boolean {
  switch (rule) {
    case 'latest':
    case 'review':
      return isLater(a, b)
    case 'max':
      return isLess(b.value, a.value) || (!isLess(a.value, b.value) && a.name > b.name)
    case 'min':
      return isLess(a.value, b.value) || (!isLess(b.value, a.value) && a.name < b.name)
    case 'first':
      return a.unverified === b.unverified ? isLater(b, a) : b.unverified
    case 'arrival':
      return a.hubStamp > b.hubStamp || (a.hubStamp === b.hubStamp && isLater(a, b))
  }
}

/** null, false, true, numbers, strings, then everything else by its canonical text. */
function isLess(a: Json, b: Json): boolean {
  const [kind, size] = sizeOf(a)
  const [otherKind, otherSize] = sizeOf(b)
  return kind === otherKind ? size < otherSize : kind < otherKind
}

function sizeOf(value: Json): readonly [number, number | string] {
  if (value === null) return [0, 0]
  if (typeof value === 'boolean') return [1, value ? 1 : 0]
  if (typeof value === 'number') return [2, value]
  return typeof value === 'string' ? [3, value] : [4, canonicalJson(value)]
}
