/** Loads an app's schema.ts without a build: tsx strips the types. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { SchemaDefinition } from '@tombolo/core'
import { tsImport } from 'tsx/esm/api'
import { CliError } from '../cli-error.ts'
import { schemaIn } from '../schema-in.ts'

export async function loadSchema(path: string): Promise<SchemaDefinition> {
  if (!existsSync(path)) throw new CliError('cli.schema', `there is no file ${path}`)
  const found = schemaIn((await tsImport(pathToFileURL(path).href, import.meta.url)) as Readonly<Record<string, unknown>>)
  if (found === undefined) throw new CliError('cli.schema', `${path} exports no schema(...)`)
  return found
}
