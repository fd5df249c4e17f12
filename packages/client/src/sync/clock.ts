/**
 * How far this device's clock is from the hub's, estimated from answers [C1].
 *
 * An answer says the hub's time at some moment of its round trip; taken at the middle, it is wrong by half a round trip at most. An
 * estimate is replaced by one that is as sharp, or by any that contradicts it: then one of the clocks was set.
 */

export interface ClockEstimate {
  /** The hub's time minus the device's. */
  readonly offsetMs: number
  /** At most this far from the truth. */
  readonly errorMs: number
}

export interface ClockReading {
  /** The device's own clock when the request went and when the answer was there. */
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly hubTimeMs: number
}

/** A sharper estimate than this is luck: later ones that are about as good keep it fresh. */
const SHARP_MS = 250
/** People are warned above this [C1]. */
export const CLOCK_WARNING_MS: number = 2 * 60 * 1000

export function estimateClock(before: ClockEstimate | null, reading: ClockReading): ClockEstimate {
  const { sentAtMs, receivedAtMs, hubTimeMs } = reading
  // A device's clock that was set back during the round trip leaves no measure of it.
  if (receivedAtMs < sentAtMs) return before ?? { offsetMs: hubTimeMs - receivedAtMs, errorMs: Number.POSITIVE_INFINITY }
  const next = { offsetMs: Math.round(hubTimeMs - (sentAtMs + receivedAtMs) / 2), errorMs: (receivedAtMs - sentAtMs) / 2 }
  if (before === null || next.errorMs <= Math.max(before.errorMs, SHARP_MS)) return next
  return Math.abs(next.offsetMs - before.offsetMs) > next.errorMs + before.errorMs ? next : before
}
