/**
 * The durable version of a space [P6]: devices keep applied changes until every copy of the database that may still be restored contains
 * them. The hub does not know its backups, so it goes by age: a copy older than `RESTORABLE_MS` is never restored.
 *
 *   version   1 … 40          41 … 57                 now
 *   applied   over a week ago │ this week              │        durableThrough = 40
 *
 * A new epoch starts over, because this week's copies are of the epoch before: first 0, after a week the head at its beginning.
 */
export const RESTORABLE_MS: number = 7 * 24 * 60 * 60 * 1000
