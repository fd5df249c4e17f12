/**
 * What a hub forgets, and when. Pure: a pass of maintenance carries it out (maintenance.ts).
 *
 *   version   1 …… horizon …… durable …… log floor …… head
 *             │ deleted records, tags    │ texts of the log
 *
 * Nothing is forgotten that a backup which may still be restored holds alive: after a restore it would be back. So the horizon stays below
 * the durable version [P6], however old the deletions are.
 */
import type { Bounds, SpaceRow } from '../storage.ts'

/** For how long a hub keeps what nobody needs to go on, in days. */
export interface Retention {
  /** Deleted records. A device that was away for longer loads its spaces anew [Q4]. */
  readonly deletedDays: number
  /** The log. A device that was away for longer gets the merged records, which are fewer. */
  readonly logDays: number
  /** Superseded values, and contents as they were sealed where the hub merged them in another form. Of each field there are few. */
  readonly historyDays: number
}

/** The retention of a hub that names none. */
export const RETENTION: Retention = { deletedDays: 180, logDays: 30, historyDays: 365 }

/** A reader further behind than this gets records, of which there are never more than changes. */
export const LOG_CHANGES_MAX = 20_000

const DAY_MS = 24 * 60 * 60 * 1000

/** Since when each is kept, in milliseconds since 1970. */
export interface Since {
  readonly deletedMs: number
  readonly logMs: number
  readonly historyMs: number
}

export const sinceOf = ({ deletedDays, logDays, historyDays }: Retention, nowMs: number): Since => ({
  deletedMs: nowMs - deletedDays * DAY_MS,
  logMs: nowMs - logDays * DAY_MS,
  historyMs: nowMs - historyDays * DAY_MS,
})

/** The heads of a space at these times, and the version up to which it can no longer be lost. */
export interface Heads {
  readonly deleted: number
  readonly log: number
  readonly history: number
  readonly durable: number
}

/** @param headsSinceMs since when heads by time are asked for. */
export function boundsOf({ head, horizon }: SpaceRow, heads: Heads, headsSinceMs: number): Bounds {
  const deleted = Math.max(horizon, Math.min(heads.deleted, heads.durable))
  return { deleted, log: Math.max(deleted, heads.log, head - LOG_CHANGES_MAX), sealed: heads.history, headsBeforeMs: headsSinceMs }
}
