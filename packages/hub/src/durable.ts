/**
 * What can no longer be lost [P6]: devices keep what the hub has applied until every copy of the database that may still be put back
 * holds it. The hub knows of no backups, so it goes by age: a copy that is older than `RESTORABLE_MS` is not put back.
 *
 *   version   1 … 40          41 … 57                 now
 *   applied   over a week ago │ this week              │        durableThrough = 40
 *
 * In a new epoch the count begins anew, for the copies of this week are of the epoch before: 0, then what was there when it began.
 */
export const RESTORABLE_MS: number = 7 * 24 * 60 * 60 * 1000
