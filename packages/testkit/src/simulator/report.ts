/** What runs of many seeds add up to. */
import { pairsOf } from './coverage.ts'
import { type Fault, FAULT_NAMES, FAULTS } from './faults.ts'
import { LATER } from './later.ts'
import type { Failure, Outcome } from './run.ts'
import type { Shares } from './shares.ts'

/** One run, as plain data that goes from a worker to its main thread. */
export interface Summary {
  readonly seed: number
  readonly failure: Failure | null
  readonly faults: readonly (readonly [Fault, number])[]
  readonly verdicts: readonly (readonly [string, number])[]
  readonly edits: number
  readonly attempts: number
  readonly answered: number
  readonly deviceMs: number
  readonly shares: Shares | null
}

export function summaryOf({ plan, failure, coverage, concluded: shares }: Outcome<Shares | null>): Summary {
  const { faults, verdicts, edits, attempts, answered, deviceMs } = coverage
  return { seed: plan.seed, failure, faults: [...faults], verdicts: [...verdicts], edits, attempts, answered, deviceMs, shares }
}

/** The last line. */
export interface Figures {
  readonly seeds: number
  readonly failures: number
  readonly deviceYears: number
  readonly cpuSeconds: number
  readonly deviceYearsPerCpuMinute: number
  readonly seedsPerCpuMinute: number
  readonly editsPerDeviceDay: number
  readonly attemptsPerDeviceDay: number
  readonly answeredPerDeviceDay: number
  readonly effectiveFaultsPerDeviceDay: number
  readonly faultKinds: number
  readonly pairsCovered: number
  readonly shares: Readonly<Record<string, number>>
  readonly failing: readonly number[]
}

const DAY_MS = 24 * 3_600_000
const PAIRS = (FAULT_NAMES.length * (FAULT_NAMES.length - 1)) / 2

export class Report {
  readonly failing: number[] = []
  #seeds = 0
  #edits = 0
  #attempts = 0
  #answered = 0
  #deviceMs = 0
  readonly #faults = new Map<Fault, number>()
  readonly #verdicts = new Map<string, number>()
  readonly #pairs = new Set<number>()
  readonly #shares: Record<string, { of: number; had: number }> = {}

  add({ seed, failure, faults, verdicts, edits, attempts, answered, deviceMs, shares }: Summary): void {
    this.#seeds += 1
    this.#edits += edits
    this.#attempts += attempts
    this.#answered += answered
    this.#deviceMs += deviceMs
    if (failure !== null) this.failing.push(seed)
    for (const [fault, times] of faults) this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + times)
    for (const [code, times] of verdicts) this.#verdicts.set(code, (this.#verdicts.get(code) ?? 0) + times)
    for (const pair of pairsOf(faults.map(([fault]) => fault))) this.#pairs.add(pair)
    for (const [name, { of, had }] of Object.entries(shares ?? {})) {
      const share = (this.#shares[name] ??= { of: 0, had: 0 })
      share.of += of
      share.had += had
    }
  }

  /** For people. */
  words(cpuSeconds: number): string {
    const { deviceYearsPerCpuMinute, editsPerDeviceDay, attemptsPerDeviceDay, effectiveFaultsPerDeviceDay, ...rest } = this.json(cpuSeconds)
    return [
      `${rest.seeds} seeds, ${rest.failures} failed; ${cpuSeconds.toFixed(1)} s of CPU`,
      `${rest.deviceYears.toFixed(2)} device-years, ${deviceYearsPerCpuMinute.toFixed(2)} in a CPU-minute; ${rest.seedsPerCpuMinute.toFixed(0)} seeds in a CPU-minute`,
      `a device-day: ${editsPerDeviceDay.toFixed(0)} edits, ${attemptsPerDeviceDay.toFixed(0)} attempts (${rest.answeredPerDeviceDay.toFixed(0)} answered), ${effectiveFaultsPerDeviceDay.toFixed(1)} faults that changed something`,
      `faults met: ${rest.faultKinds} of ${FAULT_NAMES.length}, pairs ${rest.pairsCovered} of ${PAIRS}`,
      ...FAULT_NAMES.map((fault) => `  ${fault.padEnd(22)}${String(this.#faults.get(fault) ?? 0).padStart(8)}  ${FAULTS[fault].counts}`),
      `not possible yet, see later.ts: ${Object.keys(LATER).join(', ')}`,
      `verdicts: ${[...this.#verdicts]
        .toSorted((a, b) => b[1] - a[1])
        .map(([code, times]) => `${code} ${times}`)
        .join(', ')}`,
      `shares: ${Object.entries(rest.shares)
        .map(([name, share]) => `${name} ${(share * 100).toFixed(0)} %`)
        .join(', ')}`,
    ].join('\n')
  }

  json(cpuSeconds: number): Figures {
    const days = this.#deviceMs / DAY_MS
    const minutes = cpuSeconds / 60
    return {
      seeds: this.#seeds,
      failures: this.failing.length,
      deviceYears: days / 365,
      cpuSeconds,
      deviceYearsPerCpuMinute: days / 365 / minutes,
      seedsPerCpuMinute: this.#seeds / minutes,
      editsPerDeviceDay: this.#edits / days,
      attemptsPerDeviceDay: this.#attempts / days,
      answeredPerDeviceDay: this.#answered / days,
      effectiveFaultsPerDeviceDay: [...this.#faults.values()].reduce((sum, times) => sum + times, 0) / days,
      faultKinds: this.#faults.size,
      pairsCovered: this.#pairs.size,
      shares: Object.fromEntries(Object.entries(this.#shares).map(([name, { of, had }]) => [name, of === 0 ? 0 : had / of])),
      failing: this.failing,
    }
  }
}
