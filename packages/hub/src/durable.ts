/**
 * The durable version of a space [P6]: devices keep applied changes until every copy of the database that may still be restored contains
 * them.
 *
 *   backups in a directory   what the oldest of them has; nothing while one is of another epoch, or there is none
 *   no backups configured    by age: a copy older than `RESTORABLE_MS` is never restored
 *
 *   version   1 … 40          41 … 57                 now
 *   applied   over a week ago │ this week              │        durableThrough = 40
 *
 * A new epoch starts over, because this week's copies are of the epoch before: first 0, after a week the head at its beginning.
 */
import type { Epoch, SpaceId } from '@tombolo/core'

export const RESTORABLE_MS: number = 7 * 24 * 60 * 60 * 1000

/** The backups of the database that may still be restored. */
export interface Backups {
  /** The version of a space that all of them have; 0 if one is of another epoch, or if there is none. */
  durableThrough(space: SpaceId, epoch: Epoch): number
}

export interface Durability {
  readonly backups: Backups | null
  readonly epoch: Epoch
}

/** @param headBy the space's head at the time before which copies of the database are not restored. */
export const durableThrough = ({ backups, epoch }: Durability, space: SpaceId, headBy: number): number =>
  backups === null ? headBy : backups.durableThrough(space, epoch)
