/**
 * `npm run crash-points -- [--all] [--json] [--scenario <part of its name>] [--point '<side> <k> <fault>']`
 *
 * Runs the scenarios, and says which points failed. Without `--all` it runs the share of the points that `npm test` runs. With `--json` the last
 * line is `{ "scenarios", "points", "runs", "failures" }`. Ends with 1 where anything failed.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { startVitest, type TestModule } from 'vitest/node'

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    scenario: { type: 'string' },
    point: { type: 'string' },
  },
})

if (values.all) process.env['TOMBOLO_CRASH_POINTS'] = 'all'
if (values.point !== undefined) process.env['TOMBOLO_CRASH_POINT'] = values.point

const total = { scenarios: 0, points: 0, runs: 0, failures: 0 }

function count(modules: readonly TestModule[]): void {
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { crashPoints: counted } = test.meta()
      const { state } = test.result()
      // A scenario that could not be run to its end has failed as a whole; a test without points passes or fails like any other.
      const { points = 0, runs = 0, failures = state === 'failed' ? 1 : 0 } = counted ?? {}
      total.scenarios += counted === undefined ? 0 : 1
      total.points += points
      total.runs += runs
      total.failures += failures
    }
  }
}

const vitest = await startVitest('test', ['packages/testkit/src/crash-points/'], {
  watch: false,
  project: 'unit',
  maxWorkers: availableParallelism(),
  reporters: ['verbose', { onTestRunEnd: count }],
  ...(values.scenario === undefined ? {} : { testNamePattern: values.scenario.replaceAll(/[^\w ]/g, '.') }),
})
await vitest.close()
const { scenarios, points, runs, failures } = total
console.log(values.json ? JSON.stringify(total) : `${scenarios} scenarios, ${points} points, ${runs} runs, ${failures} failures`)
// Vitest has set it where a file of scenarios could not be read.
if (failures > 0 || scenarios === 0) process.exitCode = 1
