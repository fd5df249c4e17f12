/**
 * Checks whether the schema allows a value, with the same answer on the device, when a person saves, and on the hub [P5]. The value may be
 * anything: apps written in JavaScript and messages from outside have no types.
 */
import type { Json } from '../canonical.ts'
import { isRecordId } from '../ids.ts'
import { refuse, type RefusalCode } from './codes.ts'
import { isDate, isLocalDateTime } from './dates.ts'
import type { Refusal, ValueDefinition, ValueType } from './definition.ts'
import { faultOfJson } from './size.ts'
import { failedCheck } from './standard.ts'

/**
 * Why a field of this definition may not hold the value, without the place; null if it may.
 * @example checkValue({ value: { type: 'integer' }, optional: false, checks: [] }, 1.5)?.code // 'value.type'
 */
export function checkValue(definition: ValueDefinition, value: unknown): Refusal | null {
  if (value === null) return definition.optional ? null : refuse('value.required')
  const fault = checkType(definition.value, value)
  if (fault !== null) return fault
  const message = failedCheck(definition.checks, value as Json)
  return message === null ? null : refuse('value.invalid', message)
}

/** Like `checkValue`, for a bare type: that of a set's elements. */
export function checkType(type: ValueType, value: unknown): Refusal | null {
  if (value === null || !fits(type, value)) return refuse('value.type', `${nameOfType(type)} is wanted here.`)
  return mayBeLarge(value) ? sized(faultOfJson(value)) : null
}

/** Whether a value may exceed a size limit: numbers and booleans cannot. */
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

/** The type's name in a message for a person. */
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
