/**
 * Estimates the offset of this device's clock from the hub's, from answers [C1].
 *
 * An answer contains the hub's time at some moment of its round trip. Assuming the middle, the error is at most half a round trip. An
 * estimate is replaced by one that is as precise, or by any that contradicts it, because then one of the clocks was set.
 */

export interface ClockEstimate {
  /** The hub's time minus the device's. */
  readonly offsetMs: number
  /** The largest possible error. */
  readonly errorMs: number
}

export interface ClockReading {
  /** The device's own clock when the request was sent and when the answer arrived. */
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly hubTimeMs: number
}

/** Estimates better than this count as equally precise, so that later ones replace earlier ones. */
const SHARP_MS = 250
/** People are warned above this [C1]. */
export const CLOCK_WARNING_MS: number = 2 * 60 * 1000

export function estimateClock(before: ClockEstimate | null, reading: ClockReading): ClockEstimate {
  const { sentAtMs, receivedAtMs, hubTimeMs } = reading
  // The device's clock was set back during the round trip, so the round trip cannot be measured.
  if (receivedAtMs < sentAtMs) return before ?? { offsetMs: hubTimeMs - receivedAtMs, errorMs: Number.POSITIVE_INFINITY }
  const next = { offsetMs: Math.round(hubTimeMs - (sentAtMs + receivedAtMs) / 2), errorMs: (receivedAtMs - sentAtMs) / 2 }
  if (before === null || next.errorMs <= Math.max(before.errorMs, SHARP_MS)) return next
  return Math.abs(next.offsetMs - before.offsetMs) > next.errorMs + before.errorMs ? next : before
}
