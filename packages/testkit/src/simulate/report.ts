/** What seeds add up to. */
import type { Mending, Refuser } from '../simulator/coverage.ts'
import type { Kept, SeedFindings } from './findings/findings.ts'
import { type Meeting, sumOf } from './findings/meetings.ts'
import type { Sizes } from './findings/sizes.ts'

/** Sizes in bytes. */
export interface Spread {
  readonly median: number
  readonly p99: number
  readonly largest: number
}

/** The last line of `tombolo simulate --json`. */
export interface SimulationReport {
  readonly seeds: number
  readonly failures: number
  readonly failing: readonly { readonly seed: number; readonly invariant: string; readonly message: string }[]
  readonly deviceDays: number
  /** Saves that were confirmed to people. */
  readonly edits: number
  /** Seeds in which a confirmed save was nowhere. */
  readonly lost: number
  readonly kept: Kept
  /** By field, those that met most often first. `met`: on their way while somebody else wrote the field; `asked`: put before a person. */
  readonly fields: readonly FieldFigures[]
  readonly refusals: readonly RefusalFigures[]
  /** What people did about refused changes. */
  readonly mended: Readonly<Record<Mending, number>>
  /** Null where no seed came to its end. */
  readonly sizes: SizeFigures | null
}

/** How the writes of one field went. */
export interface FieldFigures extends Meeting {
  /** `notes.title`; `notes.$life` is deleting a note while somebody else writes to it. */
  readonly field: string
  readonly merged: number
}

/** Refusals that people met. */
export interface RefusalFigures {
  /** `planted`: by the hub, because the simulation has it refuse some of what devices allow. */
  readonly by: Refuser
  readonly code: string
  /** Empty where the refusal is of no field. */
  readonly field: string
  readonly times: number
}

/** What things take, in bytes. */
export interface SizeFigures {
  /** A record with all that merging needs, as the hub keeps it. */
  readonly record: Spread
  /** A text with the document of its edits in place; `textTimes`: how many times what it shows. */
  readonly text: Spread
  readonly textTimes: number
  /** By how much a record grows with each change, beside the values that it shows. */
  readonly perChange: number
  /** The greatest outbox of a device. */
  readonly outboxBytes: number
  readonly outboxChanges: number
  /** What the hub's database takes for each change. */
  readonly hubPerChange: number
}

const DAY_MS = 86_400_000

/** Adds seeds up. */
export class ReportSoFar {
  readonly #failing: SimulationReport['failing'][number][] = []
  readonly #fields = new Map<string, Meeting>()
  readonly #refusals = new Map<string, number>()
  readonly #mended: Record<Mending, number> = { retry: 0, amend: 0, discard: 0 }
  readonly #sizes: Sizes[] = []
  #kept: Kept = { saves: 0, givenUp: 0, withTheirDisk: 0 }
  #seeds = 0
  #deviceMs = 0
  #edits = 0

  add({ seed, failure, deviceMs, edits, refusals, mendings, conclusion }: SeedFindings): void {
    this.#seeds += 1
    this.#deviceMs += deviceMs
    this.#edits += edits
    if (failure !== null) this.#failing.push({ seed, ...failure })
    for (const [key, times] of refusals) this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + times)
    for (const [how, times] of mendings) this.#mended[how] += times
    if (conclusion === null) return
    for (const [field, meeting] of conclusion.meetings) {
      const known = this.#fields.get(field)
      this.#fields.set(field, known === undefined ? meeting : sumOf(known, meeting))
    }
    this.#sizes.push(conclusion.sizes)
    const { saves, givenUp, withTheirDisk } = conclusion.kept
    this.#kept = {
      saves: this.#kept.saves + saves,
      givenUp: this.#kept.givenUp + givenUp,
      withTheirDisk: this.#kept.withTheirDisk + withTheirDisk,
    }
  }

  report(): SimulationReport {
    const failing = this.#failing.toSorted((a, b) => a.seed - b.seed)
    return {
      seeds: this.#seeds,
      failures: failing.length,
      failing,
      deviceDays: Math.round(this.#deviceMs / DAY_MS),
      edits: this.#edits,
      lost: failing.filter(({ invariant }) => invariant === 'I-NOLOSS').length,
      kept: this.#kept,
      fields: [...this.#fields]
        .map(([field, meeting]) => ({ field, ...meeting, merged: meeting.met - meeting.asked }))
        .sort((a, b) => b.met - a.met || (a.field < b.field ? -1 : 1)),
      refusals: [...this.#refusals].map(([key, times]) => refusalOf(key, times)).sort((a, b) => b.times - a.times),
      mended: this.#mended,
      sizes: this.#sizes.length === 0 ? null : sizesOf(this.#sizes),
    }
  }
}

function refusalOf(key: string, times: number): RefusalFigures {
  const [by = '', code = '', field = ''] = key.split(' ')
  return { by: by as Refuser, code, field, times }
}

function sizesOf(sizes: readonly Sizes[]): SizeFigures {
  const sum = (of: (one: Sizes) => number): number => sizes.reduce((total, one) => total + of(one), 0)
  const texts = sizes.flatMap((one) => one.texts)
  return {
    record: spreadOf(sizes.flatMap(({ records }) => records)),
    text: spreadOf(texts),
    textTimes: ratio(
      texts.reduce((total, bytes) => total + bytes, 0),
      sum(({ textBytes }) => textBytes),
    ),
    perChange: Math.round(
      ratio(
        sum(({ beside }) => beside),
        sum(({ changes }) => changes),
      ),
    ),
    outboxBytes: Math.max(...sizes.map(({ outboxBytes }) => outboxBytes)),
    outboxChanges: Math.max(...sizes.map(({ outboxChanges }) => outboxChanges)),
    hubPerChange: Math.round(
      ratio(
        sum(({ hubBytes }) => hubBytes),
        sum(({ hubChanges }) => hubChanges),
      ),
    ),
  }
}

function spreadOf(bytes: readonly number[]): Spread {
  const sorted = bytes.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p99: at(0.99), largest: sorted.at(-1) ?? 0 }
}

const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b)
