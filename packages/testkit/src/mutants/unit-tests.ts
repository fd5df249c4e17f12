/** Runs the unit tests of core, client and hub on a mutant, to find out which faults they alone would have let through. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultServerConditions, type Plugin } from 'vite'
import { BaseSequencer, startVitest, type TestSpecification } from 'vitest/node'
import { type Mutant, mutated } from './mutant.ts'

const ROOT: string = join(import.meta.dirname, '../../../..')
const ROOMS = ['core', 'client', 'hub']
/** As in the configuration of the repository's tests: packages are tested from their sources. */
const CONDITIONS = ['tombolo-source', ...defaultServerConditions]

export interface UnitResult {
  /** The first test file that failed; null: all of them passed, so unit tests alone miss this mutant. */
  readonly failed: string | null
  readonly files: number
}

/** Runs the tests that its file can have an effect on, up to the first that fails: those that import it. */
export async function runUnitTests(mutant: Mutant): Promise<UnitResult> {
  const result = await run(mutant, [])
  if (result.failed === null) return result
  const { failed } = await run(null, [result.failed])
  if (failed !== null) throw new Error(`${failed} fails on the product itself`)
  return result
}

/** @param mutant null: the product as it is. @param only the test files; none: all that there are */
async function run(mutant: Mutant | null, only: readonly string[]): Promise<UnitResult> {
  const vitest = await startVitest(
    'test',
    [...only],
    {
      config: false,
      root: ROOT,
      watch: false,
      bail: 1,
      ...(mutant === null ? {} : { related: [join(ROOT, mutant.file)] }),
      reporters: [{}],
      include: ROOMS.map((room) => `packages/${room}/src/**/*.test.ts`),
      exclude: ['**/*.browser.test.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      maxWorkers: 2,
      sequence: { sequencer: mutant === null ? BaseSequencer : nearestFirst(mutant.file) },
    },
    {
      plugins: mutant === null ? [] : [inject(mutant)],
      resolve: { conditions: CONDITIONS },
      ssr: { resolve: { conditions: CONDITIONS, externalConditions: ['tombolo-source', 'node', 'import', 'default'] } },
    },
  )
  const modules = vitest.state.getTestModules()
  const failed = modules.find((module) => module.state() === 'failed')
  await vitest.close()
  // A failing test is what was asked for.
  process.exitCode = 0
  return { failed: failed?.moduleId.slice(ROOT.length + 1) ?? null, files: modules.length }
}

function inject(mutant: Mutant): Plugin {
  const path = join(ROOT, mutant.file)
  return {
    name: `mutant ${mutant.id}`,
    enforce: 'pre',
    load: (id) => (id.split('?')[0] === path ? mutated(mutant, readFileSync(path, 'utf8')) : null),
  }
}

/** The tests that share most of their path with the file: what they find is found soon. */
function nearestFirst(file: string): typeof BaseSequencer {
  const nearness = ({ moduleId }: TestSpecification): number => {
    const [ours, theirs] = [
      file.replace(/\.ts$/, '').split('/'),
      moduleId
        .slice(ROOT.length + 1)
        .replace(/\.test\.ts$/, '')
        .split('/'),
    ]
    const differs = ours.findIndex((part, index) => part !== theirs[index])
    return differs < 0 ? ours.length : differs
  }
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return files.toSorted((a, b) => nearness(b) - nearness(a))
    }
  }
}
