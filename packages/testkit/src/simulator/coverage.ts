/** What a run has reached: faults that changed something, verdicts, and how much was done. Sums of runs are runs. */
import { type Fault, FAULT_NAMES } from './faults.ts'

export class Coverage {
  /** How often each fault changed what became of something. */
  readonly faults: Map<Fault, number> = new Map()
  /** Verdicts by code; `applied` for those that were not refused, and problems of whole requests. */
  readonly verdicts: Map<string, number> = new Map()
  edits = 0
  attempts = 0
  /** Attempts that the hub answered. */
  answered = 0
  deviceMs = 0

  meets(fault: Fault): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1)
  }

  hears(code: string): void {
    this.verdicts.set(code, (this.verdicts.get(code) ?? 0) + 1)
  }

  get effectiveFaults(): number {
    return [...this.faults.values()].reduce((sum, times) => sum + times, 0)
  }
}

/** The pairs of faults that were met in one world, as numbers. */
export function pairsOf(faults: Iterable<Fault>): readonly number[] {
  const indexes = [...faults].map((fault) => FAULT_NAMES.indexOf(fault)).sort((a, b) => a - b)
  return indexes.flatMap((a, at) => indexes.slice(at + 1).map((b) => a * FAULT_NAMES.length + b))
}
