/**
 * The fingerprint of a schema: two schemas of the same version must have the same. It guards against mistakes (a worker that was not
 * rebuilt, a version that was not raised), not against attackers, so a hash without platform support is enough: FNV-1a of 128 bits over the
 * UTF-8 of canonical JSON (draft-eastlake-fnv).
 *
 * It covers everything that the app declares and that is not a function: rules by name, but not what a custom rule or a check does, and no
 * upgrades. The collections that every schema has come with the library, so that an app of before is not another app.
 */
import { canonicalJson, type Json } from '../canonical.ts'
import { base64url, utf8 } from '../hash.ts'
import type { CollectionDefinition, FieldDefinition, ValueDefinition } from './definition.ts'

const OFFSET_BASIS = 0x6c62272e07bb014262b821756295c58dn
const PRIME = 0x0000000001000000000000000000013bn

export function fnv1a128(bytes: Uint8Array): Uint8Array {
  let hash = OFFSET_BASIS
  for (const byte of bytes) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME)
  return Uint8Array.from({ length: 16 }, (_, index) => Number((hash >> BigInt(8 * (15 - index))) & 0xffn))
}

/** 22 base64url characters. The order in which collections, fields and members are declared does not matter. */
export function fingerprintOf(version: number, collections: Readonly<Record<string, CollectionDefinition>>): string {
  const described = Object.fromEntries(Object.entries(collections).map(([name, collection]) => [name, describeCollection(collection)]))
  return base64url(fnv1a128(utf8(canonicalJson([version, described]))))
}

/** Writes everything about a collection that is not a function as text. Two collections with the same text are declared alike. */
export const collectionText = (collection: CollectionDefinition): string => canonicalJson(describeCollection(collection))

function describeCollection({ fields, onDelete, search, indexes }: CollectionDefinition): Json {
  const described = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, describeField(field)]))
  return { fields: described, onDelete, search, indexes }
}

function describeField(field: FieldDefinition): Json {
  switch (field.kind) {
    case 'register':
      return { kind: field.kind, rule: field.rule.type, ...describeValue(field) }
    case 'group': {
      const members = Object.fromEntries(Object.entries(field.members).map(([name, member]) => [name, describeValue(member)]))
      return { kind: field.kind, rule: field.rule.type, optional: field.optional, members }
    }
    case 'text':
      return { kind: field.kind, rule: field.rule.type }
    case 'set':
      return { kind: field.kind, element: { ...field.element } }
    case 'counter':
      return { kind: field.kind }
  }
}

const describeValue = ({ value, optional, default: byDefault }: ValueDefinition): { readonly [key: string]: Json | undefined } => ({
  value: { ...value },
  optional,
  default: byDefault,
})
