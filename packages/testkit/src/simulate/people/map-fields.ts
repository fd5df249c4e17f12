import type { FieldDefinition, SchemaDefinition } from '@tombolo/core'

/** A schema with other functions in its fields. Its fingerprint stays: it is of what is data, and functions are none. */
export function mapFields(
  schema: SchemaDefinition,
  map: (field: FieldDefinition, collection: string, name: string) => FieldDefinition,
): SchemaDefinition {
  const collections = Object.entries(schema.collections).map(([collection, definition]) => {
    const fields = Object.entries(definition.fields).map(([name, field]) => [name, map(field, collection, name)])
    return [collection, { ...definition, fields: Object.fromEntries(fields) as typeof definition.fields }]
  })
  return { ...schema, collections: Object.fromEntries(collections) as SchemaDefinition['collections'] }
}
