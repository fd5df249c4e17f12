/** The schema that a module of an app exports, and what is wrong with a module that has none to give. */
import { checkDefaults, type SchemaDefinition } from '@tombolo/core'
import { CliError } from './cli-error.ts'

type Module = Readonly<Record<string, unknown>>

/** The exports that may be the schema, the most specific first. */
const NAMES = ['schema', 'app', 'default']

/** @throws CliError `cli.schema`; SchemaError if a default is not valid */
export function schemaIn(module: Module, path: string): SchemaDefinition {
  const schema = [...NAMES.map((name) => module[name]), ...Object.values(module)].find(isSchema)
  if (schema === undefined) throw new CliError('cli.schema', `${path} exports no schema(...)`)
  checkDefaults(schema)
  return schema
}

function isSchema(value: unknown): value is SchemaDefinition {
  return typeof value === 'object' && value !== null && 'version' in value && 'fingerprint' in value && 'collections' in value
}

/** What an app's module threw, for whoever wrote it. A schema may have been declared with another copy of core: its error is known by its name. */
export function faultOfModule(error: unknown, path: string): CliError {
  if (error instanceof CliError) return error
  const message = error instanceof Error ? error.message : String(error)
  const isOfSchema = error instanceof Error && error.name === 'SchemaError' && 'code' in error
  return new CliError(isOfSchema ? String(error.code) : 'cli.schema', `${path}: ${message}`)
}
