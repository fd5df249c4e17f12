import { expect, test } from 'vitest'
import { retryStorm, stormFaults } from './retry-storm.ts'

const MINUTE_MS = 60_000

test('[S2] after an outage of ten minutes devices come back spread, and have sent everything within a quarter of an hour', () => {
  const storm = retryStorm({ devices: 2000, seed: 1, outageMs: 10 * MINUTE_MS })
  // So few devices that chance alone moves a second's count by a third.
  expect(stormFaults({ ...storm, peak: storm.peak / 1.5 })).toEqual([])
  expect(storm.steady).toBeGreaterThan(10)
})

test('[S2] a hub that takes little more than its share after an outage is left alone as long as it asks', () => {
  const storm = retryStorm({ devices: 500, seed: 1, outageMs: 10 * MINUTE_MS, capacity: 1.5 })
  expect(storm.refused).toBeGreaterThan(100)
  expect(storm.early).toBe(0)
})
