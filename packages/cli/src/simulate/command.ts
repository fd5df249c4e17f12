/** `tombolo simulate`: many worlds with an app's schema, or one of them in full. */
import { relative } from 'node:path'
import { type Failure, ReportSoFar, reportInWords, type SeedFindings, type SimulationReport } from '@tombolo/testkit/simulate'
import { parseSimulateArguments, type SimulateArguments } from './arguments.ts'
import { bundle } from './bundle.ts'
import { Simulator } from './simulator.ts'

/** How many worlds are tried to find a smaller one that fails. */
const SMALLER_MAX = 30
const FAILED = 1

export async function simulateCommand(args: readonly string[]): Promise<void> {
  const asked = parseSimulateArguments(args, process.cwd())
  const { path, remove } = await bundle(asked.schema, asked.older)
  try {
    const failures = asked.seed === null ? await simulateMany(asked, path) : await replay(asked, path, asked.seed)
    if (failures > 0) process.exitCode = FAILED
  } finally {
    remove()
  }
}

async function simulateMany(asked: SimulateArguments, program: string): Promise<number> {
  const sum = new ReportSoFar()
  await runAll(asked, program, (findings) => sum.add(findings))
  const report = sum.report()
  if (asked.json) console.log(JSON.stringify(report))
  else console.log([reportInWords(report), ...(await howToGoOn(report, asked, program))].join('\n'))
  return report.failures
}

async function runAll({ from, seeds, jobs }: SimulateArguments, program: string, done: (findings: SeedFindings) => void): Promise<void> {
  let next = from
  let isDone = 0
  const work = async (): Promise<void> => {
    let simulator: Simulator | null = null
    while (next < from + seeds) {
      const seed = next++
      simulator ??= await Simulator.start(program)
      try {
        done(await simulator.run(seed))
      } catch (error) {
        done(endedBy(seed, error))
        simulator = null
      }
      tellProgress(++isDone, seeds)
    }
    await simulator?.stop()
  }
  await Promise.all(Array.from({ length: Math.min(jobs, seeds) }, work))
}

/** A world that was ended by an error that nobody caught. */
const endedBy = (seed: number, error: unknown): SeedFindings => ({
  seed,
  failure: failureOf(error),
  deviceMs: 0,
  edits: 0,
  refusals: new Map(),
  mendings: new Map(),
  conclusion: null,
})

const failureOf = (error: unknown): Failure => ({
  invariant: 'I-QUIET',
  message: `I-QUIET: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
})

function tellProgress(done: number, seeds: number): void {
  if (process.stderr.isTTY) process.stderr.write(done === seeds ? '\r\u001B[K' : `\r${done} of ${seeds} seeds`)
}

/** What a person does about the first seed that failed. */
async function howToGoOn({ failing: [first] }: SimulationReport, asked: SimulateArguments, program: string): Promise<readonly string[]> {
  if (first === undefined) return []
  const replaying = `Replay it: tombolo simulate ${filesOf(asked)} --seed ${first.seed} --timeline`
  return ['', ...(await smallerWords(first.seed, first, program)), replaying]
}

/** A rule that is no rule says so itself. */
async function smallerWords(seed: number, { invariant, message }: Failure, program: string): Promise<readonly string[]> {
  if (invariant === 'I-RULE') return []
  const simulator = await Simulator.start(program)
  const smaller = await simulator.smaller(seed, { invariant, message }, SMALLER_MAX).catch(() => null)
  await simulator.stop()
  // A world that ends its worker leaves nobody to make it smaller.
  if (smaller === null) return []
  const { days, devices, faults } = smaller
  const wrong = faults.length === 0 ? 'nothing goes wrong' : `these may go wrong: ${faults.join(', ')}`
  return [`Seed ${seed} still fails with devices: ${devices}, days: ${days}, and where ${wrong}.`]
}

async function replay(asked: SimulateArguments, program: string, seed: number): Promise<number> {
  const simulator = await Simulator.start(program)
  const { failure, timeline } = await simulator.replay(seed).catch((error: unknown) => ({ failure: failureOf(error), timeline: '' }))
  await simulator.stop()
  if (asked.timeline) console.log(timeline)
  console.log(asked.json ? JSON.stringify({ seed, failure }) : (failure?.message ?? 'everything held'))
  return failure === null ? 0 : 1
}

const filesOf = ({ schema, older }: SimulateArguments): string =>
  [`--schema ${relative(process.cwd(), schema)}`, ...(older === null ? [] : [`--older ${relative(process.cwd(), older)}`])].join(' ')
