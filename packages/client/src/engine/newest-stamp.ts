import type { Stamp } from '@tombolo/core'
import type { Database } from '../storage/port.ts'

/**
 * The newest stamp that this device has used or seen, from its disk. `kept`: what was written down of it. A stamp that the hub clamped counts
 * with its effective stamp, which was written down where the log brought it without a receipt. One that the hub refused counts unless it
 * would have been clamped, which is to say unless it is beyond `believed` [C2]; also where it is tried again.
 */
export function newestStamp(database: Database, { believed, kept }: { readonly believed: Stamp; readonly kept: number }): Stamp {
  const newest = `SELECT max(CASE WHEN receipt IS NULL THEN stamp ELSE json_extract(receipt, '$.effectiveStamp') END) AS stamp
    FROM _change WHERE (status IN ('unsealed', 'queued') AND attempt = 0) OR receipt IS NOT NULL OR stamp <= ?`
  return Math.max(Number(database.prepare(newest).get(believed)?.['stamp'] ?? 0), kept) as Stamp
}
