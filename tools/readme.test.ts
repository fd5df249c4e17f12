/** The README shows the first app as it is, and the guide its tests: what people copy is what the tests run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './repository.ts'

test.each(['schema.ts', 'store.worker.ts', 'main.tsx'])('the README holds %s of the first app as it stands', (file) => {
  const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8')
  expect(readme).toContain(readFileSync(join(repositoryRoot, 'apps/first-app/src', file), 'utf8').trim())
})

test('what testing-offline.md shows is what the tests of the first app do', () => {
  const guide = readFileSync(join(repositoryRoot, 'docs/guides/testing-offline.md'), 'utf8')
  const tests = ['testing-offline.test.ts', 'simulated.ts'].map((file) =>
    readFileSync(join(repositoryRoot, 'apps/first-app/test', file), 'utf8'),
  )
  const blocks = Array.from(guide.matchAll(/^```ts\n(.*?)^```/gms), ([, code = '']) => code)
  expect(blocks.length).toBeGreaterThan(12)
  expect(blocks.filter((block) => !tests.some((text) => text.includes(block)))).toEqual([])
})
