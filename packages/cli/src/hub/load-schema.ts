/** Loads an app's schema.ts without a build: tsx strips the types. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { SchemaDefinition } from '@tombolo/core'
import { tsImport } from 'tsx/esm/api'
import { CliError } from '../cli-error.ts'

/** The exports that may be the schema, the most specific first. */
const NAMES = ['schema', 'app', 'default']

export async function loadSchema(path: string): Promise<SchemaDefinition> {
  if (!existsSync(path)) throw new CliError('cli.schema', `there is no file ${path}`)
  const module = (await tsImport(pathToFileURL(path).href, import.meta.url)) as Readonly<Record<string, unknown>>
  const found = [...NAMES.map((name) => module[name]), ...Object.values(module)].find(isSchema)
  if (found === undefined) throw new CliError('cli.schema', `${path} exports no schema(...)`)
  return found
}

function isSchema(value: unknown): value is SchemaDefinition {
  return typeof value === 'object' && value !== null && 'version' in value && 'fingerprint' in value && 'collections' in value
}
