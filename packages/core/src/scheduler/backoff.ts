/**
 * How long to wait after failures [S2]. Full jitter: a wait is drawn evenly below a bound that doubles with each failure in a row, so that
 * devices which failed together do not come back together. The caller resets `failures` on progress only, never on a mere answer.
 */
import {
  BACKOFF_BACKGROUND_CAP_MS,
  BACKOFF_BASE_MS,
  BACKOFF_CAP_MS,
  BACKOFF_EXPONENT_MAX,
  BACKOFF_FLOOR_MS,
  RETRY_AFTER_MAX_MS,
  RETRY_AFTER_SPREAD,
} from './limits.ts'

/** The wait after the `failures`-th failure in a row, in milliseconds. `random` is in [0, 1); `background`: nobody is looking. */
export function backoffMs(failures: number, random: number, background: boolean): number {
  const cap = background ? BACKOFF_BACKGROUND_CAP_MS : BACKOFF_CAP_MS
  const doublings = Math.min(Math.max(failures - 1, 0), BACKOFF_EXPONENT_MAX)
  return Math.max(BACKOFF_FLOOR_MS, Math.floor(random * Math.min(cap, BACKOFF_BASE_MS * 2 ** doublings)))
}

/** The wait after a hub's `Retry-After`, in milliseconds: never shorter than asked, and spread. */
export function retryAfterMs(askedMs: number, random: number): number {
  const asked = Math.min(Math.max(askedMs, 0), RETRY_AFTER_MAX_MS)
  return asked + Math.floor(random * asked * RETRY_AFTER_SPREAD)
}
