/**
 * The builders of fields. Each is an immutable description; a modifier returns a new one.
 *
 *   values     string() number() integer() boolean() date() localDateTime() oneOf(…) json() ref('collection')
 *   kinds      text() set(element) counter() group({ … })
 *   modifiers  .optional() .default(value) .check(…)   and one rule: .latest() .review() .first() .arrival() .max() .min() .custom(…)
 *
 * Without modifiers a value is required, and its rule is `latest`. text, set and counter start empty and are never absent.
 * The types (field-types.ts) offer only the modifiers that fit; the same is checked here for those who write JavaScript.
 */
import type { Json } from '../canonical.ts'
import type { RecordId } from '../ids.ts'
import { LATEST, type Candidate, type Rule } from '../merge/rules.ts'
import { SchemaError } from './codes.ts'
import type { Check, FieldDefinition, ValueDefinition, ValueType } from './definition.ts'
import type { Counter, Field, Group, GroupMember, Members, Ordered, Plain, SetElement, SetField, Text } from './field-types.ts'
import { checkNames } from './names.ts'
import { checkFrom, type StandardSchema } from './standard.ts'

/**
 * A line of text, replaced as a whole. For prose that several people edit, use `text()`.
 * @example collection({ title: string(), code: string().check((code) => (code === '' ? 'A code is needed.' : null)) })
 */
export const string = (): Ordered<'string', string> => register({ type: 'string' }) as unknown as Ordered<'string', string>
/**
 * A finite double.
 * @example collection({ lat: number().check((degrees) => (Math.abs(degrees) <= 90 ? null : 'Latitudes go from −90 to 90.')) })
 */
export const number = (): Ordered<'number', number> => register({ type: 'number' }) as unknown as Ordered<'number', number>
/**
 * A whole number from −(2⁵³ − 1) to 2⁵³ − 1.
 * @example collection({ highest: integer().max() })
 */
export const integer = (): Ordered<'integer', number> => register({ type: 'integer' }) as unknown as Ordered<'integer', number>
/**
 * True or false. With `max()` true wins over a concurrent false, with `min()` false wins.
 * @example collection({ checked: boolean().default(false).max() })
 */
export const boolean = (): Ordered<'boolean', boolean> => register({ type: 'boolean' }) as unknown as Ordered<'boolean', boolean>
/**
 * A calendar date as text, as precise as is known: `1977`, `1977-07`, `1977-07-04`.
 * @example collection({ born: date().optional() })
 */
export const date = (): Ordered<'date', string> => register({ type: 'date' }) as unknown as Ordered<'date', string>
/**
 * The local time of a wall clock, and its zone, as text: `2026-11-22T17:36:00[Europe/Ljubljana]`. Ordered by local time.
 * @example collection({ observedAt: localDateTime() })
 */
export const localDateTime = (): Ordered<'localDateTime', string> =>
  register({ type: 'localDateTime' }) as unknown as Ordered<'localDateTime', string>
/**
 * Any JSON value but null, replaced as a whole: two writes are never mixed. The type argument is a promise of the app, or of a `check`.
 * @example collection({ outline: json<readonly (readonly [number, number])[]>().optional() })
 */
export const json = <T extends Json = Json>(): Plain<'json', NonNullable<T>> =>
  register({ type: 'json' }) as unknown as Plain<'json', NonNullable<T>>
/**
 * The id of a record of that collection in the same space. It may point at nothing, if the other record was deleted or has not arrived.
 * @example collection({ observer: ref('people').optional() })
 */
export const ref = <const Target extends string>(collection: Target): Plain<'ref', RecordId, 'required', Target> =>
  register({ type: 'ref', collection }) as unknown as Plain<'ref', RecordId, 'required', Target>

/**
 * One of a few words.
 * @example oneOf('poor', 'good')
 */
export function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values): Plain<'oneOf', Values[number]> {
  if (values.length === 0 || new Set(values).size < values.length || values.some((word) => typeof word !== 'string')) {
    throw new SchemaError('declaration.oneOf', `oneOf(${values.map(String).join(', ')}): a choice is between different words`)
  }
  return register({ type: 'oneOf', values }) as unknown as Plain<'oneOf', Values[number]>
}

/**
 * Prose that people may edit at the same time, character by character. Starts as ''.
 * @example collection({ body: text() }, { search: ['body'] })
 */
export const text = (): Text => built({ kind: 'text', rule: LATEST, checks: [] }) as unknown as Text

/**
 * A number that people add to. Every increment counts, concurrent ones included. Starts at 0; increments are whole numbers.
 * @example collection({ visits: counter() })
 */
export const counter = (): Counter => built({ kind: 'counter' }) as unknown as Counter

/**
 * Elements without order or duplicates. An add that the remover had not seen survives. Starts empty.
 * @example set(string()), set(ref('people')), set(oneOf('red', 'blue'))
 */
export function set<const Element extends SetElement>(element: Element): SetField<Element> {
  const definition = definitionOf(element)
  if (definition.kind !== 'register' || definition.optional || definition.rule !== LATEST || definition.default !== undefined) {
    throw new SchemaError(
      'declaration.field',
      'the elements of a set are plain values: not optional, without a default, rule or kind of their own',
    )
  }
  return built({ kind: 'set', element: definition.value, checks: definition.checks }) as unknown as SetField<Element>
}

/**
 * Values that only make sense together, merged as one value. Members that a write leaves out stay as its author saw them.
 * @example group({ systolic: integer(), diastolic: integer() }).review()
 */
export function group<const M extends Members>(members: M & { readonly [K in keyof M]: GroupMember<K, M[K]> }): Group<M> {
  checkNames('member of a group', Object.keys(members))
  const definitions = Object.entries<Field>(members).map(([name, member]) => [name, memberDefinition(name, member)] as const)
  if (definitions.length === 0) throw new SchemaError('declaration.field', 'a group has members')
  return built({
    kind: 'group',
    rule: LATEST,
    optional: false,
    members: Object.fromEntries(definitions),
    checks: [],
  }) as unknown as Group<M>
}

function memberDefinition(name: string, member: Field): ValueDefinition {
  const definition = definitionOf(member)
  if (definition.kind !== 'register' || definition.rule !== LATEST || definition.default !== undefined) {
    throw new SchemaError('declaration.field', `member '${name}' of a group is a plain value: the group has the rule, not its members`)
  }
  return { value: definition.value, optional: definition.optional, checks: definition.checks }
}

/** The definition in a builder. @throws SchemaError `declaration.field` for anything else. */
export function definitionOf(field: Field): FieldDefinition {
  if (!(field instanceof FieldBuilder))
    throw new SchemaError('declaration.field', 'a field is made by string(), number(), text(), group({ … }) and so on')
  return field.definition
}

const register = (value: ValueType): FieldBuilder => built({ kind: 'register', rule: LATEST, value, optional: false, checks: [] })

const built = (definition: FieldDefinition): FieldBuilder => new FieldBuilder(definition)

const ORDERED: ReadonlySet<ValueType['type']> = new Set(['string', 'number', 'integer', 'boolean', 'date', 'localDateTime'])

/** One class for all builders; the interfaces in field-types.ts expose the modifiers that fit. */
class FieldBuilder {
  readonly definition: FieldDefinition

  constructor(definition: FieldDefinition) {
    this.definition = definition
  }

  optional(): FieldBuilder {
    const { definition } = this
    if (definition.kind !== 'register' && definition.kind !== 'group') throw misfit('optional', definition)
    if (definition.kind === 'register' && definition.default !== undefined) throw misfit('optional', definition)
    return built({ ...definition, optional: true })
  }

  default(value: Json): FieldBuilder {
    const { definition } = this
    if (definition.kind !== 'register' || definition.optional) throw misfit('default', definition)
    return built({ ...definition, default: value })
  }

  check(validator: Check | StandardSchema): FieldBuilder {
    const { definition } = this
    if (definition.kind === 'counter') throw misfit('check', definition)
    return built({ ...definition, checks: [...definition.checks, checkFrom(validator)] })
  }

  latest(): FieldBuilder {
    return this.#ruled(LATEST)
  }
  review(): FieldBuilder {
    return this.#ruled({ type: 'review' })
  }
  first(): FieldBuilder {
    return this.#ruled({ type: 'first' })
  }
  arrival(): FieldBuilder {
    return this.#ruled({ type: 'arrival' })
  }
  max(): FieldBuilder {
    return this.#ruled({ type: 'max' })
  }
  min(): FieldBuilder {
    return this.#ruled({ type: 'min' })
  }
  custom(choose: (candidates: readonly Candidate[]) => Json): FieldBuilder {
    if (typeof choose !== 'function')
      throw new SchemaError('declaration.rule', 'custom(choose): choose is a pure function of the candidates')
    return this.#ruled({ type: 'custom', choose })
  }

  #ruled(rule: Rule): FieldBuilder {
    const { definition } = this
    if (!fitsRule(rule, definition) || !('rule' in definition)) throw misfit(rule.type, definition)
    return built({ ...definition, rule })
  }
}

function fitsRule({ type }: Rule, definition: FieldDefinition): boolean {
  switch (definition.kind) {
    case 'register':
      return (type !== 'max' && type !== 'min') || ORDERED.has(definition.value.type)
    case 'group':
      return type !== 'max' && type !== 'min'
    case 'text':
      return type === 'latest' || type === 'review'
    case 'set':
    case 'counter':
      return false
  }
}

function misfit(modifier: string, definition: FieldDefinition): SchemaError {
  const what = definition.kind === 'register' ? definition.value.type : definition.kind
  return new SchemaError('declaration.rule', `.${modifier}() does not fit a field of ${what} as it is declared`)
}
