/** Loads an app's schema.ts without a build: tsx strips the types. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { SchemaDefinition } from '@tombolo/core'
import { tsImport } from 'tsx/esm/api'
import { CliError } from './cli-error.ts'
import { faultOfModule, schemaIn } from './schema-in.ts'

/** @throws CliError `cli.schema`, or the code of a fault of the schema */
export async function loadSchema(path: string): Promise<SchemaDefinition> {
  if (!existsSync(path)) throw new CliError('cli.schema', `there is no file ${path}`)
  try {
    return schemaIn((await tsImport(pathToFileURL(path).href, import.meta.url)) as Readonly<Record<string, unknown>>, path)
  } catch (error) {
    throw faultOfModule(error, path)
  }
}
