/**
 * The ledger holds what has to stay so after a restore of any backup. It is outside the database and its backups, and is only appended to.
 * Before a hub serves anything, it repeats what the ledger has beyond what happened in its database: in a restored one that is older, this
 * is what happened since.
 *
 * So far it holds the deleted records that are forgotten. Erasures and revocations belong here as well, and are not built yet.
 */
import type { Log } from '../log.ts'
import type { Gone, Storage } from '../storage.ts'

/** Positions count what the ledger holds; 0 is its beginning. */
export interface Ledger {
  /** The position behind the last entry. */
  readonly end: number
  /** Appends an entry; when this returns it is on disk. @returns the position behind it. */
  append(gone: Gone): number
  /** The entries behind a position, each with the position behind it; all of them if it is none of this ledger's. */
  after(position: number): Iterable<{ readonly gone: Gone; readonly end: number }>
}

/** Fulfils with whether the database is a copy that held alive what is gone. */
export async function repeatLedger(ledger: Ledger, storage: Pick<Storage, 'noted' | 'repeat'>, log: Log): Promise<boolean> {
  const noted = await storage.noted()
  const isShorter = noted > ledger.end
  if (isShorter) {
    log.warn({ code: 'hub.ledger', noted, end: ledger.end }, 'the ledger is shorter than it was: put the lost one back')
    await storage.repeat(null, 0)
  }
  let wasAlive = false
  for (const { gone, end } of ledger.after(isShorter ? 0 : noted)) wasAlive = (await storage.repeat(gone, end)) || wasAlive
  return wasAlive
}
