/**
 * A hub that refuses a few of the values that its devices allow, as when the rules of an app became stricter than what is installed, and that
 * fails on very few. So every app is simulated with refused work: changes that depend on it, corrections, and what people give up.
 */
import { canonicalJson, type Check, type FieldDefinition, type Json, type SchemaDefinition } from '@tombolo/core'
import { mapFields } from './map-fields.ts'

export const PLANTED = 'The simulated hub refuses this.'

const OF = 1000
const REFUSED = 30
const FAILED = 1

/** @param isWide whether a field has many values, so that others are left when some are refused */
export const strictHub = (schema: SchemaDefinition, isWide: (collection: string, field: string) => boolean): SchemaDefinition =>
  mapFields(schema, (field, collection, name) => (field.kind !== 'counter' && isWide(collection, name) ? withCheck(field) : field))

/** Whether such a hub takes a value of a wide field. */
export const isTaken = (value: Json): boolean => placeOf(value) >= REFUSED + FAILED

const withCheck = <F extends Exclude<FieldDefinition, { kind: 'counter' }>>(field: F): F => ({
  ...field,
  checks: [...field.checks, planted],
})

const planted: Check = (value) => {
  const place = placeOf(value)
  if (place < FAILED) throw new Error('a fault of the app')
  return place < REFUSED + FAILED ? PLANTED : null
}

/** Where a value stands among a thousand. */
function placeOf(value: Json): number {
  let hash = 0
  for (const letter of canonicalJson(value)) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0
  return hash % OF
}
