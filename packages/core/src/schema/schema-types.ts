/**
 * The types of a schema: its collections, the sentences that the compiler prints for a faulty declaration, and the types of rows, new
 * records and patches.
 *
 *   RowOf<typeof app, 'notes'>       a record as read; absent values are null
 *   NewRecord<typeof app, 'notes'>   values for adding one: required fields, and any others
 *   PatchOf<typeof app, 'notes'>     values for updating one: null clears an optional field, a group may be partial
 */
import type { Standing } from '../access/role.ts'
import type { CollectionDefinition, SchemaDefinition } from './definition.ts'
import type { Field, Holding, holds, Members, Ordered, Plain } from './field-types.ts'
import type { ReservedName } from './names.ts'

declare const declared: unique symbol

/** The fields of a collection, by name, as they are declared. */
export type Fields = Readonly<Record<string, Field>>

/** A collection, as `collection()` returns it. `schema()` gives it a name. */
export interface Collection<F extends Fields = Fields> {
  readonly definition: Omit<CollectionDefinition, 'name'>
  readonly [declared]: F
}

/** The collections of a schema, by name. */
export type Collections = Readonly<Record<string, Collection>>

/** A schema with its types. Code that does not need the types takes a `SchemaDefinition`. */
export interface Schema<C extends Collections = Collections> extends SchemaDefinition {
  readonly collections: Readonly<Record<(keyof C & string) | '$space' | '$member' | '$invite', CollectionDefinition>>
  readonly [declared]: C & {
    readonly $space: Collection<{ readonly name: Ordered<'string', string> }>
    readonly $member: Collection<{
      readonly account: Ordered<'string', string>
      readonly role: Plain<'oneOf', Standing>
      readonly name: Ordered<'string', string, 'optional'>
    }>
    readonly $invite: Collection<{ readonly role: Plain<'oneOf', Standing>; readonly until: Ordered<'integer', number> }>
  }
}

// Declarations: a fault turns the offending part into a sentence, which the compiler prints.

export type CheckedFields<F extends Fields> = {
  readonly [K in keyof F]: K extends ReservedName ? `'${K}' is a reserved name` : F[K]
}

export type CheckedCollections<C extends Collections> = {
  readonly [N in keyof C]: N extends ReservedName
    ? `'${N}' is a reserved name`
    : [MissingTarget<C, N>] extends [never]
      ? C[N]
      : `ref('${MissingTarget<C, N>}'): there is no collection '${MissingTarget<C, N>}'`
}

type MissingTarget<C extends Collections, N extends keyof C> = Exclude<
  TargetOf<C[N][typeof declared]>,
  keyof C | '$space' | '$member' | '$invite'
>
type TargetOf<F extends Fields> = HoldingOf<F, keyof F>['target']
type HoldingOf<F extends Fields, K extends keyof F> = F[K][typeof holds]

export type SearchableName<F extends Fields> = NamesWhere<
  F,
  { readonly kind: 'text' } | { readonly type: 'string'; readonly kind: 'register' }
>
export type IndexableName<F extends Fields> = Exclude<
  NamesWhere<F, { readonly kind: 'register' | 'counter' }>,
  NamesWhere<F, { readonly type: 'json' }>
>

type NamesWhere<F extends Fields, Wanted> = { [K in keyof F]: HoldingOf<F, K> extends Wanted ? K : never }[keyof F] & string

// Looking up names and types in a schema.

type FieldsOf<S extends Schema, N extends CollectionName<S>> = S[typeof declared][N][typeof declared]

/**
 * The names of a schema's collections.
 * @example const name: CollectionName<typeof app> = 'notes'
 */
export type CollectionName<S extends Schema> = keyof S[typeof declared] & string

/**
 * The names of the fields of one kind.
 * @example const counted: FieldName<typeof app, 'notes', 'counter'> = 'visits'
 */
export type FieldName<S extends Schema, N extends CollectionName<S>, Kind extends Holding['kind'] = Holding['kind']> = NamesWhere<
  FieldsOf<S, N>,
  { readonly kind: Kind }
>

/** The names of date fields, whose values may be partial. */
export type DateName<S extends Schema, N extends CollectionName<S>> = NamesWhere<
  FieldsOf<S, N>,
  { readonly kind: 'register'; readonly type: 'date' }
>

/** The type of a set's elements. */
export type ElementOf<S extends Schema, N extends CollectionName<S>, K extends FieldName<S, N, 'set'>> = HoldingOf<
  FieldsOf<S, N>,
  K
>['read'] extends readonly (infer Element)[]
  ? Element
  : never

/**
 * The fields of a record as read. An absent optional value is null, a group has all its members, and a set is an array in canonical order.
 * The client adds `id`, `space`, `$state`, `$version` and others.
 */
export type RowOf<S extends Schema, N extends CollectionName<S>> = Flat<{
  readonly [K in keyof FieldsOf<S, N>]: Read<HoldingOf<FieldsOf<S, N>, K>>
}>

/** The values for adding a record. Required values and groups must be given; text, sets and counters may be given an initial value. */
export type NewRecord<S extends Schema, N extends CollectionName<S>> = NewFields<FieldsOf<S, N>>

type NewFields<F extends Fields> = Flat<
  { readonly [K in keyof F as RequiredKey<F, K>]: Added<HoldingOf<F, K>> } & {
    readonly [K in keyof F as Exclude<K, RequiredKey<F, K>>]?: Added<HoldingOf<F, K>> | NullIfOptional<HoldingOf<F, K>>
  }
>

/**
 * New values for some fields: null clears an optional field, a group may be partial, an array replaces all elements of a set. Counters
 * cannot be written, only incremented.
 */
export type PatchOf<S extends Schema, N extends CollectionName<S>> = PatchFields<FieldsOf<S, N>>

type PatchFields<F extends Fields> = Flat<{
  readonly [K in keyof F as HoldingOf<F, K>['kind'] extends 'counter' ? never : K]?:
    Patched<HoldingOf<F, K>> | NullIfOptional<HoldingOf<F, K>>
}>

type RequiredKey<F extends Fields, K extends keyof F> = HoldingOf<F, K>['presence'] extends 'required' ? K : never
type NullIfOptional<H extends Holding> = H['presence'] extends 'optional' ? null : never
type Read<H extends Holding> = H['read'] | NullIfOptional<H>
type Added<H extends Holding> = H['members'] extends Members ? NewFields<H['members']> : H['read']
type Patched<H extends Holding> = H['members'] extends Members ? PatchFields<H['members']> : H['read']
/** Makes the compiler print the members of a type rather than its derivation. */
type Flat<T> = { [K in keyof T]: T[K] }
