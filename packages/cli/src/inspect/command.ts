/** `tombolo inspect`: what an app's schema decides, as a table that whoever decides about the product can read and judge. */
import { resolve } from 'node:path'
import { describeSchema, type FieldDescription } from '@tombolo/core'
import { loadSchema } from '../load-schema.ts'
import { readOptions } from '../options.ts'
import { schemaOf } from '../values.ts'
import { tableOf } from './table.ts'

export const INSPECT_HELP: string = `  inspect   print what an app's schema decides: what each field holds, how it merges, and whether a person is asked
    --schema FILE   the app's schema.ts
    --json          the same as one line, for programs`

const OPTIONS = { schema: { type: 'string' }, json: { type: 'boolean' } } as const
const HEADINGS = ['Collection', 'Field', 'Holds', 'Required', 'Of writes that did not see one another', 'Who is asked']

export async function inspectCommand(args: readonly string[]): Promise<void> {
  const { values } = readOptions(args, OPTIONS)
  const schema = await loadSchema(resolve(schemaOf(values.schema)))
  const { version, fingerprint } = schema
  const fields = describeSchema(schema)
  if (values.json === true) console.log(JSON.stringify({ version, fingerprint, fields }))
  else console.log(`# Schema ${version}\n\n${tableOf([HEADINGS, ...fields.map(rowOf)])}`)
}

function rowOf({ collection, field, kind, required, rule, asked }: FieldDescription): readonly string[] {
  if (field === '$life') return [collection, '(deleting)', '', '', rule, asked]
  return [collection, field, kind, required ? 'yes' : 'no', rule, asked]
}
