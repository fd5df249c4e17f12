import { expect, test } from 'vitest'
import { ownApp } from './own-app.ts'
import { type Plan, planOf } from './plan.ts'
import type { Failure } from './run.ts'
import { shrink } from './shrink.ts'

const LOST: Failure = { invariant: 'I-NOLOSS', message: 'I-NOLOSS: it is nowhere' }
const OTHER: Failure = { invariant: 'I-QUIET', message: 'I-QUIET: something else' }

/** Fails where a device with two tabs meets two faults on its second day. */
function needs({ days, devices, faults }: Plan): Failure | null {
  const isThere = devices.some(({ tabs }) => tabs > 1) && faults.includes('crash') && faults.includes('freeze')
  return isThere && days >= 2 ? LOST : null
}

function failingPlan(): Plan {
  for (let seed = 1; seed < 10_000; seed++) {
    const plan = planOf(ownApp, seed)
    if (needs(plan) !== null && plan.devices.length > 2 && plan.days > 2) return plan
  }
  throw new Error('no plan has more than it needs to fail')
}

test('a plan shrinks to what it needs to fail', async () => {
  const { plan, failure, runs } = await shrink(failingPlan(), LOST, async (smaller) => needs(smaller), 250)
  expect(failure).toBe(LOST)
  expect(plan).toMatchObject({ days: 2, spacesPerAccount: 1, editsPerDay: 5, upgradeDay: null, httpShare: 0 })
  expect(plan.devices.map(({ tabs }) => tabs > 1)).toEqual([true])
  expect([...plan.faults].sort()).toEqual(['crash', 'freeze'])
  expect(runs).toBeLessThan(120)
})

test('a smaller plan that fails in another way is not taken', async () => {
  const before = failingPlan()
  const { plan } = await shrink(before, LOST, async () => OTHER, 250)
  expect(plan).toBe(before)
})

test('it ends with the smallest that it had, when it has run often enough', async () => {
  const { plan, runs } = await shrink(failingPlan(), LOST, async (smaller) => needs(smaller), 3)
  expect(runs).toBe(3)
  expect(needs(plan)).toBe(LOST)
})
