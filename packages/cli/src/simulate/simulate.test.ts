/** `tombolo simulate`, as a person starts it. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SchemaDefinition } from '@tombolo/core'
import type { SimulationReport } from '@tombolo/testkit/simulate'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { app as fieldNotes } from '../../../../apps/field-notes/src/schema.ts'
import { app as firstApp } from '../../../../apps/first-app/src/schema.ts'
import { app as everyKind } from '../test/every-kind.ts'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const MAIN = fileOf('../main.ts')
const FIELD_NOTES = fileOf('../../../../apps/field-notes/src/schema.ts')
const FIRST_APP = fileOf('../../../../apps/first-app/test/simulated.ts')
const EVERY_KIND = fileOf('../test/every-kind.ts')
const EVERY_KIND_OLDER = fileOf('../test/every-kind-older.ts')
const IMPURE_RULES = fileOf('../test/impure-rules.ts')
const PATIENCE_MS = 300_000

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

function simulate(...args: readonly string[]): Promise<Ended> {
  const command = ['-C', 'tombolo-source', '--import', 'tsx', MAIN, 'simulate', ...args]
  return new Promise((resolve) =>
    execFile(process.execPath, command, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
    }),
  )
}

async function reportOf(...args: readonly string[]): Promise<SimulationReport> {
  const { stdout, stderr } = await simulate('--json', ...args)
  if (!stdout.startsWith('{"seeds"')) throw new Error(`${stdout}\n${stderr}`)
  return JSON.parse(stdout) as SimulationReport
}

/** Every field, and deleting, of every collection that the app declares. */
const namesIn = ({ collections }: SchemaDefinition): readonly string[] =>
  Object.values(collections)
    .filter(({ name }) => !name.startsWith('$'))
    .flatMap(({ name, fields }) => [...Object.keys(fields), '$life'].map((field) => `${name}.${field}`))

describe('[M1] [M3] an app is simulated by its schema alone', () => {
  test.each<readonly [string, SchemaDefinition, readonly string[]]>([
    ['the first app', firstApp, ['--schema', FIRST_APP, '--from', '3', '--seeds', '1']],
    ['FieldNotes', fieldNotes, ['--schema', FIELD_NOTES, '--from', '3', '--seeds', '1']],
    [
      'every kind of field, with an older version',
      everyKind,
      ['--schema', EVERY_KIND, '--older', EVERY_KIND_OLDER, '--from', '13', '--seeds', '3'],
    ],
  ])(
    '%s',
    async (_, schema, args) => {
      const { failing, lost, edits, kept, fields, refusals, mended, sizes } = await reportOf(...args)
      expect(failing).toEqual([])
      expect(lost).toBe(0)
      expect(edits).toBeGreaterThan(100)
      expect(kept.saves).toBeGreaterThan(100)
      // Nothing is left out in silence.
      expect(fields.map(({ field }) => field).sort()).toEqual([...namesIn(schema)].sort())
      expect(fields.filter(({ field, writes }) => writes === 0 && !field.endsWith('$life'))).toEqual([])
      expect(fields.some(({ met }) => met > 0)).toBe(true)
      for (const { writes, met, merged, asked } of fields) expect([met <= writes, merged >= 0, merged + asked]).toEqual([true, true, met])
      // Only where the schema says so is a person asked.
      expect(fields.filter(({ rule, asked }) => asked > 0 && !['review', 'text'].includes(rule))).toEqual([])
      expect(refusals.filter(({ by }) => by === 'planted').length).toBeGreaterThan(0)
      // The hub fails on what the simulation makes it fail on, and on nothing else.
      expect(refusals.filter(({ by, code }) => by === 'hub' && code === 'hub.fault')).toEqual([])
      expect(mended.retry + mended.amend + mended.discard).toBeGreaterThan(0)
      expect(sizes?.record.median).toBeGreaterThan(0)
      expect(sizes?.hubPerChange).toBeGreaterThan(0)
    },
    PATIENCE_MS,
  )

  test(
    'the same seed gives the same report',
    async () => {
      const args = ['--schema', FIRST_APP, '--from', '9', '--seeds', '1']
      expect(await reportOf(...args)).toEqual(await reportOf(...args))
    },
    PATIENCE_MS,
  )

  test(
    'in words, for those who decide what an app should do',
    async () => {
      const { status, stdout } = await simulate('--schema', FIRST_APP, '--from', '9', '--seeds', '1')
      expect(status).toBe(0)
      expect(stdout).toMatch(/^1 seed, [\d,]+ device-days, [\d,]+ edits\.\nConverged: /)
      expect(stdout).toMatch(/^ {2}notes\.quality +review +\d+/m)
      expect(stdout).toMatch(/^Lost: nothing\. /m)
      expect(stdout).toMatch(/^ {2}the hub: [\d,]+ bytes for each change$/m)
    },
    PATIENCE_MS,
  )
})

describe('[M1] what does not converge is found', () => {
  test(
    'custom rules that depend on chance, the clock, the order or what they remember, each with its name',
    async () => {
      const { status, stdout } = await simulate('--schema', IMPURE_RULES, '--from', '10', '--seeds', '2')
      expect(status).toBe(1)
      expect(stdout).toContain('FAILED: 2 of 2 seeds.\n  seed 10  I-RULE: ')
      expect(stdout).toMatch(/the custom rule of notes\.byChance is no function of the writes/)
      expect(stdout).toMatch(/the custom rule of notes\.byMemory is no function of the writes/)
      expect(stdout).toMatch(/the custom rule of notes\.byClock depends on the clock/)
      expect(stdout).toMatch(/the custom rule of notes\.byOrder depends on the order/)
      expect(stdout).not.toContain('rule of notes.greatest')
      expect(stdout).toMatch(/^Replay it: tombolo simulate --schema \S+impure-rules\.ts --seed 10 --timeline$/m)
    },
    PATIENCE_MS,
  )

  test(
    'one seed is told in full',
    async () => {
      const { status, stdout } = await simulate('--schema', IMPURE_RULES, '--seed', '9', '--timeline')
      expect(status).toBe(1)
      expect(stdout).toMatch(/^day 0 \d\d:\d\d:\d\d\.\d{3} {2}\S+ +is open/m)
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .some((line) => line.startsWith('I-RULE: the custom rule of notes.')),
      ).toBe(true)
    },
    PATIENCE_MS,
  )
})

/** A schema file in a project of its own. */
function schemaFile(code: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-cli-'))
  directories.push(directory)
  symlinkSync(fileOf('../../../../node_modules'), join(directory, 'node_modules'), 'junction')
  writeFileSync(join(directory, 'schema.ts'), `import { collection, schema, string } from '@tombolo/core'\n${code}`)
  return join(directory, 'schema.ts')
}
const directories: string[] = []
afterEach(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true })))

const withFields = (fields: string): string =>
  `export const app = schema({ version: 1, collections: { notes: collection({ ${fields} }) } })\n`
const withTitle = (title: string): string => withFields(`title: ${title}`)

test(
  'an app that throws in the middle is told, seed by seed',
  async () => {
    const check = "string().check(() => { if (++asked > 1300) throw new Error('too often'); return null })"
    const path = schemaFile(`let asked = 0\n${withTitle(check)}`)
    const { seeds, failing } = await reportOf('--schema', path, '--from', '10', '--seeds', '2', '--jobs', '1')
    expect({ seeds, failing: failing.map(({ seed }) => seed) }).toEqual({ seeds: 2, failing: [10, 11] })
    for (const { message } of failing) expect(message).toMatch(/^I-QUIET: .*too often/)
  },
  PATIENCE_MS,
)

test(
  '[M1] a custom rule may say who wrote, and when',
  async () => {
    const rules = `
      both: string().custom((all) => all.map(({ by, value }) => \`\${by}: \${value}\`).sort().join(' ')),
      atMs: number().custom((all) => Math.max(...all.map(({ stamp }) => stamp))),`
    const path = schemaFile(`import { number } from '@tombolo/core'\n${withFields(rules)}`)
    const { failing, fields } = await reportOf('--schema', path, '--from', '8', '--seeds', '1')
    expect(failing).toEqual([])
    expect(fields.map(({ field, writes }) => [field, writes > 0])).toEqual(
      expect.arrayContaining([
        ['notes.both', true],
        ['notes.atMs', true],
      ]),
    )
  },
  PATIENCE_MS,
)

test(
  '[P3] a form that is saved again, with the same few words, is no save that went wrong',
  async () => {
    const path = schemaFile(`import { oneOf } from '@tombolo/core'\n${withFields("q: oneOf('a', 'b', 'c')")}`)
    const { failing } = await reportOf('--schema', path, '--from', '5', '--seeds', '1')
    expect(failing).toEqual([])
  },
  PATIENCE_MS,
)

test(
  'whoever interrupts it is left with no files',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tombolo-cli-'))
    directories.push(directory)
    const command = ['-C', 'tombolo-source', '--import', 'tsx', MAIN, 'simulate', '--schema', FIRST_APP]
    const child = spawn(process.execPath, command, { env: { ...process.env, TMPDIR: directory }, stdio: 'ignore' })
    const ownFiles = (): readonly string[] => readdirSync(directory).filter((name) => name.startsWith('tombolo-simulate-'))
    // Once it is built.
    await vi.waitFor(() => expect(ownFiles().flatMap((name) => readdirSync(join(directory, name)))).toHaveLength(2), PATIENCE_MS)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT'])
    expect(ownFiles()).toEqual([])
  },
  PATIENCE_MS,
)

describe('what cannot be simulated is told in words, with a code, and ends with 2', () => {
  test.each<readonly [code: string, words: string, schema: string]>([
    ['cli.schema', 'exports no schema(...)', 'export const nothing = collection({ title: string() })'],
    ['cli.schema', 'Expected identifier', 'export const app = schema({'],
    ['cli.schema', "Could not resolve 'not-installed'", "import 'not-installed'"],
    ['cli.schema', 'it is broken', "throw new Error('it is broken')"],
    ['cli.schema', 'ended its process', 'process.exit(0)'],
    ['declaration.rule', '', withTitle('string().custom(7 as never)')],
    ['declaration.default', 'notes.title: default(7)', withTitle('string().default(7 as never)')],
    [
      'simulate.value',
      'no value was found that notes.title accepts',
      withTitle("string().check((title) => (title === 'sesame 7!' ? null : 'no'))"),
    ],
    ['simulate.check', 'the check of notes.title throws for', withTitle('string().check((title) => (title as never).trim().first())')],
    [
      'simulate.example',
      'the example "b" of notes.title is refused: no',
      `${withTitle("string().check((title) => (title === 'a' ? null : 'no'))")}export const examples = { notes: { title: ['a', 'b'] } }`,
    ],
    [
      'simulate.example',
      'there are examples of notes.name, and the schema has no such field',
      `${withTitle('string()')}export const examples = { notes: { name: ['a'] } }`,
    ],
  ])(
    '%s: %s',
    async (code, words, schema) => {
      const { status, stdout, stderr } = await simulate('--schema', schemaFile(schema), '--seeds', '1')
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toContain(words.replaceAll("'", stderr.includes('"not-installed"') ? '"' : "'"))
      expect(stderr).toContain(`[${code}]`)
    },
    PATIENCE_MS,
  )

  test(
    'an older version that is not older',
    async () => {
      const { status, stderr } = await simulate('--schema', EVERY_KIND_OLDER, '--older', EVERY_KIND, '--seeds', '1')
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('[simulate.older]') as string })
    },
    PATIENCE_MS,
  )

  test(
    'examples make it possible',
    async () => {
      const code = `${withTitle("string().check((title) => (/^sesame [0-9]!$/.test(title) ? null : 'no'))")}export const examples = { notes: { title: (random: () => number) => \`sesame \${Math.floor(random() * 10)}!\` } }`
      const { failing, fields } = await reportOf('--schema', schemaFile(code), '--from', '9', '--seeds', '1')
      expect(failing).toEqual([])
      expect(fields.find(({ field }) => field === 'notes.title')?.writes).toBeGreaterThan(0)
    },
    PATIENCE_MS,
  )
})
