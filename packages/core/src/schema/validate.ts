/**
 * Is this a value that the schema allows? The same answer on the device, when a person saves, and on the hub [P5].
 * What comes in is anything at all: apps written in JavaScript and messages from elsewhere have no types.
 */
import type { Json } from '../canonical.ts'
import { isRecordId } from '../ids.ts'
import { refuse, type RefusalCode } from './codes.ts'
import { isDate, isLocalDateTime } from './dates.ts'
import type { Refusal, ValueDefinition, ValueType } from './definition.ts'
import { faultOfJson } from './size.ts'
import { failedCheck } from './standard.ts'

/**
 * Null where the value may stand in a field of this definition, else why not, without the place.
 * @example checkValue({ value: { type: 'integer' }, optional: false, checks: [] }, 1.5)?.code // 'value.type'
 */
export function checkValue(definition: ValueDefinition, value: unknown): Refusal | null {
  if (value === null) return definition.optional ? null : refuse('value.required')
  const fault = checkType(definition.value, value)
  if (fault !== null) return fault
  const message = failedCheck(definition.checks, value as Json)
  return message === null ? null : refuse('value.invalid', message)
}

/** As `checkValue`, for the bare type: an element of a set. */
export function checkType(type: ValueType, value: unknown): Refusal | null {
  if (value === null || !fits(type, value)) return refuse('value.type', `${nameOfType(type)} is wanted here.`)
  return mayBeLarge(value) ? sized(faultOfJson(value)) : null
}

/** Numbers, booleans and short names are within every limit. */
const mayBeLarge = (value: unknown): boolean => typeof value === 'string' || typeof value === 'object'

const sized = (fault: RefusalCode | null): Refusal | null => (fault === null ? null : refuse(fault))

function fits(type: ValueType, value: unknown): boolean {
  switch (type.type) {
    case 'string':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'integer':
      return Number.isSafeInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string' && isDate(value)
    case 'localDateTime':
      return typeof value === 'string' && isLocalDateTime(value)
    case 'oneOf':
      return typeof value === 'string' && type.values.includes(value)
    case 'ref':
      return isRecordId(value)
    case 'json':
      return faultOfJson(value) !== 'value.type'
  }
}

/** For a person who reads the message. */
function nameOfType(type: ValueType): string {
  switch (type.type) {
    case 'string':
      return 'Text'
    case 'number':
      return 'A number'
    case 'integer':
      return 'A whole number'
    case 'boolean':
      return 'Yes or no'
    case 'date':
      return 'A date such as 1977, 1977-07 or 1977-07-04'
    case 'localDateTime':
      return 'A date and time with its zone, such as 2026-11-22T17:36:00[Europe/Ljubljana],'
    case 'oneOf':
      return `One of ${type.values.map((value) => `'${value}'`).join(', ')}`
    case 'ref':
      return `A record of '${type.collection}'`
    case 'json':
      return 'JSON'
  }
}
