// `npm run nightly [-- --hours 8] [-- --only sim]`: everything that is too long for `npm test`, one after the other, each to its end even where
// another failed. Prints the last line of each, which is JSON where the command has it, and exits with 1 if any failed.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from './ensure-install.mjs'

const { values } = parseArgs({ options: { hours: { type: 'string', default: '8' }, only: { type: 'string' } } })
const hours = Number(values.hours)
if (!(hours > 0)) throw new RangeError(`--hours takes a number above 0, not ${values.hours}`)

/** Another seed each night; the same all night. */
const from = String(Math.floor(Date.now() / 86_400_000) * 1_000_000)

/** The test files with random properties, which `npm test` runs with one seed only. */
function propertyTests() {
  const { stdout } = spawnSync('git', ['grep', '-l', "from 'fast-check'", '--', '*.test.ts', ':!*.browser.test.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  return stdout.trim().split('\n')
}

/**
 * What takes as long as it takes comes first; the simulator gets more than half of the time, fuzzing and the properties a share each.
 * @type {{ name: string, args: string[], env?: Record<string, string> }[]}
 */
const STEPS = [
  { name: 'torture', args: ['run', '--silent', 'torture', '--', '--json'] },
  { name: 'crash-points', args: ['run', '--silent', 'crash-points', '--', '--all', '--json'] },
  { name: 'mutants', args: ['run', '--silent', 'mutants', '--', '--json'] },
  { name: 'unit-tests-on-mutants', args: ['run', '--silent', 'mutants', '--', '--unit'] },
  { name: 'bench', args: ['run', '--silent', 'bench'] },
  { name: 'fuzz', args: ['run', '--silent', 'fuzz', '--', '--json', '--keep', '--seconds', String(Math.ceil((hours * 3600) / 8 / 25))] },
  ...Array.from({ length: Math.ceil(hours) }, (_, round) => ({
    name: 'properties',
    args: ['exec', '--', 'vitest', 'run', '--project', 'unit', ...propertyTests()],
    env: { TOMBOLO_SEED: String(Number(from) + round) },
  })),
  { name: 'sim', args: ['run', '--silent', 'sim', '--', '--json', '--from', from, '--minutes', String(Math.ceil(hours * 60 * 0.6))] },
]

const names = [...new Set(STEPS.map(({ name }) => name))]
if (values.only !== undefined && !names.includes(values.only))
  throw new RangeError(`--only takes one of ${names.join(', ')}, not ${values.only}`)

ensureInstalled()
const failed = []
for (const { name, args, env = {} } of STEPS.filter((step) => values.only === undefined || step.name === values.only)) {
  console.log(`\n── ${name} ──`)
  const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) failed.push(name)
}
console.log(failed.length === 0 ? '\nAll is well.' : `\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
