/** What the reports of the public API say of it: nothing is exported without a word on what it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../repository.ts'
import { undocumentedIn } from './undocumented.ts'

const directory = join(repositoryRoot, 'docs/api')
const reports = readdirSync(directory).filter((name) => name.endsWith('.api.md'))

test('an export without a doc comment is found; a member without one is not asked for', () => {
  const report = `// @public (undocumented)\nexport function one(): void;\n\n// @public\nexport interface Two {\n    // (undocumented)\n    readonly a: string;\n}\n\n// Warning: …\n//\n// @public (undocumented)\ninterface Three_2 {\n}\nexport { Three_2 as Three }\n`
  expect(undocumentedIn(report)).toEqual(['one', 'Three_2'])
})

test.each(reports)('%s: every export says what it is', (name) => {
  expect(undocumentedIn(readFileSync(join(directory, name), 'utf8'))).toEqual([])
})
