/**
 * Where the values of a field come from: the shapes of its type, as far as its checks accept them, or the examples of its developer.
 *
 * Each shape is tried before anything is simulated. A field for which nothing is accepted is told, with its name: a simulation that leaves it
 * out in silence would prove less than it says.
 */
import { canonicalJson, checkFields, type FieldDefinition, type Json, type Refusal, type ValueDefinition } from '@tombolo/core'
import { diceOf } from '../../simulator/random.ts'
import type { ExamplesOf } from '../examples.ts'
import { SimulationError } from '../simulation-error.ts'
import { type Known, type Shape, shapesOf } from './shapes.ts'

export interface Source {
  /** A value that the schema accepts; for a group all of it, for a set an element, for a counter a step. */
  readonly draw: Shape
  /** A value that it may refuse. */
  readonly drawAny: Shape
  /** There are many. */
  readonly isWide: boolean
}

/** @throws SimulationError `simulate.value`, `simulate.example`, `simulate.check` */
export function sourceOf(name: string, field: FieldDefinition, examples: ExamplesOf<Json> | undefined): Source {
  const shapes = examples === undefined ? shapesFor(name, field) : [shapeOf(name, field, examples)]
  return sourceIn(name, shapes, (value) => refusalOf(name, field, value) === null)
}

function shapesFor(name: string, field: FieldDefinition): readonly Shape[] {
  switch (field.kind) {
    case 'register':
      return shapesOf(field.value)
    case 'set':
      return shapesOf(field.element)
    case 'text':
      return shapesOf({ type: 'string' })
    case 'counter':
      return [(dice) => dice.pick(STEPS)]
    case 'group':
      return [groupShape(name, field.members)]
  }
}

/** By how much people count. */
const STEPS = [1, 1, 1, 2, 3, -1]

/** Why a field refuses a value, or an element. A check that throws would stop a person's save, and the hub. */
function refusalOf(name: string, field: FieldDefinition, value: Json | undefined): Refusal | null {
  if (value === undefined) return { code: 'value.type', message: 'It is no value.' }
  try {
    return firstFault(field, field.kind === 'set' ? [value] : value)
  } catch (error) {
    throw new SimulationError('simulate.check', `the check of ${name} throws for ${shortly(value)}: ${String(error)}`)
  }
}

/** Why a record with this field alone is refused; null: it is not. */
export const firstFault = (field: FieldDefinition, value: Json): Refusal | null =>
  checkFields({ name: 'records', fields: { field }, onDelete: 'edit-wins', search: [], indexes: [] }, { field: value })[0] ?? null

type Members = Readonly<Record<string, ValueDefinition>>

/** A whole group, whose optional members are mostly there. */
function groupShape(name: string, members: Members): Shape {
  const sources = Object.entries(members).map(([member, definition]) => ({
    member,
    optional: definition.optional,
    source: sourceOf(`${name}.${member}`, { kind: 'register', rule: { type: 'latest' }, ...definition }, undefined),
  }))
  return (dice, known) =>
    Object.fromEntries(
      sources.map(({ member, optional, source }) => [member, optional && dice.chance(0.3) ? null : source.draw(dice, known)]),
    )
}

function shapeOf(name: string, field: FieldDefinition, examples: ExamplesOf<Json>): Shape {
  const shape: Shape = typeof examples === 'function' ? (dice) => examples(() => dice.roll()) : (dice) => dice.pick(examples)
  const dice = diceOf(0, `examples of ${name}`)
  if (!areSome(examples))
    throw new SimulationError('simulate.example', `the examples of ${name} are a list of values, or a function that makes one`)
  const given: readonly (Json | undefined)[] =
    typeof examples === 'function' ? Array.from({ length: TRIES }, () => shape(dice, NOBODY)) : examples
  for (const value of given) {
    const refusal = refusalOf(name, field, value)
    if (refusal !== null)
      throw new SimulationError('simulate.example', `the example ${shortly(value)} of ${name} is refused: ${refusal.message}`)
  }
  return shape
}

/** A schema file may be JavaScript. */
const areSome = (examples: ExamplesOf<Json>): boolean => typeof examples === 'function' || (Array.isArray(examples) && examples.length > 0)

const NOBODY: Known = () => null
const TRIES = 8
const MORE_TRIES = 200
/** From so many different values on, some may be refused by the hub, and others are left. */
const WIDE = 20

function sourceIn(name: string, shapes: readonly Shape[], accepts: (value: Json) => boolean): Source {
  const few = tried(accepts, name, shapes, TRIES)
  const { accepted, values } = few.values.length > 0 ? few : tried(accepts, name, shapes, MORE_TRIES)
  if (values.length === 0) {
    const [collection, field] = name.split('.')
    throw new SimulationError('simulate.value', `no value was found that ${name} accepts: export examples of ${collection}.${field}`)
  }
  const draw: Shape = (dice, known) => {
    const value = dice.pick(accepted)(dice, known)
    return accepts(value) ? value : dice.pick(values)
  }
  return { draw, drawAny: (dice, known) => dice.pick(shapes)(dice, known), isWide: new Set(values.map(canonicalJson)).size >= WIDE }
}

interface Tried {
  readonly accepted: readonly Shape[]
  readonly values: readonly Json[]
}

function tried(accepts: (value: Json) => boolean, name: string, shapes: readonly Shape[], tries: number): Tried {
  const dice = diceOf(0, `values of ${name}`)
  const accepted: Shape[] = []
  const values: Json[] = []
  for (const shape of shapes) {
    const fitting = Array.from({ length: tries }, () => shape(dice, NOBODY)).filter(accepts)
    if (fitting.length > 0) accepted.push(shape)
    values.push(...fitting)
  }
  return { accepted, values }
}

const shortly = (value: Json | undefined): string => (value === undefined ? 'undefined' : JSON.stringify(value).slice(0, 80))
