/**
 * Inputs for a value, according to the declaration of its field, used to edit the outcome of a conflict. The store checks the value again
 * when it is saved.
 */
import type { FieldDefinition, Json, ValueDefinition, ValueType } from '@tombolo/core'
import { html, type TemplateResult } from 'lit'
import { isObject } from './format-value.ts'
import type { Wording } from './wording.ts'

/** The entered value; undefined while it is not valid. */
export type Entered = Json | undefined
export type OnEntered = (value: Entered) => void

/** Whether the value of a field can be typed in: not for a reference, a set or a counter. */
export const isEditable = (definition: FieldDefinition | undefined): boolean =>
  definition !== undefined &&
  (definition.kind === 'text' || definition.kind === 'group' || (definition.kind === 'register' && definition.value.type !== 'ref'))

/** The edited field, and its label. */
export interface EditedField {
  readonly collection: string
  readonly field: string
  readonly definition: FieldDefinition
  readonly label: string
}

export function editorTemplate(edited: EditedField, value: Json, words: Wording, onEntered: OnEntered): TemplateResult {
  const { definition, label } = edited
  switch (definition.kind) {
    case 'group':
      return groupEditor(edited, definition.members, isObject(value) ? value : {}, words, onEntered)
    case 'register':
      return html`<label>${label}${inputFor(definition.value, definition.optional, value, words, onEntered)}</label>`
    case 'text':
    case 'set':
    case 'counter':
      return html`<label>${label}${textArea(value, onEntered)}</label>`
  }
}

/** The inputs of a group, which is one value: complete, or not valid. */
function groupEditor(
  { collection, field, label }: EditedField,
  members: Readonly<Record<string, ValueDefinition>>,
  value: { readonly [key: string]: Json },
  words: Wording,
  onEntered: OnEntered,
): TemplateResult {
  const entered: Record<string, Entered> = { ...value }
  const take = (name: string, one: Entered): void => {
    entered[name] = one
    const isWhole = Object.values(entered).every((member) => member !== undefined)
    onEntered(isWhole ? entered : undefined)
  }
  return html`<fieldset>
    <legend>${label}</legend>
    ${Object.entries(members).map(
      ([name, member]) =>
        html`<label
          >${words.member(collection, field, name)}${inputFor(member.value, member.optional, value[name] ?? null, words, (one) => take(name, one))}</label
        >`,
    )}
  </fieldset>`
}

function inputFor(type: ValueType, isOptional: boolean, value: Json, words: Wording, onEntered: OnEntered): TemplateResult {
  switch (type.type) {
    case 'oneOf':
      return choice(
        type.values.map((one) => [one, one]),
        isOptional,
        value,
        words,
        onEntered,
      )
    case 'boolean':
      return choice(
        [
          [true, words.say('value.yes')],
          [false, words.say('value.no')],
        ],
        isOptional,
        value,
        words,
        onEntered,
      )
    case 'number':
    case 'integer':
      return html`<input
        type="number"
        step=${type.type === 'integer' ? '1' : 'any'}
        .value=${textOf(value)}
        @input=${(event: InputEvent) => onEntered(numberIn(event.target as HTMLInputElement, isOptional))}
      />`
    case 'json':
      return textArea(JSON.stringify(value, null, 2), (text) => onEntered(jsonIn(textOf(text ?? null))))
    case 'string':
      return textArea(value, onEntered)
    case 'date':
    case 'localDateTime':
    case 'ref':
      return html`<input
        type="text"
        .value=${textOf(value)}
        @input=${(event: InputEvent) => onEntered(textIn(event.target as HTMLInputElement, isOptional))}
      />`
  }
}

function choice(
  options: readonly (readonly [Json, string])[],
  isOptional: boolean,
  value: Json,
  words: Wording,
  onEntered: OnEntered,
): TemplateResult {
  const all = isOptional ? [...options, [null, words.say('value.empty')] as const] : options
  return html`<select @change=${(event: Event) => onEntered(all[(event.target as HTMLSelectElement).selectedIndex]?.[0])}>
    ${all.map(([option, name]) => html`<option ?selected=${option === value}>${name}</option>`)}
  </select>`
}

const textArea = (value: Json, onEntered: OnEntered): TemplateResult =>
  html`<textarea
    dir="auto"
    .value=${textOf(value)}
    @input=${(event: InputEvent) => onEntered((event.target as HTMLTextAreaElement).value)}
  ></textarea>`

const textOf = (value: Json): string => (typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value))

const textIn = ({ value }: HTMLInputElement, isOptional: boolean): Entered => (value === '' ? (isOptional ? null : undefined) : value)

function numberIn({ value, valueAsNumber }: HTMLInputElement, isOptional: boolean): Entered {
  if (value === '') return isOptional ? null : undefined
  return Number.isFinite(valueAsNumber) ? valueAsNumber : undefined
}

function jsonIn(text: string): Entered {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
