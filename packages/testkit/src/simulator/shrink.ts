/**
 * Makes a failing plan smaller as long as it fails in the same way: fewer devices, days, faults and edits, and plainer ones. Streams of
 * chance are independent (random.ts), so what stays in a smaller plan goes much as it went before.
 *
 * What makes a run shorter comes first. All is tried again until nothing can be left out any more: without a fault, a device may go, too.
 */
import type { DevicePlan, Plan } from './plan.ts'
import type { Failure } from './run.ts'

export interface Shrunk {
  readonly plan: Plan
  readonly failure: Failure
  readonly runs: number
}

const EDITS_MIN = 5

/** @param failureOf runs a plan; null: everything held. @param runsMax how many of them */
export async function shrink(
  plan: Plan,
  failure: Failure,
  failureOf: (plan: Plan) => Promise<Failure | null>,
  runsMax: number,
): Promise<Shrunk> {
  let smallest: Shrunk = { plan, failure, runs: 0 }
  let runs = 0
  const fails: Fails = async (candidate) => {
    if (runs >= runsMax) return false
    runs += 1
    const found = await failureOf(candidate)
    if (found?.invariant !== failure.invariant) return false
    smallest = { plan: candidate, failure: found, runs }
    return true
  }
  let before: Plan
  do {
    before = smallest.plan
    for (const reduce of REDUCTIONS) await reduce(smallest.plan, fails)
  } while (smallest.plan !== before)
  return { ...smallest, runs }
}

/** Whether a plan fails as the first one did: then it is the smallest. */
type Fails = (plan: Plan) => Promise<boolean>
type Reduction = (plan: Plan, fails: Fails) => Promise<unknown>

const fewerDays: Reduction = async (plan, fails) => {
  for (const days of new Set([plan.days >> 1, plan.days - 1])) {
    if (days > 0 && (await fails({ ...plan, days }))) return fewerDays({ ...plan, days }, fails)
  }
  return undefined
}

const fewerEdits: Reduction = async (plan, fails) => {
  const editsPerDay = Math.max(EDITS_MIN, plan.editsPerDay >> 1)
  if (editsPerDay < plan.editsPerDay && (await fails({ ...plan, editsPerDay }))) await fewerEdits({ ...plan, editsPerDay }, fails)
}

const fewerDevices: Reduction = (plan, fails) =>
  withoutSome(plan.devices, async (devices) => devices.length > 0 && (await fails({ ...plan, devices })))

const fewerFaults: Reduction = (plan, fails) => withoutSome(plan.faults, (faults) => fails({ ...plan, faults }))

/** Halves first, then smaller parts, then one by one. */
async function withoutSome<T>(items: readonly T[], fails: (items: readonly T[]) => Promise<boolean>): Promise<void> {
  let left = items
  for (let size = Math.ceil(items.length / 2); size > 0; size >>= 1) {
    for (let at = 0; at < left.length;) {
      const fewer = left.toSpliced(at, size)
      if (await fails(fewer)) left = fewer
      else at += size
    }
  }
}

/** What need not be there for most failures, all at once and one by one. */
const plainer: Reduction = async (plan, fails) => {
  const plain = PLAIN.reduce((sum, make) => make(sum), plan)
  if (!isSame(plain, plan) && (await fails(plain))) return
  let left = plan
  for (const make of PLAIN) {
    const made = make(left)
    if (!isSame(made, left) && (await fails(made))) left = made
  }
}

const each = (plan: Plan, plain: Partial<DevicePlan>): Plan => ({
  ...plan,
  devices: plan.devices.map((device) => ({ ...device, ...plain })),
})

const PLAIN: readonly ((plan: Plan) => Plan)[] = [
  (plan) => ({ ...plan, spacesPerAccount: 1 }),
  (plan) => (plan.upgradeDay === null ? plan : { ...each(plan, { appVersion: 2 }), upgradeDay: null }),
  (plan) => ({ ...plan, httpShare: 0 }),
  (plan) => each(plan, { tabs: 1 }),
  (plan) => each(plan, { mirrored: false }),
  (plan) => each(plan, { isFrugal: false, isSocketless: false }),
  (plan) => each(plan, { profile: 'wifi', hints: true }),
]

const isSame = (a: Plan, b: Plan): boolean => JSON.stringify(a) === JSON.stringify(b)

const REDUCTIONS: readonly Reduction[] = [fewerDays, fewerDevices, fewerFaults, fewerEdits, plainer]
