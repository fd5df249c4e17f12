import { describe, expect, test } from 'vitest'
import { type ClockEstimate, estimateClock } from './clock.ts'

/** A round trip of so long, seen by a device whose clock is so far behind. */
const reading = (behindMs: number, roundTripMs: number, answeredAtShare = 0.5) => ({
  sentAtMs: 1_000_000,
  receivedAtMs: 1_000_000 + roundTripMs,
  hubTimeMs: 1_000_000 + behindMs + roundTripMs * answeredAtShare,
})

const after = (...readings: readonly ReturnType<typeof reading>[]): ClockEstimate | null =>
  readings.reduce<ClockEstimate | null>((before, each) => estimateClock(before, each), null)

describe('the offset of the clock', () => {
  test('[C1] is taken at the middle of the round trip', () => {
    expect(after(reading(5000, 200))).toEqual({ offsetMs: 5000, errorMs: 100 })
  })

  test('[C1] of a quick answer is not given up for that of a slow one which agrees', () => {
    expect(after(reading(5000, 600), reading(5000, 20_000, 0.9))).toEqual({ offsetMs: 5000, errorMs: 300 })
  })

  test('[C1] is given up when an answer contradicts it: a clock was set', () => {
    expect(after(reading(5000, 200), reading(3_600_000, 20_000))).toEqual({ offsetMs: 3_600_000, errorMs: 10_000 })
  })

  test('[C1] follows answers that are as good', () => {
    expect(after(reading(5000, 200), reading(5300, 220))).toMatchObject({ offsetMs: 5300 })
  })

  test('[C1] is not measured while the clock is being set back', () => {
    const backwards = { sentAtMs: 1_000_000, receivedAtMs: 400_000, hubTimeMs: 1_000_000 }
    expect(after(reading(5000, 200), backwards)).toEqual({ offsetMs: 5000, errorMs: 100 })
    expect(after(backwards, reading(600_000, 2000))).toEqual({ offsetMs: 600_000, errorMs: 1000 })
  })
})
