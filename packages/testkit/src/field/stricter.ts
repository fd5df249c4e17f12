/** A schema whose hub refuses more than its devices do, as when the rules of an app became stricter than what is installed. */
import type { Check, FieldDefinition, SchemaDefinition } from '@tombolo/core'

/** A check that the hub makes beside those of the schema. */
export interface Refusing {
  readonly collection: string
  readonly field: string
  readonly check: Check
}

/** @throws RangeError where there is no such field, or it is a counter, which has no checks. */
export function stricter(schema: SchemaDefinition, refusing: readonly Refusing[]): SchemaDefinition {
  return refusing.reduce(withCheck, schema)
}

function withCheck(schema: SchemaDefinition, { collection, field, check }: Refusing): SchemaDefinition {
  const definition = schema.collections[collection]
  const known = definition?.fields[field]
  if (definition === undefined || known === undefined) throw new RangeError(`the schema has no field '${collection}.${field}'`)
  const fields = { ...definition.fields, [field]: checked(known, check, `${collection}.${field}`) }
  // The fingerprint stays: it is of what is data, and a check is none.
  return { ...schema, collections: { ...schema.collections, [collection]: { ...definition, fields } } }
}

function checked(field: FieldDefinition, check: Check, name: string): FieldDefinition {
  if (field.kind === 'counter')
    throw new RangeError(`'${name}' is a counter: each step is one person's, and none can be refused for its value`)
  return { ...field, checks: [...field.checks, check] }
}
