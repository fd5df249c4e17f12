/** The README shows the first app as it is: what people copy is what the tests run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './repository.ts'

test.each(['schema.ts', 'store.worker.ts', 'main.tsx'])('the README holds %s of the first app as it stands', (file) => {
  const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8')
  expect(readme).toContain(readFileSync(join(repositoryRoot, 'apps/first-app/src', file), 'utf8').trim())
})
