/** The schema that a module of an app exports. */
import type { SchemaDefinition } from '@tombolo/core'

/** The exports that may be the schema, the most specific first. */
const NAMES = ['schema', 'app', 'default']

export function schemaIn(module: Readonly<Record<string, unknown>>): SchemaDefinition | undefined {
  return [...NAMES.map((name) => module[name]), ...Object.values(module)].find(isSchema)
}

function isSchema(value: unknown): value is SchemaDefinition {
  return typeof value === 'object' && value !== null && 'version' in value && 'fingerprint' in value && 'collections' in value
}
