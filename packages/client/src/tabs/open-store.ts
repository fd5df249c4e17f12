/**
 * Opens the database and the local store on it. One that is damaged is set aside, and a new one is built (rebuild-store.ts).
 *
 *   open ─► suspected? check it ─► tables, outbox ─► store
 *     └─────────────┴─── damaged ───────┴─► set aside · rescue · build anew ─► store
 *
 * The caller must hold the exclusive right to open this store. If this throws, nothing is open.
 */
import { SchemaOutdated } from '../engine/outdated-tables.ts'
import { checkSuspected } from '../engine/suspicion.ts'
import { isRescued } from '../engine/recovery.ts'
import { loadSeldom } from '../load-seldom.ts'
import { PartMissing } from '../platform/load-part.ts'
import { type Database, StorageError } from '../storage/port.ts'
import { onDatabase, type OpenedStore, type StoreSetup } from './store-on-database.ts'

export async function openStore(setup: StoreSetup): Promise<OpenedStore> {
  try {
    return await onDatabase(setup, await setup.storage.open(setup.name), checkWhole)
  } catch (error) {
    if (!isDamage(error) && isExplained(error)) throw error
    const { isWhole, rebuildStore } = await loadSeldom()
    if (!isDamage(error) && (await isWhole(setup))) throw error
    return await rebuildStore(setup, error, onDatabase)
  }
}

/** Other errors are bugs, or come of a damaged file, which is checked then. */
const isExplained = (error: unknown): boolean =>
  error instanceof StorageError || error instanceof SchemaOutdated || error instanceof PartMissing

const isDamage = (error: unknown): boolean => error instanceof StorageError && error.code === 'storage.corrupt'

/** @throws StorageError `storage.corrupt` if the database is damaged, or what was to be rescued into it is not there yet. */
function checkWhole(database: Database): void {
  checkSuspected(database)
  if (database.aside.length > 0 && !isRescued({ database }))
    throw new StorageError('storage.corrupt', new Error('the rescue was interrupted'))
}
