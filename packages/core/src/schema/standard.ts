/**
 * An app's own checks: a plain function, or any validator that implements Standard Schema v1 (zod, valibot, arktype …).
 *
 * The interface below is the part of https://standardschema.dev that is used here; its authors ask to copy rather than to import it. Only
 * the issues of a validator are used; a value that it would transform is kept as the person wrote it.
 */
import type { Json } from '../canonical.ts'
import { SchemaError } from './codes.ts'
import type { Check } from './definition.ts'

/** A validator of another library that keeps to the Standard Schema, version 1: a field's `check` takes one. https://standardschema.dev */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** The result of such a validator. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] }

const ASYNC =
  'a check must answer at once: the device checks while a person saves, so there is nothing to wait for. Use a synchronous validator.'

/**
 * One check from a function or a validator.
 * @throws SchemaError `declaration.check` for anything else, and for asynchronous ones: here, or when the first value is checked.
 */
export function checkFrom(validator: Check | StandardSchema): Check {
  if (isStandard(validator)) return (value) => issuesOf(validator['~standard'].validate(value))
  if (typeof validator !== 'function') {
    throw new SchemaError('declaration.check', 'a check is a function (value) => string | null, or a Standard Schema v1 validator')
  }
  if (validator.constructor.name === 'AsyncFunction') throw new SchemaError('declaration.check', ASYNC)
  return (value) => synchronous(validator(value))
}

/** Whether this is a Standard Schema validator. Checked before `typeof`, since some validators are functions. */
const isStandard = (validator: Check | StandardSchema): validator is StandardSchema =>
  validator !== null && (typeof validator === 'object' || typeof validator === 'function') && '~standard' in validator

function issuesOf(result: StandardResult<unknown> | Promise<StandardResult<unknown>>): string | null {
  const { issues } = synchronous(result)
  return issues === undefined ? null : issues.map((issue) => issue.message).join('; ')
}

function synchronous<T>(answer: T | Promise<T>): T {
  if (answer !== null && typeof answer === 'object' && 'then' in answer) throw new SchemaError('declaration.check', ASYNC)
  return answer
}

/** The message of the first check that fails; null if none does. */
export function failedCheck(checks: readonly Check[], value: Json): string | null {
  for (const check of checks) {
    const fault = check(value)
    if (fault !== null) return fault
  }
  return null
}
