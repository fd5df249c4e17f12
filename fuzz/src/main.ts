/**
 * `npm run fuzz -- [--seconds 60] [--target NAME] [--seed N] [--keep] [--json]`: looks for inputs that break a promise, with the code
 * itself as guide. `--seconds`: for each target. `--keep`: adds inputs that reached something new to the corpus. Exits with 1 on a finding,
 * which then is in the corpus: `npm test` fails until it is mended.
 */
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { buildCounted } from './build.ts'
import type { FuzzReport, fuzzAll } from './run.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const bundle = fileURLToPath(new URL('../dist/run.mjs', import.meta.url))
await buildCounted(fileURLToPath(new URL('run.ts', import.meta.url)), bundle)
const built = (await import(pathToFileURL(bundle).href)) as { readonly fuzzAll: typeof fuzzAll }

const reports: FuzzReport[] = []
const seed = Number(values.seed)
await built.fuzzAll({ secondsEach: Number(values.seconds), seed, only: values.target ?? null, keep: values.keep }, (report) => {
  reports.push(report)
  const { target, runs, reached, fresh, finding } = report
  console.error(`${target}: ${runs} inputs, ${reached} places reached, ${fresh} new`)
  if (finding !== null) console.error(`  FOUND ${finding.what}\n  kept as fuzz/corpus/${target}/${finding.file}`)
})

const findings = reports.filter(({ finding }) => finding !== null).map(({ target }) => target)
const summary = { seed, targets: reports.length, runs: reports.reduce((sum, { runs }) => sum + runs, 0), findings }
console.log(values.json ? JSON.stringify(summary) : `seed ${seed}: ${summary.runs} inputs, ${findings.length} findings`)
process.exitCode = findings.length === 0 ? 0 : 1
