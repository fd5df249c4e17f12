/**
 * A schema as data: the builders (build.ts) make it, and everything else reads it. It contains functions (custom rules, validators,
 * upgrades), so it is never sent over a port: page, store worker and hub each import it, and compare version and fingerprint.
 */
import type { Json } from '../canonical.ts'
import type { Content, RecordOperations } from '../change.ts'
import type { RecordState } from '../merge/record.ts'
import type { OnDelete, Rule } from '../merge/rules.ts'

/**
 * The type of one value. Dates are ISO 8601 strings: `date` may be partial (`1977`, `1977-07`), `localDateTime` keeps its zone (RFC 9557).
 */
export type ValueType =
  | { readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'localDateTime' | 'json' }
  | { readonly type: 'oneOf'; readonly values: readonly string[] }
  | { readonly type: 'ref'; readonly collection: string }

/**
 * An app's own check of a value: returns null if the value is allowed, else what is wrong, in words for a person. Must be pure and
 * synchronous.
 */
export type Check = (value: Json) => string | null

/** A value that a field holds as a whole, or a member of a group. */
export interface ValueDefinition {
  readonly value: ValueType
  readonly optional: boolean
  /** Read if nobody has written the field; never stored. */
  readonly default?: Json
  readonly checks: readonly Check[]
}

/** A field as data: its kind, which determines how it merges, and the values it may hold. */
export type FieldDefinition =
  | ({ readonly kind: 'register'; readonly rule: Rule } & ValueDefinition)
  /** Fields that only make sense together: one register that holds an object, merged as one value. */
  | {
      readonly kind: 'group'
      readonly rule: Rule
      readonly optional: boolean
      readonly members: Readonly<Record<string, ValueDefinition>>
      readonly checks: readonly Check[]
    }
  | { readonly kind: 'text'; readonly rule: Rule; readonly checks: readonly Check[] }
  | { readonly kind: 'set'; readonly element: ValueType; readonly checks: readonly Check[] }
  | { readonly kind: 'counter' }

/** A collection as data. */
export interface CollectionDefinition {
  readonly name: string
  readonly fields: Readonly<Record<string, FieldDefinition>>
  readonly onDelete: OnDelete
  /** Fields that full-text search reads. */
  readonly search: readonly string[]
  /** Each a list of fields that queries sort or filter by, within a space. */
  readonly indexes: readonly (readonly string[])[]
}

/**
 * An upgrade from one version to the next. Pure. `change` returns null for a change that cannot be upgraded, which is then kept as failed,
 * never dropped.
 */
export interface Upgrade {
  /** `before` returns records as they are now, in the newest schema, not in the version of this step. */
  readonly change: (operations: readonly RecordOperations[], before: Before) => readonly RecordOperations[] | null
  readonly record: (collection: string, record: RecordState) => RecordState
  /** The collections whose records it alters, so that a device can skip the others; left out: possibly all. */
  readonly collections?: readonly string[]
}

/** A schema as data: everything that hub, device and this package read. */
export interface SchemaDefinition {
  readonly version: number
  /** 22 base64url characters, hashed from everything that is not a function. Two schemas of the same version must have the same. */
  readonly fingerprint: string
  readonly collections: Readonly<Record<string, CollectionDefinition>>
  /** Keyed by the version that they upgrade from. */
  readonly upgrades: Readonly<Record<number, Upgrade>>
}

/** The identity of a schema, as devices and hub exchange it. */
export type SchemaIdentity = Pick<SchemaDefinition, 'version' | 'fingerprint'>

/** The collection that every schema has: one record for each space, whose id is the space's, so that its name merges like anything else. */
export const SPACE_COLLECTION = '$space'

/** The collection that every schema has: one record for each account that has, or had, a role in a space. See ../access/member.ts. */
export const MEMBER_COLLECTION = '$member'

/** The collection that every schema has: one record for each invitation. See ../access/invite.ts. */
export const INVITE_COLLECTION = '$invite'

/** Whether a collection is one that every schema has. No declared one begins with `$`. */
export const isReserved = (collection: string): boolean => collection.startsWith('$')

/** Why an operation is refused; `code` is stable and documented in docs/spec/errors.md. */
export interface Refusal {
  readonly code: string
  /** For a person. */
  readonly message: string
  readonly collection?: string
  readonly record?: string
  /** `place.lat` for a member of a group. */
  readonly field?: string
}

/** Looks up a record as it is before the change: on the hub the confirmed record, on the device the view; undefined if there is none. */
export type Before = (collection: string, record: string) => RecordState | undefined

/** Facts that the caller knows about a change. */
export interface JudgeOptions {
  /** The hub accepted this change once and it comes with its receipt [P6]: refuse only what cannot be merged at all. */
  readonly receipt?: boolean
  /** The caller checks the bytes itself [P5], because it writes the content's text anyway. */
  readonly counted?: boolean
}

/** The operations to merge, upgraded and with groups completed, or why the change is refused. */
export type Judge = (content: Content, before: Before, options?: JudgeOptions) => readonly RecordOperations[] | Refusal
