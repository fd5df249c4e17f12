/** What a start does about a download that was being brought back. Apart from staging.ts, which few starts need. */
import type { Database } from '../../storage/port.ts'

/** Under which `_meta` says what is being brought back. */
export const STAGING_KEY = 'import'

/** Forgets the lines that are here: whoever brings them begins again. That a download was brought back whole stays known. */
export function forgetUnfinished(database: Database): void {
  const unfinished = "FROM _meta WHERE key = ? AND json_extract(value, '$.imported') IS NULL"
  // Looked for first: a device that is full must start, and has no room for a deletion.
  if (database.prepare(`SELECT 1 ${unfinished}`).get(STAGING_KEY) === undefined) return
  database.prepare('DELETE FROM _import').run()
  database.prepare(`DELETE ${unfinished}`).run(STAGING_KEY)
}
