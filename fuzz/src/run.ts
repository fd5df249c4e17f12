/** Runs in the instrumented bundle: fuzzes targets for a while, and keeps what is new. */
import { Corpus } from './corpus.ts'
import { fuzz } from './fuzz.ts'
import { CORPUS } from './paths.ts'
import { targets } from './targets/index.ts'

export interface FuzzRun {
  readonly secondsEach: number
  readonly seed: number
  readonly only: string | null
  /** Whether new inputs are added to the corpus; findings always are. */
  readonly keep: boolean
}

export interface FuzzReport {
  readonly target: string
  readonly runs: number
  readonly reached: number
  readonly fresh: number
  readonly finding: { readonly file: string; readonly what: string } | null
}

export async function fuzzAll({ secondsEach, seed, only, keep }: FuzzRun, told: (report: FuzzReport) => void): Promise<void> {
  for (const target of targets.filter(({ name }) => only === null || name === only)) {
    const corpus = new Corpus(CORPUS, target)
    const end = performance.now() + secondsEach * 1000
    const known = corpus.inputs().map(({ input }) => input)
    const { runs, reached, fresh, finding } = await fuzz(target, { seed, known, goesOn: () => performance.now() < end })
    if (keep) for (const input of fresh) corpus.keep(input)
    const file = finding === null ? null : corpus.keep(finding.input)
    const what = finding?.error instanceof Error ? (finding.error.stack ?? finding.error.message) : String(finding?.error)
    told({ target: target.name, runs, reached, fresh: fresh.length, finding: file === null ? null : { file, what } })
  }
}
