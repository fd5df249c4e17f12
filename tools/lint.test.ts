// core stays pure only as long as the linter says so: the real configuration judges one impure line per ban.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[]
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const repository = mkdtempSync(join(tmpdir(), 'tombolo-lint-'))
const sources = join(repository, 'packages/core/src')

const impure: readonly { code: string; rule: string }[] = [
  ...['new Date()', 'performance.now()', 'setTimeout(() => {})', 'setInterval(() => {})', 'queueMicrotask(() => {})'].map(restrictedGlobal),
  ...['fetch("/")', 'crypto.randomUUID()', 'process.env', 'console.log(1)', 'globalThis.name', 'new Intl.Collator()'].map(restrictedGlobal),
  { code: 'Math.random()', rule: 'eslint(no-restricted-properties)' },
  { code: '"a".localeCompare("b")', rule: 'eslint(no-restricted-properties)' },
]

const careless: readonly { code: string; rule: string }[] = [
  { code: '1 as any', rule: 'typescript(no-explicit-any)' },
  { code: '[1][0]!', rule: 'typescript(no-non-null-assertion)' },
  { code: '{ const text: string = JSON.parse(""); return text }', rule: 'typescript(no-unsafe-assignment)' },
  { code: '{ Promise.resolve(1) }', rule: 'typescript(no-floating-promises)' },
]

const cases = [...impure, ...careless].map((line, index) => ({ ...line, file: `case-${index}.ts` }))
let report: Report

function restrictedGlobal(code: string): { code: string; rule: string } {
  return { code, rule: 'eslint(no-restricted-globals)' }
}

beforeAll(() => {
  mkdirSync(sources, { recursive: true })
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'packages/core/tsconfig.json'])
    cpSync(join(root, file), join(repository, file))
  symlinkSync(join(root, 'node_modules'), join(repository, 'node_modules'))
  for (const { file, code } of cases) {
    writeFileSync(join(sources, file), `export const line = (): unknown => ${code}\n`)
    writeFileSync(join(sources, file.replace('.ts', '.test.ts')), `export const line = (): unknown => ${code}\n`)
  }
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  const { stdout, stderr } = spawnSync(oxlint, ['--format', 'json'], { cwd: repository, encoding: 'utf8' })
  if (!stdout.startsWith('{')) throw new Error(`oxlint did not run: ${stdout}${stderr}`)
  report = JSON.parse(stdout) as Report
})

afterAll(() => {
  rmSync(repository, { recursive: true, force: true })
})

const rulesBrokenIn = (file: string): readonly string[] =>
  report.diagnostics.filter((diagnostic) => diagnostic.filename.endsWith(`/${file}`)).map((diagnostic) => diagnostic.code)

describe('in the sources of core', () => {
  test.each(cases)('$code breaks $rule', ({ file, rule }) => {
    expect(rulesBrokenIn(file)).toContain(rule)
  })
})

describe('in the tests of core', () => {
  test.each(cases.slice(0, impure.length))('$code is nobody else’s business', ({ file, rule }) => {
    expect(rulesBrokenIn(file.replace('.ts', '.test.ts'))).not.toContain(rule)
  })
})
