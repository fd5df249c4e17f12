/**
 * The places of one record that histories write to: its fields under every rule, the elements of a set, and its life.
 */
import { canonicalJson, type Json } from '../../canonical.ts'
import type { FieldOperation } from '../../change.ts'
import type { RecordState } from '../../merge/record.ts'
import type { Entry, Register } from '../../merge/register.ts'
import { type OnDelete, type Rule, show, showLife } from '../../merge/rules.ts'
import type { Arrival } from '../arrivals.ts'

/** All that stand beside one another, in an order of their own. */
export const chooseAll = (values: readonly Json[]): Json => values.map(canonicalJson).sort().join('+')

export const RULES = {
  title: { type: 'latest' },
  quality: { type: 'review' },
  place: { type: 'review' },
  high: { type: 'max' },
  low: { type: 'min' },
  since: { type: 'first' },
  seat: { type: 'arrival' },
  words: { type: 'custom', choose: (candidates) => chooseAll(candidates.map(({ value }) => value)) },
  body: { type: 'latest' },
} as const satisfies Record<string, Rule>

export type RegisterField = keyof typeof RULES
export const REGISTERS = Object.keys(RULES) as RegisterField[]
export const TAGS = 'tags'
export const VISITS = 'visits'
export const ELEMENTS = ['a', 'b'] as const
export const LIFE = '$life'

/** What a write is over is asked place by place. */
export const placeOf = (operation: FieldOperation): string =>
  operation.kind === 'addTo' || operation.kind === 'removeFrom' ? `${operation.field} ${canonicalJson(operation.element)}` : operation.field

export const placesOf = ({ operations }: Arrival): readonly string[] => [...operations.fields.map(placeOf), LIFE]

export function registerAt(record: RecordState, place: string): Register | undefined {
  if (place === LIFE) return record.life
  const [field = '', key] = place.split(' ')
  const state = record.fields[field]
  if (state?.kind === 'set') return state.elements[key ?? '']
  return state?.kind === 'register' ? state : undefined
}

export const textAt = (entry: Entry): string => (typeof entry.value === 'string' ? entry.value : '')

/** Everything that a screen says of a record. */
export function shownOf(record: RecordState, onDelete: OnDelete): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = { [LIFE]: showLife(onDelete, record.life) }
  for (const [field, state] of Object.entries(record.fields)) {
    if (state.kind === 'counter') shown[field] = state.sum
    else if (state.kind === 'set') shown[field] = elementsShown(state.elements)
    else if (state.entries.length > 0) {
      const { value, conflicted } = show(RULES[field as RegisterField], state)
      shown[field] = { value, conflicted }
    }
  }
  return shown
}

const elementsShown = (elements: Readonly<Record<string, Register>>): string[] =>
  Object.entries(elements)
    .flatMap(([key, tags]) => (tags.entries.length > 0 ? [key] : []))
    .sort()
