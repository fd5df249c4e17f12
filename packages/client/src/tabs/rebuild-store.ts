/**
 * Builds a store anew after its database was damaged. Loaded only then.
 *
 *   damaged ─► set aside, as it is ─► read row by row ─► a new database: what was rescued, in one transaction ─► loads from the hub
 *
 * Nothing is removed: a person puts the damaged file away. If this is interrupted, the next opening does it again. After three files were
 * set aside it stops, because then the device itself is broken: the store does not open, with `storage.corrupt`.
 */
import type { Recovered } from '../engine/port.ts'
import { rescue, type Rescued } from '../engine/rescue.ts'
import { editsText } from '../engine/restore.ts'
import { isRescued } from '../engine/recovery.ts'
import { takeOver } from '../engine/take-over.ts'
import type { Database } from '../storage/port.ts'
import { nextGeneration } from '../storage/sql.ts'
import type { onDatabase, OpenedStore, StoreSetup } from './store-on-database.ts'

const SET_ASIDE_MAX = 3

/** @throws `damage` if too many were damaged before it. */
export async function rebuildStore(setup: StoreSetup, damage: unknown, open: typeof onDatabase): Promise<OpenedStore> {
  const database = await newDatabase(setup, damage)
  const rescued = await rescuedFrom(setup, database.aside)
  const opened = await open(setup, database, () => {})
  try {
    if (editsText(rescued)) opened.store.useText(await setup.loadText())
    takeOver(opened.store.state, rescued, recoveredOf(setup, rescued, database.aside))
    return opened
  } catch (error) {
    database.close()
    throw error
  }
}

/** Whether a check of the whole database finds nothing. */
export async function isWhole({ storage, name }: StoreSetup): Promise<boolean> {
  const database = await storage.open(name)
  try {
    return isReadable(() => database.prepare('PRAGMA integrity_check(1)').values()[0]?.[0] === 'ok')
  } finally {
    closed(database)
  }
}

/** The database of a rebuild that was interrupted, or a new one. */
async function newDatabase({ storage, name }: StoreSetup, damage: unknown): Promise<Database> {
  const unfinished = await openUnfinished({ storage, name })
  if (unfinished !== null) return unfinished
  const database = await storage.renew(name)
  if (database.aside.length <= SET_ASIDE_MAX) return database
  database.close()
  await storage.removeAside(nextGeneration(database.aside.at(-1) ?? name))
  throw damage
}

async function openUnfinished({ storage, name }: Pick<StoreSetup, 'storage' | 'name'>): Promise<Database | null> {
  try {
    const database = await storage.open(name)
    if (database.aside.length > 0 && isReadable(() => !isRescued({ database }))) return database
    database.close()
    return null
  } catch {
    // It is the damaged one.
    return null
  }
}

/** Reads the newest of the databases, and those before it as far as nothing was rescued from them yet. */
async function rescuedFrom(setup: StoreSetup, aside: readonly string[]): Promise<Rescued> {
  const all: Rescued[] = []
  for (const file of aside.toReversed()) {
    const { rescued, isLast } = await rescuedFromOne(setup, file)
    all.push(rescued)
    if (isLast) break
  }
  return joined(all)
}

async function rescuedFromOne(
  { storage, hash }: StoreSetup,
  file: string,
): Promise<{ readonly rescued: Rescued; readonly isLast: boolean }> {
  // The bytes come first: closing the database may write its log into it.
  const bytes = await storage.readAside(file)
  const database = await openedAside(storage, file)
  try {
    return { rescued: rescue(database, bytes, hash), isLast: database !== null && isReadable(() => isRescued({ database })) }
  } finally {
    if (database !== null) closed(database)
  }
}

/** Null: not even the beginning of the file can be read. */
async function openedAside(storage: StoreSetup['storage'], file: string): Promise<Database | null> {
  try {
    return await storage.openAside(file)
  } catch {
    return null
  }
}

/** `all`: the newest first. What is in several counts as the newest has it. */
function joined(all: readonly Rescued[]): Rescued {
  const oldestFirst = all.toReversed()
  const changes = new Map(oldestFirst.flatMap((one) => one.changes).map((change) => [change.intent, change]))
  return {
    changes: [...changes.values()],
    operations: oldestFirst.flatMap(({ operations }) => operations),
    meta: new Map(oldestFirst.flatMap(({ meta }) => [...meta])),
    unreadable: all.some(({ unreadable }) => unreadable === null) ? null : all.reduce((sum, { unreadable }) => sum + (unreadable ?? 0), 0),
  }
}

function recoveredOf({ nowMs = Date.now }: StoreSetup, { changes, unreadable }: Rescued, setAside: readonly string[]): Recovered {
  const rescued = changes.filter(({ version }) => version === null).length
  return { at: nowMs(), cause: 'damaged', rescued, unreadable, setAside }
}

function isReadable(isSo: () => boolean): boolean {
  try {
    return isSo()
  } catch {
    return false
  }
}

/** Closing writes the log into the database, which a damaged one may refuse. */
function closed(database: Database): void {
  try {
    database.close()
  } catch {
    // Its file stays as it is.
  }
}
