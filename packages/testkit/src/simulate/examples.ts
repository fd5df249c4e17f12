/** Values that the developer of an app gives, for fields whose checks let nothing through that the simulation would think of. */
import type { CollectionName, ElementOf, FieldName, Json, RowOf, Schema } from '@tombolo/core'

/** Values of one field: some of them, or a function that makes one, from numbers that are evenly drawn from [0, 1). */
export type ExamplesOf<Value> = readonly Value[] | ((random: () => number) => Value)

/**
 * Values for fields whose checks accept only what is hard to guess, by collection and field; of a set, its elements. A schema file exports them
 * as `examples`, beside the schema, for `tombolo simulate`.
 * @example
 * const examples: Examples<typeof app> = {
 *   notes: { title: ['Heron', 'Stilt'], visits: (random) => 1 + Math.floor(random() * 3) },
 * }
 */
export type Examples<S extends Schema> = {
  readonly [N in CollectionName<S>]?: { readonly [K in FieldName<S, N>]?: ExamplesOf<ExampleOf<S, N, K>> }
}

/** A value of a field; of a set, an element. */
export type ExampleOf<S extends Schema, N extends CollectionName<S>, K extends FieldName<S, N>> =
  K extends FieldName<S, N, 'set'> ? ElementOf<S, N, K> : K extends keyof RowOf<S, N> ? NonNullable<RowOf<S, N>[K]> : never

/** Examples of which nobody knows the schema. */
export type AnyExamples = Readonly<Record<string, Readonly<Record<string, ExamplesOf<Json>>>>>
