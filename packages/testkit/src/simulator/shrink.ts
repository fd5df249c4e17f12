/**
 * Makes a failing plan smaller as long as it fails in the same way: fewer faults, devices, days, spaces and edits. Streams of chance are
 * independent (random.ts), so what stays in a smaller plan goes much as it went before.
 */
import type { Plan } from './plan.ts'
import type { Failure } from './run.ts'

export interface Shrunk {
  readonly plan: Plan
  readonly failure: Failure
  readonly runs: number
}

/** @param failureOf runs a plan; null: everything held. @param runsMax how many of them */
export async function shrink(
  plan: Plan,
  failure: Failure,
  failureOf: (plan: Plan) => Promise<Failure | null>,
  runsMax: number,
): Promise<Shrunk> {
  let smallest: Shrunk = { plan, failure, runs: 0 }
  let runs = 0
  for (let isSmaller = true; isSmaller && runs < runsMax;) {
    isSmaller = false
    for (const candidate of smallerThan(smallest.plan)) {
      if (runs++ >= runsMax) break
      const found = await failureOf(candidate)
      if (found?.invariant !== failure.invariant) continue
      smallest = { plan: candidate, failure: found, runs }
      isSmaller = true
      break
    }
  }
  return { ...smallest, runs }
}

/** The boldest first. */
function* smallerThan(plan: Plan): Iterable<Plan> {
  const { devices, faults, days } = plan
  for (const size of [faults.length >> 1, faults.length >> 2, 1]) {
    if (size === 0) continue
    for (let at = 0; at < faults.length; at += size) yield { ...plan, faults: faults.toSpliced(at, size) }
  }
  if (days > 1) yield { ...plan, days: Math.ceil(days / 2) }
  if (days > 1) yield { ...plan, days: days - 1 }
  if (devices.length > 1) for (const index of devices.keys()) yield { ...plan, devices: devices.toSpliced(index, 1) }
  if (plan.spacesPerAccount > 1) yield { ...plan, spacesPerAccount: 1 }
  if (plan.upgradeDay !== null) yield { ...plan, upgradeDay: null, devices: devices.map((device) => ({ ...device, appVersion: 2 })) }
  if (plan.httpShare > 0) yield { ...plan, httpShare: 0 }
  if (plan.editsPerDay > 5) yield { ...plan, editsPerDay: Math.ceil(plan.editsPerDay / 2) }
}
