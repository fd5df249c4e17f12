/** `tombolo inspect`, as a person starts it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describeSchema } from '@tombolo/core'
import { afterEach, expect, test, vi } from 'vitest'
import { app as fieldNotes } from '../../../../apps/field-notes/src/schema.ts'
import { app as everyKind } from '../test/every-kind.ts'
import { inspectCommand } from './command.ts'
import { tableOf } from './table.ts'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const MAIN = fileOf('../main.ts')
const FIELD_NOTES = fileOf('../../../../apps/field-notes/src/schema.ts')
const EVERY_KIND = fileOf('../test/every-kind.ts')

async function printed(...args: readonly string[]): Promise<string> {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  await inspectCommand(args)
  return print.mock.calls.map(([line]) => String(line)).join('\n')
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('a schema is a table, with a row for each field and one for deleting', { timeout: 60_000 }, async () => {
  const command = ['-C', 'tombolo-source', '--import', 'tsx', MAIN, 'inspect', '--schema', FIELD_NOTES]
  const { stdout } = await promisify(execFile)(process.execPath, command)
  const [title, , headings, , ...rows] = stdout.trimEnd().split('\n')
  expect(title).toBe(`# Schema ${fieldNotes.version}`)
  expect(cellsOf(headings)).toEqual(['Collection', 'Field', 'Holds', 'Required', 'Of writes that did not see one another', 'Who is asked'])
  const quality = rows.find((row) => row.includes('quality'))
  const waits = 'different values wait for a person, who is shown the latest meanwhile'
  expect(cellsOf(quality)).toEqual(['notes', 'quality', String.raw`oneOf poor \| good`, 'no', waits, 'a person'])
  const deleting = rows.find((row) => row.includes('(deleting)'))
  const stays = 'a record that one deletes while another writes to it stays'
  expect(cellsOf(deleting)).toEqual(['notes', '(deleting)', '', '', stays, 'nobody'])
})

/** The cells of a row; a bar that is escaped is in one. */
const cellsOf = (row = ''): readonly string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())

test('nothing that the schema declares is left out, and columns line up', async () => {
  const [, , ...table] = (await printed('--schema', EVERY_KIND)).split('\n')
  const [, , ...rows] = table
  const said = rows.map((row) => cellsOf(row).slice(0, 2).join(' '))
  expect(said).toEqual(
    describeSchema(everyKind).map(({ collection, field }) => `${collection} ${field === '$life' ? '(deleting)' : field}`),
  )
  expect(new Set(table.map((line) => line.length)).size).toBe(1)
})

test('for programs it is one line', async () => {
  const { version, fingerprint } = fieldNotes
  expect(JSON.parse(await printed('--json', '--schema', FIELD_NOTES))).toEqual({ version, fingerprint, fields: describeSchema(fieldNotes) })
})

test.each([
  ['what would end its cell', 'x | y', String.raw`x \| y`],
  ['what would end its row', 'x\r\ny', 'x y'],
  ['what would be an escape', 'x\\', String.raw`x\\`],
  ['what would be HTML or Markdown', '<low> *high* `a` [b]', '\\<low> \\*high\\* \\`a\\` \\[b]'],
  ['underscores at the edge of a word', '_low_ is not so_low', String.raw`\_low\_ is not so_low`],
])('a value may hold %s', (_, value, shown) => {
  expect(
    tableOf([['a'], [value]])
      .split('\n')
      .slice(2),
  ).toEqual([`| ${shown.padEnd(3)} |`])
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
