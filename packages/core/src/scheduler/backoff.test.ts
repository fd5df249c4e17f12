import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoffMs, retryAfterMs } from './backoff.ts'
import { BACKOFF_BACKGROUND_CAP_MS, BACKOFF_CAP_MS, BACKOFF_FLOOR_MS, RETRY_AFTER_MAX_MS } from './limits.ts'

const ALMOST_ONE = 1 - Number.EPSILON
const chance = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true })

describe('[S2] backoff with full jitter', () => {
  test.each([
    { failures: 1, background: false, below: 1_000 },
    { failures: 2, background: false, below: 2_000 },
    { failures: 3, background: false, below: 4_000 },
    { failures: 9, background: false, below: 256_000 },
    { failures: 10, background: false, below: 300_000 },
    { failures: 1_000_000, background: false, below: 300_000 },
    { failures: 12, background: true, below: 2_048_000 },
    { failures: 13, background: true, below: 3_600_000 },
  ])('[S2] after $failures failures (background: $background) a wait is drawn below $below ms', ({ failures, background, below }) => {
    expect(backoffMs(failures, ALMOST_ONE, background)).toBe(below - 1)
    expect(backoffMs(failures, 0.5, background)).toBe(below / 2)
  })

  test('[S2] every wait is at least the floor and below the cap', () => {
    fc.assert(
      fc.property(fc.nat(), chance, fc.boolean(), (failures, random, background) => {
        const wait = backoffMs(failures, random, background)
        expect(wait).toBeGreaterThanOrEqual(BACKOFF_FLOOR_MS)
        expect(wait).toBeLessThan(background ? BACKOFF_BACKGROUND_CAP_MS : BACKOFF_CAP_MS)
        expect(Number.isInteger(wait)).toBe(true)
      }),
    )
  })

  test('[S2] Retry-After is never cut short, is spread over half of itself, and is believed for a day at most', () => {
    fc.assert(
      fc.property(fc.nat(), chance, (asked, random) => {
        const believed = Math.min(asked, RETRY_AFTER_MAX_MS)
        expect(retryAfterMs(asked, random)).toBeGreaterThanOrEqual(believed)
        expect(retryAfterMs(asked, random)).toBeLessThanOrEqual(believed * 1.5)
      }),
    )
  })
})
