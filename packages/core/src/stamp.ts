/**
 * Stamps: a hybrid logical clock (Kulkarni et al. 2014) in one integer.
 *
 *   stamp = milliseconds since 1970 × 1024 + counter
 *
 * One safe integer compares, stores and travels faster than a pair, and lasts until the year 2200 (STAMP_MAX). Stamps order the `latest`
 * rule and nothing else. The name of the write breaks ties.
 */
import { MS_MAX, STAMP_AHEAD_MAX_MS } from './limits.ts'

declare const brand: unique symbol
/** A hybrid logical time as one integer: milliseconds since 1970 × 1,024, plus a counter of events within the millisecond. */
export type Stamp = number & { readonly [brand]: 'stamp' }

const TICKS_PER_MS = 1024

/** The last stamp, at the end of 2199; as a hub stamp it means 'not accepted yet'. */
export const STAMP_MAX: Stamp = ((MS_MAX + 1) * TICKS_PER_MS - 1) as Stamp
/** The first stamp: the beginning of 1970. */
export const STAMP_MIN: Stamp = 0 as Stamp

/**
 * The first stamp of a millisecond. A clock past the end of 2199 is clamped to it, so that a wrong clock cannot break the arithmetic.
 * @example stampAt(1) // 1024
 */
export const stampAt = (ms: number): Stamp => (Math.max(0, Math.min(Math.floor(ms), MS_MAX)) * TICKS_PER_MS) as Stamp
/**
 * The millisecond of a stamp, since 1970.
 * @example msOfStamp(stampAt(1_700_000_000_000)) // 1_700_000_000_000
 */
export const msOfStamp = (stamp: Stamp): number => Math.floor(stamp / TICKS_PER_MS)

/** The stamp of the next event: later than every stamp this replica has made or seen, and no earlier than its corrected clock. */
export const nextStamp = (last: Stamp, nowMs: number): Stamp => Math.min(Math.max(last + 1, stampAt(nowMs)), STAMP_MAX) as Stamp

/** The stamp that the hub accepts [C2]: a stamp too far in the future is replaced by now, so that a wrong clock cannot win for ever. */
export const effectiveStamp = (raw: Stamp, nowMs: number): Stamp => (raw > stampAt(nowMs + STAMP_AHEAD_MAX_MS) ? stampAt(nowMs) : raw)

/** Whether this is a whole number between STAMP_MIN and STAMP_MAX. */
export const isStamp = (value: unknown): value is Stamp =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= STAMP_MAX
