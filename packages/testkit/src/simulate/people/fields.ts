/** The fields that people write, with where their values come from. */
import {
  type CollectionDefinition,
  type FieldDefinition,
  describeSchema,
  type Json,
  type SchemaDefinition,
  isReserved,
} from '@tombolo/core'
import { type Dice, diceOf } from '../../simulator/random.ts'
import type { AnyExamples } from '../examples.ts'
import { SimulationError } from '../simulation-error.ts'
import type { Known } from './shapes.ts'
import { type Source, sourceOf } from './source.ts'
import { isTaken } from './strict-hub.ts'

type Values = Readonly<Record<string, Json>>

/** So many elements each set has to do with: people meet over few words. */
const ELEMENTS = 6

export class Fields {
  readonly #schema: SchemaDefinition
  readonly #sources = new Map<string, Source>()
  /** Fields that a new record must be given. */
  readonly #required: ReadonlySet<string>

  /** @throws SimulationError for a field that cannot be written, or an example that makes no sense */
  constructor(schema: SchemaDefinition, examples: AnyExamples) {
    this.#schema = schema
    this.#required = new Set(
      describeSchema(schema).flatMap(({ collection, field, required }) => (required ? [`${collection}.${field}`] : [])),
    )
    for (const { name, fields } of collectionsOf(schema))
      for (const [field, definition] of Object.entries(fields))
        this.#sources.set(`${name}.${field}`, sourceFor(`${name}.${field}`, definition, examples[name]?.[field]))
    for (const [collection, named] of Object.entries(examples))
      for (const field of Object.keys(named))
        if (!this.#sources.has(`${collection}.${field}`))
          throw new SimulationError('simulate.example', `there are examples of ${collection}.${field}, and the schema has no such field`)
  }

  /** The names of the fields of a collection. */
  of(collection: string): readonly string[] {
    return isReserved(collection) ? [] : Object.keys(this.#schema.collections[collection]?.fields ?? {})
  }

  source(collection: string, field: string): Source {
    return this.#sources.get(`${collection}.${field}`) as Source
  }

  isWide(collection: string, field: string): boolean {
    return this.#sources.get(`${collection}.${field}`)?.isWide ?? false
  }

  /** Values for a new record: what is required, and some of the rest. */
  newRecord(collection: string, dice: Dice, known: Known): Values {
    return this.#values(
      collection,
      (isRequired) => isRequired || dice.chance(0.4),
      (field, definition) => {
        const draw = (): Json => this.source(collection, field).draw(dice, known)
        return definition.kind === 'set' ? [draw(), draw()] : draw()
      },
    )
  }

  /** Values for a new record that every hub takes. */
  certainRecord(collection: string, dice: Dice): Values {
    return this.#values(
      collection,
      (isRequired) => isRequired,
      (field) => this.certain(collection, field, dice),
    )
  }

  /** A value that every hub takes. */
  certain(collection: string, field: string, dice: Dice): Json {
    const { draw, isWide } = this.source(collection, field)
    const some = Array.from({ length: 50 }, () => draw(dice, () => null))
    return (isWide ? some.find(isTaken) : some[0]) ?? null
  }

  /** Whole values of two or three fields. */
  several(collection: string, dice: Dice, known: Known): Values {
    const settable = this.#settable(collection)
    const chosen = new Set(settable.length === 0 ? [] : Array.from({ length: 2 + dice.below(2) }, () => dice.pick(settable)))
    return Object.fromEntries([...chosen].map((field) => [field, this.source(collection, field).draw(dice, known)]))
  }

  /** What people type who did not look: mostly what the schema refuses. */
  slip(collection: string, dice: Dice, known: Known): Values {
    const settable = this.#settable(collection)
    if (settable.length === 0) return {}
    const field = dice.pick(settable)
    return { [field]: dice.chance(0.5) ? { not: 'meant' } : this.source(collection, field).drawAny(dice, known) }
  }

  #settable(collection: string): readonly string[] {
    const { fields = {} } = this.#schema.collections[collection] ?? {}
    return Object.entries(fields).flatMap(([name, { kind }]) => (kind === 'set' || kind === 'counter' ? [] : [name]))
  }

  #values(
    collection: string,
    isGiven: (isRequired: boolean) => boolean,
    value: (field: string, definition: FieldDefinition) => Json,
  ): Values {
    const { fields = {} } = this.#schema.collections[collection] ?? {}
    const given = Object.entries(fields).filter(([field]) => isGiven(this.#required.has(`${collection}.${field}`)))
    return Object.fromEntries(given.map(([field, definition]) => [field, value(field, definition)]))
  }
}

export const collectionsOf = ({ collections }: SchemaDefinition): readonly CollectionDefinition[] =>
  Object.values(collections).filter(({ name }) => !isReserved(name))

function sourceFor(name: string, definition: FieldDefinition, examples: AnyExamples[string][string] | undefined): Source {
  const source = sourceOf(name, definition, examples)
  return definition.kind === 'set' && definition.element.type !== 'ref' ? ofFew(name, source) : source
}

function ofFew(name: string, { draw, drawAny, isWide }: Source): Source {
  const dice = diceOf(0, `elements of ${name}`)
  const few = Array.from({ length: ELEMENTS }, () => draw(dice, () => null))
  return { draw: (own, known) => (own.chance(0.7) ? own.pick(few) : draw(own, known)), drawAny, isWide }
}
