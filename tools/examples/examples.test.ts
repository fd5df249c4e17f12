/**
 * The examples in doc comments and READMEs are what people copy: each compiles, and what it says of its results is so. An example is run when a
 * line of it ends in its result: `stampAt(0) // 0`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { repositoryRoot } from '../repository.ts'
import { findExamples, parseExamples } from './find.ts'
import { moduleOf } from './module.ts'
import { deviceDirectory, store } from './world.ts'

const directory = join(repositoryRoot, 'dist/examples')
const examples = findExamples().map((example, index) => ({
  ...moduleOf(example, directory),
  path: join(directory, `example-${index}.tsx`),
}))

rmSync(directory, { recursive: true, force: true })
mkdirSync(directory, { recursive: true })
writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(configuration()))
for (const { path, text } of examples) writeFileSync(path, text)

afterAll(async () => {
  await store.close()
  rmSync(deviceDirectory, { recursive: true })
})

function configuration(): object {
  const compilerOptions = {
    lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    types: ['node', 'vite/client'],
    jsx: 'react-jsx',
    incremental: false,
    // The modules import whatever the examples name, values and types alike.
    verbatimModuleSyntax: false,
  }
  return { extends: '../../tsconfig.check.json', compilerOptions, include: ['*.tsx'] }
}

it('every example compiles', () => {
  // One that must be found shows that the compiler was asked.
  writeFileSync(join(directory, 'example-planted.tsx'), `export const wrong: number = 'seven'\n`)
  const { stdout } = spawnSync(join(repositoryRoot, 'node_modules/.bin/tsc'), ['--project', directory, '--pretty', 'false'], {
    encoding: 'utf8',
  })
  const placeOf = (fault: string): string => examples.find(({ path }) => fault.includes(basename(path)))?.place ?? 'planted'
  // Faults elsewhere are found by the build.
  const faults = stdout.split('\n').filter((line) => /\bexample-\w+\.tsx/.test(line))
  expect(faults.map((fault) => `${placeOf(fault)} ${fault.replace(/^.*: error/, '')}`)).toEqual([expect.stringMatching(/^planted/)])
})

describe('an example gives what it says', () => {
  const run = examples.filter(({ hasResults }) => hasResults)

  it.each(run)('$place', async ({ path }) => {
    const results: [unknown, unknown][] = []
    const module = (await import(path)) as { readonly example: (results: [unknown, unknown][]) => Promise<void> }
    await module.example(results)
    expect(results.map(([given]) => given)).toEqual(results.map(([, said]) => said))
  })
})

describe('examples are found', () => {
  it('on one line, on several, and up to the next tag', () => {
    const text = `/** One. @example one(1) */\n/**\n * Two.\n * @example\n * two(2)\n *   .then()\n * @throws never\n */\n`
    expect(parseExamples('a.ts', text)).toEqual([
      { place: 'a.ts:1', file: 'a.ts', code: 'one(1)' },
      { place: 'a.ts:2', file: 'a.ts', code: 'two(2)\n  .then()' },
    ])
  })

  it('and what a line gives is compared with what it says', () => {
    const { text } = moduleOf({ place: 'a', file: 'packages/core/src/stamp.ts', code: `msOfStamp(stampAt(7)) // 8` }, directory)
    expect(text).toContain(`results.push([msOfStamp(stampAt(7)), 8])`)
  })
})
