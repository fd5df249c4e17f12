/**
 * Collections and schemas. A schema is declared once, in a module that page, store worker and hub each import:
 *
 *   export const app = schema({
 *     version: 1,
 *     collections: {
 *       notes: collection({ title: string(), body: text(), tags: set(string()) }, { search: ['title', 'body'], indexes: [['title']] }),
 *     },
 *   })
 *
 * A mistake in it does not compile (schema-types.ts), and throws a SchemaError where it is declared.
 */
import { leastOf, STANDINGS } from '../access/role.ts'
import type { OnDelete } from '../merge/rules.ts'
import { SchemaError } from './codes.ts'
import {
  type CollectionDefinition,
  type FieldDefinition,
  INVITE_COLLECTION,
  MEMBER_COLLECTION,
  SPACE_COLLECTION,
  type Upgrade,
} from './definition.ts'
import { definitionOf, integer, oneOf, string } from './fields.ts'
import { fingerprintOf } from './fingerprint.ts'
import { checkNames } from './names.ts'
import type {
  CheckedCollections,
  CheckedFields,
  Collection,
  Collections,
  Fields,
  IndexableName,
  Schema,
  SearchableName,
} from './schema-types.ts'

/** The options of a collection. */
export interface CollectionOptions<F extends Fields = Fields> {
  /** The outcome when one person deletes a record and another writes to it without having seen that. Default `edit-wins`. */
  readonly onDelete?: OnDelete
  /** Fields that full-text search reads: `text()` and `string()`. */
  readonly search?: readonly SearchableName<F>[]
  /** Each a list of fields that queries sort or filter by, within a space. */
  readonly indexes?: readonly (readonly IndexableName<F>[])[]
}

/**
 * Declares a collection: a kind of record.
 * @throws SchemaError `declaration.name`, `declaration.field`, `declaration.search`, `declaration.index`.
 * @example collection({ title: string(), at: date().optional() }, { onDelete: 'review', indexes: [['at', 'title']] })
 */
export function collection<const F extends Fields>(fields: F & CheckedFields<F>, options: CollectionOptions<F> = {}): Collection<F> {
  checkNames('field', Object.keys(fields))
  const definitions = Object.fromEntries(Object.entries<Fields[string]>(fields).map(([name, field]) => [name, definitionOf(field)]))
  const search: readonly string[] = options.search ?? []
  const indexes: readonly (readonly string[])[] = options.indexes ?? []
  checkUse('declaration.search', definitions, search, isSearchable, 'search reads text() and string()')
  for (const index of indexes)
    checkUse('declaration.index', definitions, index, isIndexable, 'an index is of counters and values, but not json()')
  const definition = { fields: definitions, onDelete: options.onDelete ?? 'edit-wins', search, indexes }
  return { definition } as Collection<F>
}

type Definitions = Readonly<Record<string, FieldDefinition>>

function checkUse(
  code: 'declaration.search' | 'declaration.index',
  definitions: Definitions,
  names: readonly string[],
  fits: (definition: FieldDefinition) => boolean,
  rule: string,
): void {
  for (const name of names) {
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined
    if (definition === undefined) throw new SchemaError(code, `there is no field '${name}'`)
    if (!fits(definition)) throw new SchemaError(code, `'${name}' does not fit: ${rule}`)
  }
  if (names.length > 0 && new Set(names).size < names.length) throw new SchemaError(code, `${names.join(', ')}: one field stands twice`)
}

const isSearchable = (field: FieldDefinition): boolean =>
  field.kind === 'text' || (field.kind === 'register' && field.value.type === 'string')

const isIndexable = (field: FieldDefinition): boolean =>
  field.kind === 'counter' || (field.kind === 'register' && field.value.type !== 'json')

/** The options of a schema. */
export interface SchemaOptions<C extends Collections> {
  /** A whole number from 1. Raise it by one whenever anything but a function changes. */
  readonly version: number
  /** The oldest version whose queued changes are still upgraded; default 1, so that no work is refused for its age. */
  readonly oldest?: number
  readonly collections: C & CheckedCollections<C>
  /** Keyed by the version that they upgrade from; one for each version from `oldest` to `version` − 1. */
  readonly upgrades?: Readonly<Record<number, Upgrade>>
}

/**
 * Declares a schema and computes its fingerprint. Every schema also has the collections `$space`, which holds the name of the
 * space,, `$member`, which holds who has which role in it, and `$invite`, which
 * holds who may join.
 * @throws SchemaError with a code of `SCHEMA_FAULTS`, when the app starts, for an invalid declaration or a missing upgrade.
 * @example
 * const fieldwork = schema({
 *   version: 1,
 *   collections: {
 *     sites: collection({ name: string(), visits: counter() }),
 *     finds: collection({ site: ref('sites'), what: string(), notes: text() }, { onDelete: 'review', search: ['what', 'notes'] }),
 *   },
 * })
 * Object.keys(fieldwork.collections) // ['sites', 'finds', '$space', '$member', '$invite']
 */
export function schema<const C extends Collections>(options: SchemaOptions<C>): Schema<C> {
  const { version, oldest = 1, upgrades = {} } = options
  const declared = options.collections as Collections
  if (!Number.isSafeInteger(version) || version < 1)
    throw new SchemaError('declaration.version', `version ${version}: a version is a whole number from 1`)
  checkNames('collection', Object.keys(declared))
  const own = named(declared)
  const collections = { ...own, [SPACE_COLLECTION]: SPACE, [MEMBER_COLLECTION]: MEMBER, [INVITE_COLLECTION]: INVITE }
  checkRefs(collections)
  checkUpgrades(version, oldest, upgrades)
  return { version, fingerprint: fingerprintOf(version, own), collections, upgrades } as unknown as Schema<C>
}

const SPACE: CollectionDefinition = {
  name: SPACE_COLLECTION,
  ...collection({ name: string() }, { onDelete: 'delete-wins' }).definition,
}

/** `name`: what the others in the space call this person. */
const MEMBER: CollectionDefinition = {
  name: MEMBER_COLLECTION,
  ...collection({ account: string(), role: oneOf(...STANDINGS).custom(leastOf), name: string().optional() }).definition,
}

/** `until`: milliseconds since 1970, by the hub's clock. */
const INVITE: CollectionDefinition = {
  name: INVITE_COLLECTION,
  ...collection({ role: oneOf(...STANDINGS).custom(leastOf), until: integer().min() }, { onDelete: 'delete-wins' }).definition,
}

type CollectionDefinitions = Readonly<Record<string, CollectionDefinition>>

const named = (collections: Collections): CollectionDefinitions =>
  Object.fromEntries(Object.entries(collections).map(([name, { definition }]) => [name, { name, ...definition }]))

function checkRefs(collections: CollectionDefinitions): void {
  for (const { name, fields } of Object.values(collections)) {
    for (const [field, definition] of Object.entries(fields)) {
      const missing = targetsOf(definition).find((target) => !Object.hasOwn(collections, target))
      if (missing !== undefined)
        throw new SchemaError('declaration.ref', `${name}.${field}: ref('${missing}'), but there is no collection '${missing}'`)
    }
  }
}

function targetsOf(field: FieldDefinition): readonly string[] {
  switch (field.kind) {
    case 'register':
      return field.value.type === 'ref' ? [field.value.collection] : []
    case 'set':
      return field.element.type === 'ref' ? [field.element.collection] : []
    case 'group':
      return Object.values(field.members).flatMap((member) => (member.value.type === 'ref' ? [member.value.collection] : []))
    case 'text':
    case 'counter':
      return []
  }
}

function checkUpgrades(version: number, oldest: number, upgrades: Readonly<Record<number, Upgrade>>): void {
  if (!Number.isSafeInteger(oldest) || oldest < 1 || oldest > version) {
    throw new SchemaError('declaration.upgrades', `oldest ${oldest}: the oldest version is between 1 and ${version}`)
  }
  for (let from = oldest; from < version; from++) {
    if (upgrades[from] !== undefined) continue
    const remedy = `declare upgrades: { ${from}: unchanged } if only optional fields or collections were added`
    throw new SchemaError('declaration.upgrades', `nothing upgrades from version ${from}: ${remedy}`)
  }
  const strange = Object.keys(upgrades).find((from) => Number(from) < oldest || Number(from) >= version)
  if (strange !== undefined)
    throw new SchemaError(
      'declaration.upgrades',
      `an upgrade from ${strange}: the versions to upgrade from are ${oldest} to ${version - 1}`,
    )
}
