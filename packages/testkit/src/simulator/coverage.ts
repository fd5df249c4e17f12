/** What a run has reached: faults that changed something, verdicts, and how much was done. Sums of runs are runs. */
import { type Fault, FAULT_NAMES } from './faults.ts'

/** Who refused: the device as somebody saved, the hub, or the hub because the simulation has it refuse what devices allow. */
export type Refuser = 'device' | 'hub' | 'planted'
/** What somebody does about a refused change. */
export type Mending = 'retry' | 'amend' | 'discard'

export class Coverage {
  /** How often each fault changed what became of something. */
  readonly faults: Map<Fault, number> = new Map()
  /** Verdicts by code; `applied` for those that were not refused, and problems of whole requests. */
  readonly verdicts: Map<string, number> = new Map()
  /** Refusals that people met, by what `refuses` was told. */
  readonly refusals: Map<string, number> = new Map()
  /** What people did about changes that the hub had refused. */
  readonly mendings: Map<Mending, number> = new Map()
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

  /** @param place `notes.title`; the collection alone, or nothing, where the refusal is of no field */
  refuses(by: Refuser, code: string, place: string): void {
    const key = `${by} ${code} ${place}`
    this.refusals.set(key, (this.refusals.get(key) ?? 0) + 1)
  }

  mends(how: Mending): void {
    this.mendings.set(how, (this.mendings.get(how) ?? 0) + 1)
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
