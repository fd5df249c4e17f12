/**
 * The scenarios as tests: one test each, over the share of its points that `npm test` runs, or over those that `npm run crash-points` asks for.
 */
import { describe, expect, test } from 'vitest'
import { type Explored, explore, type Failure } from './explore.ts'
import type { Point } from './plan.ts'
import type { Scenario } from './scenario.ts'

/** Set by main.ts: every point, or one. */
const ALL = process.env['TOMBOLO_CRASH_POINTS'] === 'all'
const ONE = process.env['TOMBOLO_CRASH_POINT']

declare module 'vitest' {
  interface TaskMeta {
    crashPoints?: Omit<Explored, 'failures'> & { readonly failures: number }
  }
}

export function testScenarios(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios)
    describe(`${scenario.requirements} ${scenario.name}`, () => {
      test(
        'holds whatever fails, and wherever',
        async ({ task }) => {
          const { failures, ...counts } = await explore(scenario, chosen)
          task.meta.crashPoints = { ...counts, failures: failures.length }
          expect(failures.map(told).join('\n\n')).toBe('')
        },
        ALL ? 3_600_000 : 120_000,
      )
    })
}

/** At most so many points of a scenario are in `npm test`, each with one of its faults in turn, evenly over the whole. */
const SHARE = 36

function chosen(points: readonly Point[]): readonly Point[] {
  if (ONE !== undefined) return points.filter((point) => nameOf(point) === ONE)
  if (ALL) return points
  // Faults of an operation stand together, up to six of them: a step that shares no factor with their number meets each fault in turn.
  const step = [1, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59].find((one) => points.length / one <= SHARE) ?? 61
  return points.filter((_, index) => index % step === 0)
}

const nameOf = ({ side, at, fault }: Point): string => `${side} ${at} ${fault}`

const told = ({ scenario, point, at, wrong }: Failure): string =>
  [point === null ? at : `npm run crash-points -- --scenario '${scenario}' --point '${nameOf(point)}'   at ${at}`, ...wrong].join('\n  ')
