/**
 * Sizes of values and changes, in UTF-8 bytes of canonical JSON. A cheap upper bound settles nearly all of them. If the bound is above the
 * limit, the bytes are counted exactly, so that a client in any language draws the same line.
 */
import { canonicalJson, type Json } from '../canonical.ts'
import { type Content, contentText, type FieldOperation, operationCount } from '../change.ts'
import { CHANGE_BYTES_MAX, CHANGE_OPERATIONS_MAX, LABEL_LENGTH_MAX, VALUE_BYTES_MAX, VALUE_DEPTH_MAX } from '../limits.ts'
import { refuse, type RefusalCode } from './codes.ts'
import type { Refusal } from './definition.ts'

/** Whether a text has no lone surrogates. UTF-8 cannot encode one, so the text would come back changed. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

export function utf8Length(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    // A surrogate pair is 4 bytes in two units.
    if (code >= 0x80) length += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return length
}

/** Why this is not a JSON value that may be stored, or null. */
export function faultOfJson(value: unknown): RefusalCode | null {
  const bound = boundOf(value, VALUE_DEPTH_MAX)
  if (typeof bound === 'string') return bound
  return bound > VALUE_BYTES_MAX && utf8Length(canonicalJson(value as Json)) > VALUE_BYTES_MAX ? 'value.tooLarge' : null
}

const SCALAR_BOUND = 25
const boundOfText = (text: string): number => 6 * text.length + 2

/** An upper bound of the bytes, or the code of a fault. */
function boundOf(value: unknown, depthLeft: number): number | RefusalCode {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? boundOfText(value) : 'value.type'
    case 'number':
      return Number.isFinite(value) ? SCALAR_BOUND : 'value.type'
    case 'boolean':
      return SCALAR_BOUND
    case 'object':
      return value === null ? SCALAR_BOUND : boundOfMembers(value, depthLeft)
    default:
      return 'value.type'
  }
}

function boundOfMembers(value: object, depthLeft: number): number | RefusalCode {
  if (depthLeft <= 0) return 'value.tooDeep'
  const isArray = Array.isArray(value)
  if (!isArray && !isPlain(value)) return 'value.type'
  let sum = 2
  for (const [key, member] of isArray ? value.entries() : Object.entries(value)) {
    // An undefined member of an object is not written; in an array, undefined is a fault.
    if (member === undefined && !isArray) continue
    const keyBound = typeof key === 'string' ? boundOf(key, 0) : 0
    const bound = boundOf(member, depthLeft - 1)
    if (typeof keyBound === 'string' || typeof bound === 'string') return typeof bound === 'string' ? bound : 'value.type'
    sum += keyBound + bound + 2
  }
  return sum
}

/** Whether a literal or a parser made this object, in any realm; false for a Date, a Map or another class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Checks the counts of a change [P5]. Runs first, to bound the work of judging. */
export function checkCount({ label, operations }: Content): Refusal | null {
  if (label !== null && (label.length > LABEL_LENGTH_MAX || !isWellFormed(label))) return refuse('change.label')
  return operationCount(operations) > CHANGE_OPERATIONS_MAX ? refuse('change.tooLarge') : null
}

/** Checks the bytes of a change [P5]. Runs last, when its values are known to be JSON. */
export function checkBytes(content: Content): Refusal | null {
  return boundOfContent(content) <= CHANGE_BYTES_MAX ? null : checkTextBytes(contentText(content))
}

/** Like `checkBytes`, given the content's text. */
export const checkTextBytes = (text: string): Refusal | null =>
  3 * text.length > CHANGE_BYTES_MAX && utf8Length(text) > CHANGE_BYTES_MAX ? refuse('change.tooLarge') : null

const NAME_BOUND = 25
const ENVELOPE_BOUND = 300

function boundOfContent({ label, operations }: Content): number {
  let sum = ENVELOPE_BOUND + boundOfText(label ?? '')
  for (const { collection, lifeOver, fields } of operations) {
    sum += boundOfText(collection) + ENVELOPE_BOUND + lifeOver.length * NAME_BOUND
    for (const field of fields) sum += boundOfText(field.field) + ENVELOPE_BOUND + boundOfOperation(field)
  }
  return sum
}

function boundOfOperation(operation: FieldOperation): number {
  switch (operation.kind) {
    case 'set':
      return operation.over.length * NAME_BOUND + looseBound(operation.value)
    case 'addTo':
    case 'removeFrom':
      return operation.over.length * NAME_BOUND + looseBound(operation.element)
    case 'increment':
      return SCALAR_BOUND
    case 'edit':
      return boundOfText(operation.update)
  }
}

/** An upper bound of the bytes; exact for values that have no bound. */
function looseBound(value: Json): number {
  const bound = boundOf(value, VALUE_DEPTH_MAX)
  return typeof bound === 'number' ? bound : CHANGE_BYTES_MAX
}
