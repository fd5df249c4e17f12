/** `tombolo inspect`, as a person starts it. */
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeSchema } from '@tombolo/core'
import { afterEach, expect, test, vi } from 'vitest'
import { app as fieldNotes } from '../../../../apps/field-notes/src/schema.ts'
import { app as everyKind } from '../test/every-kind.ts'
import { inspectCommand } from './command.ts'
import { tableOf } from './table.ts'

const FIELD_NOTES = fileURLToPath(new URL('../../../../apps/field-notes/src/schema.ts', import.meta.url))
const EVERY_KIND = fileURLToPath(new URL('../test/every-kind.ts', import.meta.url))

async function printed(...args: readonly string[]): Promise<string> {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  await inspectCommand(args)
  return print.mock.calls.map(([line]) => String(line)).join('\n')
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('each collection is a table, with a row for each field and one for deleting', async () => {
  const lines = (await printed('--schema', FIELD_NOTES)).split('\n')
  expect(lines[0]).toBe(`# Schema ${fieldNotes.version}`)
  expect(lines.filter((line) => line.startsWith('## '))).toEqual(['## notes', '## $space: the spaces themselves'])
  const quality = lines.find((line) => line.startsWith('| quality'))
  expect(quality).toContain(String.raw`oneOf poor \| good`)
  expect(quality).toMatch(/wait for a person.*\| a person/)
  expect(lines.find((line) => line.startsWith('| (the record)'))).toContain('stays')
})

test('nothing that the schema declares is left out, and columns line up', async () => {
  const [, ...sections] = (await printed('--schema', EVERY_KIND)).split('\n\n## ')
  expect(sections).toHaveLength(Object.keys(everyKind.collections).length)
  const tables = sections.map((section) => section.split('\n').filter((line) => line.startsWith('|')))
  // Beside the fields, a table has its headings and a rule.
  expect(tables.flatMap((table) => table.slice(2))).toHaveLength(describeSchema(everyKind).length)
  for (const table of tables) expect(new Set(table.map((line) => line.length)).size).toBe(1)
})

test('for programs it is one line', async () => {
  const { version, fingerprint } = fieldNotes
  expect(JSON.parse(await printed('--json', '--schema', FIELD_NOTES))).toEqual({ version, fingerprint, fields: describeSchema(fieldNotes) })
})

test('a value of an app’s own ends neither its cell nor its row', () => {
  expect(tableOf([['a'], ['x | y\nz\\']])).toBe(['| a          |', '| ---------- |', String.raw`| x \| y z\\ |`].join('\n'))
})

test.each<readonly [string, readonly string[]]>([
  ['cli.schema', []],
  ['cli.schema', ['--schema', '/there/is/none.ts']],
  ['cli.arguments', ['--schema', FIELD_NOTES, 'extra']],
])('it says %s to %j', async (code, args) => {
  await expect(inspectCommand(args)).rejects.toMatchObject({ code })
})

test('what is wrong with a declaration is said with its code', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-inspect-'))
  const path = join(directory, 'schema.ts')
  writeFileSync(
    path,
    `import { collection, schema, string } from ${JSON.stringify(import.meta.resolve('@tombolo/core'))}
export const app = schema({ version: 1, collections: { notes: collection({ $title: string() } as never) } })`,
  )
  await expect(inspectCommand(['--schema', path])).rejects.toMatchObject({ code: 'declaration.name' })
  rmSync(directory, { recursive: true })
})
