/**
 * A schema as data: what the builders (build.ts) make, and what everything else reads. It has functions (custom rules, validators,
 * upgrades), so it never crosses a port: page, store worker and hub each import it, and compare number and fingerprint.
 */
import type { Json } from '../canonical.ts'
import type { Content, RecordOperations } from '../change.ts'
import type { RecordState } from '../merge/record.ts'
import type { OnDelete, Rule } from '../merge/rules.ts'

/** What one value may be. Dates are ISO 8601 strings: `date` may be partial (`1977`, `1977-07`), `localDateTime` keeps its zone (RFC 9557). */
export type ValueType =
  | { readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'localDateTime' | 'json' }
  | { readonly type: 'oneOf'; readonly values: readonly string[] }
  | { readonly type: 'ref'; readonly collection: string }

/** A product's own check of a value: null when it is good, else what is wrong, in words for a person. Must be pure and synchronous. */
export type Check = (value: Json) => string | null

/** A value that a field holds as a whole, or a member of a group. */
export interface ValueDefinition {
  readonly value: ValueType
  readonly optional: boolean
  /** Read where nobody has written the field; never stored. */
  readonly default?: Json
  readonly checks: readonly Check[]
}

/** A field as data: its kind, which says how it merges, and what may stand in it. */
export type FieldDefinition =
  | ({ readonly kind: 'register'; readonly rule: Rule } & ValueDefinition)
  /** Fields that only make sense together: one register of an object, one decision. */
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

/** From this version to the next. Pure; a change that cannot be upgraded returns null and becomes failed, never nothing. */
export interface Upgrade {
  /** `before` gives records as they stand now: in the newest schema, whatever version this step is from. */
  readonly change: (operations: readonly RecordOperations[], before: Before) => readonly RecordOperations[] | null
  readonly record: (collection: string, record: RecordState) => RecordState
  /** The collections whose records it alters; left out: any. A device need not read through the others. */
  readonly collections?: readonly string[]
}

/** A schema as data: all that the hub, a device and this package read of it. */
export interface SchemaDefinition {
  readonly version: number
  /** 22 base64url characters over everything that is not a function: two schemas of one number must have the same. */
  readonly fingerprint: string
  readonly collections: Readonly<Record<string, CollectionDefinition>>
  /** Keyed by the version that they upgrade from. */
  readonly upgrades: Readonly<Record<number, Upgrade>>
}

/** Which schema, as devices and hub tell one another. */
export type SchemaIdentity = Pick<SchemaDefinition, 'version' | 'fingerprint'>

/** The collection that every schema has: one record for each space, whose id is the space's, so that its name merges like anything else. */
export const SPACE_COLLECTION = '$space'

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

/** A record as the change meets it: on the hub the confirmed one, on the device the view; undefined where there is none. */
export type Before = (collection: string, record: string) => RecordState | undefined

/** What the caller knows of a change, or does itself. */
export interface JudgeOptions {
  /** The hub accepted this change once and it comes with its receipt [P6]: only what could not be merged at all is refused. */
  readonly receipt?: boolean
  /** The caller counts the bytes of what is judged itself [P5]: it writes the content's text anyway. */
  readonly counted?: boolean
}

/** The operations to merge, upgraded and with groups completed, or why the change is refused. */
export type Judge = (content: Content, before: Before, options?: JudgeOptions) => readonly RecordOperations[] | Refusal
