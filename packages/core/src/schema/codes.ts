/**
 * Every code that judging or declaring a schema can produce, each with its meaning. A code outside these tables is a bug.
 *
 *   REFUSALS       why a change is refused, on the device when the person saves or on the hub when it arrives. Values, never thrown
 *   SCHEMA_FAULTS  why a schema is wrong. Thrown as SchemaError where the schema is declared or first used
 */
import type { Refusal } from './definition.ts'

/** Why a schema refuses a change or a value: each code with its sentence. */
export const REFUSALS = {
  'change.label': 'The label is longer than one line, or not well-formed text.',
  'change.tooLarge': 'The change has more operations, or more bytes, than one change may have.',
  'group.partial': 'Some members of a group were written, and there is nothing to take the others from.',
  'operation.kind': 'This kind of operation does not fit this kind of field.',
  'operation.over': 'The operation is over more writes than one may name.',
  'operation.twice': 'The change has two operations for one field, element or record.',
  'record.absent': 'The record is not there, and the change does not give all that is required to create it.',
  'record.id': 'The id of the record is not a UUID in lower case.',
  'schema.cannotUpgrade': 'The change was made in an older version of the app, and this version cannot take it over.',
  'schema.newer': 'The change was made in a newer version of the app.',
  'schema.unknownCollection': 'The schema has no collection of this name.',
  'schema.unknownField': 'The collection has no field of this name.',
  'set.tooLarge': 'The set would have more elements than one may have.',
  'space.id': 'The record that describes a space has the id of the space.',
  'value.invalid': 'A check of the app refused the value.',
  'value.required': 'A required field cannot be cleared.',
  'value.tooDeep': 'The value is nested too deep.',
  'value.tooLarge': 'The value has more bytes than one may have.',
  'value.type': 'The value is not of the type of the field.',
} as const

/** A code of `REFUSALS`. */
export type RefusalCode = keyof typeof REFUSALS

/** Why a declaration is wrong: each code of a `SchemaError` with its sentence. */
export const SCHEMA_FAULTS = {
  'declaration.check': 'A check is neither a function nor a Standard Schema validator, or it is asynchronous.',
  'declaration.default': 'A default is not a value that the field may have.',
  'declaration.field': 'A field is not made by a builder, or not by one that fits here.',
  'declaration.index': 'An index names a field that is not there or cannot be sorted.',
  'declaration.name': 'A name of a collection or field is reserved, malformed, too long, or differs from another only in case.',
  'declaration.oneOf': 'A choice has no values, or one twice.',
  'declaration.ref': 'A reference is to a collection that does not exist.',
  'declaration.rule': 'The rule does not fit the type of the field.',
  'declaration.search': 'Search names a field that is not there or is not text.',
  'declaration.upgrades': 'The upgrades do not lead from the oldest version to this one.',
  'declaration.version': 'The version is not a whole number from 1.',
} as const

/** A code of `SCHEMA_FAULTS`. */
export type SchemaFault = keyof typeof SCHEMA_FAULTS

/** Thrown for a mistake in the schema itself, which a programmer has to correct. `code` is stable; `message` says where and what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  readonly code: SchemaFault

  constructor(code: SchemaFault, message: string) {
    super(message)
    this.code = code
  }
}

/** Where a refusal happened. */
export type Place = Omit<Refusal, 'code' | 'message'>

/**
 * Makes a refusal; the default message is the sentence of its code.
 * @example refuse('schema.unknownField').code // 'schema.unknownField'
 */
export const refuse = (code: RefusalCode, message: string = REFUSALS[code], place: Place = {}): Refusal => ({ code, message, ...place })

/** Whether the answer is a refusal. */
export const isRefusal = (answer: object): answer is Refusal => 'code' in answer
