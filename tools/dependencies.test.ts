// The dependency rules are only worth what they catch. A copy of the configuration judges a small repository in which
// every rule is broken once, and the real one must be seen at all: with the wrong TypeScript the cruiser reads nothing
// and is content.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Report {
  readonly modules: readonly unknown[]
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[]
  }
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
const configuration = ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json']

const badImports: readonly { rule: string; file: string; code: string }[] = [
  { rule: 'core-imports', file: 'packages/core/src/a.ts', code: `import { x } from '@tombolo/client'` },
  { rule: 'core-imports', file: 'packages/core/src/b.ts', code: `import type { x } from '../../hub/src/index.ts'` },
  { rule: 'client-imports', file: 'packages/client/src/a.ts', code: `import { x } from '@tombolo/hub'` },
  { rule: 'hub-imports', file: 'packages/hub/src/a.ts', code: `import type { x } from '@tombolo/client'` },
  { rule: 'elements-imports', file: 'packages/elements/src/a.ts', code: `import { x } from '@tombolo/react'` },
  { rule: 'react-imports', file: 'packages/react/src/a.ts', code: `import { x } from '@tombolo/hub'` },
  { rule: 'react-takes-only-types-of-elements', file: 'packages/react/src/b.ts', code: `import { x } from '@tombolo/elements'` },
  { rule: 'testkit-imports', file: 'packages/testkit/src/a.ts', code: `import { x } from '../../cli/src/index.ts'` },
  { rule: 'cli-imports', file: 'packages/cli/src/a.ts', code: `import { x } from '@tombolo/elements'` },
  { rule: 'testkit-in-tests-only', file: 'apps/field-notes/src/a.ts', code: `import { x } from '../../../packages/testkit/src/index.ts'` },
  { rule: 'core-has-no-dependencies', file: 'packages/core/src/c.ts', code: `import { x } from 'yjs'` },
  { rule: 'core-has-no-dependencies', file: 'packages/core/src/d.ts', code: `import { readFileSync } from 'node:fs'` },
  { rule: 'core-yjs-only', file: 'packages/core/src/yjs/a.ts', code: `import { x } from 'hono'` },
  { rule: 'merge-knows-no-protocol', file: 'packages/core/src/merge/a.ts', code: `import { x } from '../protocol/index.ts'` },
  { rule: 'no-cycles', file: 'packages/core/src/cycle-a.ts', code: `import { x } from './cycle-b.ts'` },
  { rule: 'not-to-tests', file: 'packages/core/src/f.ts', code: `import { x } from './good.test.ts'` },
  { rule: 'no-unresolvable', file: 'packages/core/src/g.ts', code: `import { x } from './nowhere.ts'` },
  { rule: 'declared-dependencies', file: 'packages/client/src/b.ts', code: `import { x } from 'hono'` },
  { rule: 'declared-dependencies', file: 'packages/react/src/c.ts', code: `import { x } from 'react-dom'` },
]

const goodImports: readonly { file: string; code: string }[] = [
  { file: 'packages/core/src/merge/index.ts', code: `import { x } from '../index.ts'` },
  { file: 'packages/core/src/protocol/index.ts', code: `import { x } from '../merge/index.ts'` },
  { file: 'packages/core/src/yjs.ts', code: `import { x } from 'yjs'` },
  { file: 'packages/core/src/good.test.ts', code: `import { x } from '../../testkit/src/index.ts'` },
  { file: 'packages/client/src/good.ts', code: `import { x } from '@tombolo/core'` },
  { file: 'packages/client/src/node.ts', code: `import { x } from 'better-sqlite3'\nimport type { y } from 'better-sqlite3'` },
  { file: 'packages/client/src/text.ts', code: `import { x } from '@tombolo/core/yjs'` },
  { file: 'packages/hub/src/good.ts', code: `import { x } from '@tombolo/core'\nimport { Hono } from 'hono'\nimport 'node:fs'` },
  { file: 'packages/elements/src/good.ts', code: `import { x } from '@tombolo/client'` },
  { file: 'packages/react/src/good.ts', code: `import type { x } from '@tombolo/elements'\nimport { y } from '@tombolo/client'` },
  { file: 'packages/testkit/src/good.ts', code: `import { x } from '@tombolo/client'\nimport { y } from '@tombolo/hub'` },
  { file: 'packages/cli/src/good.ts', code: `import { x } from '../../testkit/src/index.ts'` },
  { file: 'apps/field-notes/src/good.ts', code: `import { x } from '@tombolo/react'` },
]

function cruise(cwd: string, rooms: readonly string[]): Report {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...rooms],
    {
      cwd,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  )
  if (stdout === '') throw new Error(`dependency-cruiser did not run: ${stderr}`)
  return JSON.parse(stdout) as Report
}

describe('in a repository where every dependency rule is broken once', () => {
  const repository = mkdtempSync(join(tmpdir(), 'tombolo-dependencies-'))
  let report: Report

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(repository, path)), { recursive: true })
    writeFileSync(join(repository, path), text)
  }

  beforeAll(() => {
    for (const file of configuration) cpSync(join(root, file), join(repository, file))
    mkdirSync(join(repository, 'node_modules/@tombolo'), { recursive: true })
    for (const name of readdirSync(join(root, 'packages'))) {
      write(`packages/${name}/src/index.ts`, 'export const x = 1')
      cpSync(join(root, `packages/${name}/package.json`), join(repository, `packages/${name}/package.json`))
      symlinkSync(join(repository, 'packages', name), join(repository, 'node_modules/@tombolo', name))
    }
    for (const name of ['yjs', 'hono', 'better-sqlite3', 'react-dom']) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }))
      write(`node_modules/${name}/index.js`, 'export const x = 1')
    }
    cpSync(join(root, 'apps/field-notes/package.json'), join(repository, 'apps/field-notes/package.json'), { recursive: true })
    write('packages/core/src/cycle-b.ts', `import { x } from './cycle-a.ts'\nexport { x }`)
    for (const { file, code } of [...badImports, ...goodImports]) write(file, `${code}\nexport const used = x`)
    report = cruise(repository, ['packages', 'apps'])
  })

  afterAll(() => {
    rmSync(repository, { recursive: true, force: true })
  })

  test.each(badImports)('$rule catches $code', ({ rule, file }) => {
    expect(report.summary.violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name)).toContain(rule)
  })

  test.each(goodImports)('$file may say $code', ({ file }) => {
    expect(report.summary.violations.filter((violation) => violation.from === file)).toEqual([])
  })

  test('no rule of the configuration is without a bad import here', () => {
    const printNames = `console.log(JSON.stringify(require('./.dependency-cruiser.cjs').forbidden.map((rule) => rule.name)))`
    const rules = JSON.parse(
      execFileSync(process.execPath, ['--input-type=commonjs', '-e', printNames], { cwd: root, encoding: 'utf8' }),
    ) as string[]
    expect(rules.filter((rule) => !badImports.some((bad) => bad.rule === rule))).toEqual([])
  })
})

test('the cruiser sees the modules of this repository', () => {
  expect(cruise(root, ['packages', 'tools']).modules.length).toBeGreaterThan(5)
})
