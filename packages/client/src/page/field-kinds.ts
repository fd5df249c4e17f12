/** The kinds of fields that inputs can edit: how a value becomes text, and which steps save a text. */
import type { FieldDefinition, Json, SchemaDefinition, Step, ValueType } from '@tombolo/core'
import { Invalid, Misuse, type TomboloError } from './errors.ts'
import type { FieldKind, FieldSave } from './field-session.ts'
import { stepsOf } from '@tombolo/core'

export interface InputField extends FieldKind {
  /** The text of a stored value. */
  readonly format: (value: unknown) => string
  /** The steps of a save, or why the text is no valid value. */
  readonly steps: (save: FieldSave) => readonly Step[] | TomboloError
}

/** @throws Misuse `field.kind` for a field without a text form: use other controls and `store.write`. */
export function inputFieldOf(schema: SchemaDefinition, collection: string, field: string): InputField {
  const definition = schema.collections[collection]?.fields[field]
  if (definition === undefined) throw new Misuse('field.unknown', `${collection} has no field '${field}'`, { collection, field })
  if (definition.kind === 'text') return textField(field)
  if (definition.kind === 'register') {
    const made = registerField(field, definition)
    if (made !== null) return made
  }
  throw new Misuse('field.kind', `'${field}' is no text to be typed`, { collection, field })
}

const plain = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
const equal = (a: string, b: string): boolean => a === b

/** A text field. Each changed stretch is a separate edit, so that text of others between two stretches survives. */
function textField(field: string): InputField {
  const steps = ({ from, typed }: FieldSave): readonly Step[] => {
    const texts = [from, ...stepsOf(from, typed)]
    return texts.slice(1).map((to, index) => ({ type: 'edit', field, from: texts[index] ?? from, to }))
  }
  return { merges: true, edits: true, same: equal, format: plain, steps }
}

function registerField(field: string, definition: Extract<FieldDefinition, { kind: 'register' }>): InputField | null {
  const written = (value: Json): readonly Step[] => [{ type: 'set', values: { [field]: value } }]
  const orNull = (text: string): Json => (text === '' && definition.optional ? null : text)
  switch (definition.value.type) {
    case 'string':
      return { merges: true, edits: false, same: equal, format: plain, steps: ({ to }) => written(orNull(to)) }
    case 'date':
    case 'localDateTime':
    case 'oneOf':
    case 'ref':
      return { merges: false, edits: false, same: equal, format: plain, steps: ({ to }) => written(to === '' ? null : to) }
    case 'number':
    case 'integer':
      return { merges: false, edits: false, same: sameNumber, format: plain, steps: ({ to }) => numberSteps(to, written, definition.value) }
    case 'boolean':
    case 'json':
      return null
  }
}

function numberSteps(text: string, written: (value: Json) => readonly Step[], { type }: ValueType): readonly Step[] | TomboloError {
  const value = numberOf(text)
  if (value === undefined)
    return new Invalid('value.type', type === 'integer' ? 'A whole number is wanted here.' : 'A number is wanted here.')
  return written(value)
}

/** The number in a text; null if it is empty, undefined if it is no number. */
function numberOf(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Whether two texts are the same number, so that the stored 1.5 does not remove the zero of a typed '1.50'. */
const sameNumber = (a: string, b: string): boolean => a === b || (numberOf(a) !== undefined && numberOf(a) === numberOf(b))
