import { expect, test } from 'vitest'
import { retryStorm, stormFaults } from './retry-storm.ts'
import { PATIENCE_MS } from './short.ts'

const OUTAGE_MS = 10 * 60_000

test(
  '[S2] after an outage of ten minutes devices come back spread, and have sent everything within a quarter of an hour',
  () => {
    const storm = retryStorm({ devices: 1000, seed: 1, outageMs: OUTAGE_MS })
    // Of so few devices a second's count is twice the average by chance.
    expect(stormFaults({ ...storm, peak: storm.peak / 2 })).toEqual([])
    expect(storm.steady).toBeGreaterThan(10)
  },
  PATIENCE_MS,
)

test(
  '[S2] a hub that takes little more than its share after an outage is left alone as long as it asks',
  () => {
    const storm = retryStorm({ devices: 500, seed: 1, outageMs: OUTAGE_MS, capacity: 1.5 })
    expect(storm.refused).toBeGreaterThan(100)
    expect(storm.early).toBe(0)
  },
  PATIENCE_MS,
)
