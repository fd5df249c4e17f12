import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Lane } from './lane.ts'
import {
  blindTo,
  type Circumstances,
  type Conditions,
  decide,
  DEFAULT_POLICY,
  type Policy,
  policyOf,
  UNKNOWN_CONDITIONS,
} from './policy.ts'

const HOUR_MS = 3_600_000
const NOW: Circumstances = { conditions: UNKNOWN_CONDITIONS, now: 0, signedIn: true, reachable: true, signal: 'good', sendNow: false }
const STRICT: Policy = {
  ...DEFAULT_POLICY,
  files: {
    wifiOnly: true,
    whenMetered: 'wait',
    whenSaveData: 'wait',
    batteryAbove: 0.2,
    hours: { fromMinute: 22 * 60, toMinute: 6 * 60 },
    whenUnknown: 'send',
  },
}

/** Each row: conditions, and what they say to changes, files and jobs under the default policy and to files under the strict one. */
const table: readonly (readonly [Partial<Conditions & Circumstances>, Record<Lane | 'strictFiles', string>])[] = [
  [{}, { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' }],
  [{ metered: true }, { changes: 'send', files: 'metered', jobs: 'send', strictFiles: 'metered' }],
  [{ saveData: true }, { changes: 'send', files: 'save-data', jobs: 'send', strictFiles: 'save-data' }],
  [{ wifi: false }, { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'wifi-only' }],
  [
    { wifi: true, metered: false },
    { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' },
  ],
  [{ battery: { level: 0.1, charging: false } }, { changes: 'send', files: 'battery', jobs: 'battery', strictFiles: 'battery' }],
  [{ battery: { level: 0.1, charging: true } }, { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' }],
  [{ battery: { level: 0.5, charging: false } }, { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' }],
  [
    { midnightAt: 0, now: 12 * HOUR_MS },
    { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'hours' },
  ],
  [
    { midnightAt: 0, now: 23 * HOUR_MS },
    { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' },
  ],
  [
    { midnightAt: 0, now: 5.9 * HOUR_MS },
    { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' },
  ],
  [
    { midnightAt: 0, now: 6 * HOUR_MS },
    { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'hours' },
  ],
  [
    { midnightAt: 48 * HOUR_MS, now: HOUR_MS },
    { changes: 'send', files: 'send', jobs: 'send', strictFiles: 'send' },
  ],
  [{ signal: 'poor' }, { changes: 'send', files: 'weak-signal', jobs: 'weak-signal', strictFiles: 'weak-signal' }],
  [{ reachable: false }, { changes: 'offline', files: 'offline', jobs: 'offline', strictFiles: 'offline' }],
  [
    { signedIn: false, reachable: false },
    { changes: 'sign-in', files: 'sign-in', jobs: 'sign-in', strictFiles: 'sign-in' },
  ],
]

const nowWith = ({ wifi, metered, saveData, battery, midnightAt, ...rest }: Partial<Conditions & Circumstances>): Circumstances => {
  const told = Object.entries({ wifi, metered, saveData, battery, midnightAt }).filter(([, value]) => value !== undefined)
  return { ...NOW, ...rest, conditions: { ...UNKNOWN_CONDITIONS, ...Object.fromEntries(told) } }
}

const said = (policy: Policy, now: Circumstances, lane: Lane): string => {
  const decision = decide(policy, now, lane)
  return decision.type === 'send' ? 'send' : decision.reason
}

describe('[S5] policies are a table', () => {
  test.each(table)('[S5] %o', (conditions, expected) => {
    const now = nowWith(conditions)
    expect(said(DEFAULT_POLICY, now, 'changes')).toBe(expected.changes)
    expect(said(DEFAULT_POLICY, now, 'files')).toBe(expected.files)
    expect(said(DEFAULT_POLICY, now, 'jobs')).toBe(expected.jobs)
    expect(said(STRICT, now, 'files')).toBe(expected.strictFiles)
  })

  test("[S5] a person's word overrides every policy, but neither offline nor a missing sign-in", () => {
    for (const [conditions] of table) {
      const now = nowWith({ ...conditions, sendNow: true })
      const expected = now.signedIn ? (now.reachable ? 'send' : 'offline') : 'sign-in'
      expect(said(STRICT, now, 'files')).toBe(expected)
    }
  })

  test('[S5] what the platform does not tell holds nothing, unless a policy asks for that', () => {
    expect(said(STRICT, NOW, 'files')).toBe('send')
    expect(said({ ...STRICT, files: { ...STRICT.files, whenUnknown: 'wait' } }, NOW, 'files')).toBe('wifi-only')
  })

  test('[S5] where the platform is blind, it is said', () => {
    expect(blindTo(STRICT, NOW, 'files')).toEqual(['wifi-only', 'metered', 'save-data', 'battery', 'hours'])
    expect(blindTo(DEFAULT_POLICY, nowWith({ metered: false, saveData: false }), 'files')).toEqual(['battery'])
    expect(blindTo(DEFAULT_POLICY, NOW, 'changes')).toEqual([])
  })

  test('[S5] a wait for hours says when it ends, and does end then', () => {
    const minute = fc.integer({ min: 0, max: 1439 })
    fc.assert(
      fc.property(
        minute,
        minute,
        fc.nat(10 * 86_400_000),
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        (from, to, at, midnightAt) => {
          fc.pre(from !== to)
          const policy: Policy = { ...DEFAULT_POLICY, files: { ...DEFAULT_POLICY.files, hours: { fromMinute: from, toMinute: to } } }
          const decision = decide(policy, nowWith({ midnightAt, now: at }), 'files')
          if (decision.type === 'send') return
          expect(decision).toMatchObject({ reason: 'hours', until: expect.any(Number) })
          const until = decision.until ?? 0
          expect(until).toBeGreaterThan(at)
          expect(until - at).toBeLessThanOrEqual(86_400_000)
          expect(decide(policy, nowWith({ midnightAt, now: until }), 'files')).toEqual({ type: 'send' })
          expect(decide(policy, nowWith({ midnightAt, now: until - 1 }), 'files').type).toBe('wait')
        },
      ),
    )
  })
})

test('[S5] an app says what differs; the rest is as by default', () => {
  const policy = policyOf({ changes: { wifiOnly: true } })
  expect(policy).toEqual({ ...DEFAULT_POLICY, changes: { ...DEFAULT_POLICY.changes, wifiOnly: true } })
  expect(policyOf({})).toEqual(DEFAULT_POLICY)
})
