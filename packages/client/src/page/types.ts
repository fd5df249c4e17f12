/** The types of rows with their `$` fields, and of the names that a query may use. */
import type { CollectionName, DateName, FieldName, RecordId, RowOf, Schema, SpaceId } from '@tombolo/core'
import type { FailedValue, RecordStatus } from '../engine/port.ts'
import type { DatePrecision } from '../query/fields.ts'

/** A record named together with its space: a row, or an object with these two. */
export interface RecordRef {
  readonly id: RecordId
  readonly space: SpaceId
}

/** A space, or its id. */
export type SpaceRef = SpaceId | { readonly id: SpaceId }

export const idOfSpace = (space: SpaceRef): SpaceId => (typeof space === 'string' ? space : space.id)

/** The members of every row beside its fields. */
export interface RowStanding<N extends string = string> extends RecordRef {
  readonly $collection: N
  readonly $state: RecordStatus
  /** For `ifUnchanged`. */
  readonly $version: string
  /** Fields that wait for a person's decision; `$life` if one person deleted what another edited. */
  readonly $conflicts: readonly string[]
  /** The values that refused changes would have written, by field. */
  readonly $failed: Readonly<Record<string, FailedValue>> | null
}

/**
 * A row as returned by queries.
 * @example const title: StoredRow<typeof app, 'notes'>['title'] = 'Heron'
 */
export type StoredRow<S extends Schema, N extends CollectionName<S>> = RowOf<S, N> & RowStanding<N>

/**
 * The names that a query may use, with their types: fields, members of groups as `place.lat`, the precision of a date as `seen.precision`,
 * `id` and `$state`.
 */
export type Queryable<S extends Schema, N extends CollectionName<S>> = RowOf<S, N> & {
  readonly [P in GroupPath<S, N>]: AtGroupPath<RowOf<S, N>, P>
} & { readonly [P in `${DateName<S, N>}.precision`]: DatePrecision | null } & { readonly id: RecordId; readonly $state: RecordStatus }

type GroupPath<S extends Schema, N extends CollectionName<S>> = {
  [G in FieldName<S, N, 'group'>]: G extends keyof RowOf<S, N> ? `${G}.${keyof NonNullable<RowOf<S, N>[G]> & string}` : never
}[FieldName<S, N, 'group'>]

type AtGroupPath<R, P extends string> = P extends `${infer G}.${infer M}`
  ? G extends keyof R
    ? M extends keyof NonNullable<R[G]>
      ? NonNullable<R[G]>[M] | (null extends R[G] ? null : never)
      : never
    : never
  : never

/** The fields of a row that a person can type into an input. */
export type TypedName<R> = { [K in keyof R]-?: NonNullable<R[K]> extends string | number ? K : never }[Exclude<
  keyof R,
  keyof RowStanding
>] &
  string
