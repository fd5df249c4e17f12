/**
 * `npm run sim`: simulates seeds, and prints what they add up to. README.md of this package says how to read a seed that fails.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCommandLine } from './command-line.ts'
import { type Options, optionsOf } from './options.ts'
import { ownApp } from './own-app.ts'
import { type Plan, planOf } from './plan.ts'
import { runAll, serve } from './pool.ts'
import { Report, type Summary, summaryOf } from './report.ts'
import { NOBODY, run } from './run.ts'
import { SHARES } from './shares.ts'
import { shrink } from './shrink.ts'
import { concernedBy, timelineOf } from './timeline.ts'

/** Beside the bundle: packages/testkit/repro. */
const REPRO: string = join(import.meta.dirname, '../repro')
const RUNS_MAX = 250
const PRETTIER: string = join(import.meta.dirname, '../../../node_modules/prettier/bin/prettier.cjs')

async function main(options: Options): Promise<void> {
  if (options.seed !== null) return replay(planOf(ownApp, options.seed), options)
  const report = new Report()
  const say = (summary: Summary): void => {
    report.add(summary)
    if (summary.failure !== null && !options.json) console.log(`seed ${summary.seed}  ${summary.failure.message.slice(0, 600)}`)
  }
  const plans = options.repro.map(planIn)
  if (plans.length > 0) for (const plan of plans) say(summaryOf(await run(ownApp, plan, 'off', SHARES)))
  else await runAll(options.jobs, seedsOf(options), say)
  if (options.keep) for (const seed of report.failing) await keep(plans.find((plan) => plan.seed === seed) ?? planOf(ownApp, seed))
  const { user, system } = process.cpuUsage()
  const cpuSeconds = (user + system) / 1e6
  if (!options.json) console.log(report.words(cpuSeconds))
  console.log(JSON.stringify(report.json(cpuSeconds)))
  if (report.failing.length > 0) process.exitCode = 1
}

function seedsOf({ from, seeds, minutes }: Options): () => number | null {
  const endMs = minutes === null ? Infinity : Date.now() + minutes * 60_000
  let seed = from
  return () => (seed < from + seeds && Date.now() < endMs ? seed++ : null)
}

async function replay(plan: Plan, { timeline, keep: isKept }: Options): Promise<void> {
  const outcome = await run(ownApp, plan, timeline ? 'lines' : 'off', NOBODY)
  console.log(JSON.stringify(plan, null, 1))
  if (timeline) console.log(timelineOf(outcome.lines))
  console.log(outcome.failure?.message ?? 'everything held')
  if (outcome.failure === null) return
  if (timeline) console.log(`\nOf these concern it:\n${timelineOf(concernedBy(outcome.lines, outcome.failure.message))}`)
  process.exitCode = 1
  if (isKept) await keep(plan)
}

const planIn = (file: string): Plan => (JSON.parse(readFileSync(file, 'utf8')) as { readonly plan: Plan }).plan

async function keep(plan: Plan): Promise<void> {
  const { failure } = await run(ownApp, plan, 'off', NOBODY)
  if (failure === null) return
  const smallest = await shrink(plan, failure, async (smaller) => (await run(ownApp, smaller, 'off', NOBODY)).failure, RUNS_MAX)
  const file = join(REPRO, `${plan.seed}.json`)
  writeFileSync(file, JSON.stringify({ failure: smallest.failure, plan: smallest.plan }, null, 2))
  spawnSync(process.execPath, [PRETTIER, '--write', file], { stdio: 'ignore' })
  const { lines } = await run(ownApp, smallest.plan, 'lines', NOBODY)
  console.log(`${smallest.failure.message}\n${timelineOf(concernedBy(lines, smallest.failure.message))}`)
  console.log(`${file}: smaller after ${smallest.runs} runs`)
}

if (!serve()) await main(readCommandLine(optionsOf))
