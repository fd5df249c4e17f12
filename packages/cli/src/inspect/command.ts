/** `tombolo inspect`: what an app's schema decides, as tables that whoever decides about the product can read and judge. */
import { resolve } from 'node:path'
import { describeSchema, type FieldDescription, type SchemaDefinition, SPACE_COLLECTION } from '@tombolo/core'
import { CliError } from '../cli-error.ts'
import { loadSchema } from '../hub/load-schema.ts'
import { readOptions } from '../options.ts'
import { tableOf } from './table.ts'

export const INSPECT_HELP: string = `  inspect   print what an app's schema decides: what each field holds, how it merges, and whether a person is asked
    --schema FILE   the app's schema.ts
    --json          the same as one line, for programs`

const OPTIONS = { schema: { type: 'string' }, json: { type: 'boolean' } } as const

export async function inspectCommand(args: readonly string[]): Promise<void> {
  const { values } = readOptions(args, OPTIONS)
  if (values.schema === undefined) throw new CliError('cli.schema', 'say which schema: --schema path/to/schema.ts')
  const schema = await loadSchema(resolve(values.schema))
  console.log(values.json === true ? inJson(schema) : inTables(schema))
}

function inJson(schema: SchemaDefinition): string {
  const { version, fingerprint } = schema
  return JSON.stringify({ version, fingerprint, fields: describeSchema(schema) })
}

/** Markdown, which reads well in a terminal and in a document alike. */
function inTables(schema: SchemaDefinition): string {
  const fields = describeSchema(schema)
  const collections = [...new Set(fields.map(({ collection }) => collection))]
  const tables = collections.flatMap((name) => [
    '',
    `## ${headingOf(name)}`,
    '',
    tableFor(fields.filter(({ collection }) => collection === name)),
  ])
  return [`# Schema ${schema.version}`, ...tables].join('\n')
}

const headingOf = (collection: string): string => (collection === SPACE_COLLECTION ? `${collection}: the spaces themselves` : collection)

const HEADINGS = ['Field', 'Holds', 'Required', 'Of writes that did not see one another', 'Who is asked']

const tableFor = (fields: readonly FieldDescription[]): string => tableOf([HEADINGS, ...fields.map(rowOf)])

function rowOf({ field, kind, required, rule, asked }: FieldDescription): readonly string[] {
  return field === '$life' ? ['(the record)', '', '', rule, asked] : [field, kind, required ? 'yes' : 'no', rule, asked]
}
