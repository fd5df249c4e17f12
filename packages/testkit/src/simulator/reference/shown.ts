/** What a record shows, from what stands in it and what the schema says. The rules themselves are the reference of core. */
import type { CollectionDefinition, FieldDefinition, Json, RecordState, Register } from '@tombolo/core'
import { referenceLife, referenceShown } from '@tombolo/core/testing'
import type { Place, Standing } from './standing.ts'

export interface Shown {
  readonly values: Readonly<Record<string, Json>>
  readonly isDeleted: boolean
  /** Sorted. */
  readonly conflicts: readonly string[]
}

const NOTHING: Place = { entries: [], awaited: [], waiting: [] }

export function shownOf({ fields, onDelete }: CollectionDefinition, standing: Standing): Shown {
  const { deleted, conflicted } = referenceLife(onDelete, standing.life.entries)
  const conflicts = Object.entries(fields)
    .filter(([name, field]) => isConflict(field, standing.registers.get(name) ?? NOTHING))
    .map(([name]) => name)
  if (conflicted) conflicts.push('$life')
  return {
    values: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(name, field, standing)])),
    isDeleted: deleted,
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
      return referenceShown(field.rule, place.entries).value ?? ''
    case 'register':
      return referenceShown(field.rule, place.entries).value ?? field.default ?? null
    case 'group': {
      const value = referenceShown(field.rule, place.entries).value
      if (typeof value !== 'object' || value === null) return null
      // A group of which no member is there is none: the columns of a store cannot tell.
      if (Object.values(value).every((member) => member === null)) return null
      return {
        ...Object.fromEntries(Object.keys(field.members).map((member) => [member, null])),
        ...(value as Readonly<Record<string, Json>>),
      }
    }
  }
}

/** What a person has to decide in a record as the product has it. Sorted. */
export function reviewsOf({ fields, onDelete }: CollectionDefinition, state: RecordState): readonly string[] {
  const reviewed = Object.entries(state.fields)
    .filter(([name, part]) => part.kind === 'register' && isConflict(fields[name], { entries: part.entries.map(toReferenceEntry) }))
    .map(([name]) => name)
  if (referenceLife(onDelete, state.life.entries).conflicted) reviewed.push('$life')
  return reviewed.sort()
}

const toReferenceEntry = ({ unverified, resolves, ...entry }: Register['entries'][number]): Place['entries'][number] => ({
  ...entry,
  unverified: unverified === true,
  resolves,
})

const isConflict = (field: FieldDefinition | undefined, { entries }: Pick<Place, 'entries'>): boolean =>
  field !== undefined && 'rule' in field && referenceShown(field.rule, entries).conflict.length > 0
