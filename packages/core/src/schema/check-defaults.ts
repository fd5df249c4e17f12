/**
 * Checks the defaults of a schema when a store or a hub first uses it, and not where it is declared: a page declares the schema too, and
 * has no use for the code that checks values.
 */
import { SchemaError } from './codes.ts'
import type { SchemaDefinition } from './definition.ts'
import { checkValue } from './validate.ts'

/** Checks the defaults of all fields. @throws SchemaError `declaration.default` where a field may not have its default. */
export function checkDefaults({ collections }: Pick<SchemaDefinition, 'collections'>): void {
  for (const { name, fields } of Object.values(collections)) {
    for (const [field, definition] of Object.entries(fields)) {
      if (definition.kind !== 'register' || definition.default === undefined) continue
      const fault = checkValue(definition, definition.default)
      if (fault !== null)
        throw new SchemaError('declaration.default', `${name}.${field}: default(${JSON.stringify(definition.default)}): ${fault.message}`)
    }
  }
}
