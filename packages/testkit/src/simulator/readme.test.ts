/** Whoever reads a failure looks up its invariant in the README. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const NAMES = /\b[IH]-[A-Z]{2,}\b/g

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)

test('the README says what each invariant stands for', () => {
  const used = new Set(sources.flatMap((file) => readFileSync(join(import.meta.dirname, file), 'utf8').match(NAMES) ?? []))
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const explained = new Set(
    readme
      .split('\n')
      .filter((line) => /^\| [IH]-/.test(line))
      .flatMap((line) => line.split('|')[1]?.match(NAMES) ?? []),
  )
  expect(used.size).toBeGreaterThan(40)
  expect([...used].filter((name) => !explained.has(name)).sort()).toEqual([])
})
