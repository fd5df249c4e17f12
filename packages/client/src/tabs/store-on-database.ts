/** The local store on a database that is open. */
import type { Hash, RandomBytes, SchemaDefinition, TextEditor } from '@tombolo/core'
import { LocalStore } from '../engine/local-store.ts'
import type { OpenPorts } from '../engine/open-ports.ts'
import type { Database, Storage } from '../storage/port.ts'

export interface OpenedStore {
  readonly database: Database
  readonly store: LocalStore
}

/** What it takes to open the local store of that name. */
export interface StoreSetup {
  readonly name: string
  readonly schema: SchemaDefinition
  readonly storage: Storage
  readonly hash: Hash
  readonly random: RandomBytes
  /** Milliseconds since 1970; default the device's clock. */
  readonly nowMs?: () => number
  readonly historyDays?: number
  readonly loadText: () => Promise<TextEditor>
  readonly loadUpgrade: OpenPorts['loadUpgrade']
}

/** Opens a store on a database, which is closed if that fails. */
export async function onDatabase(setup: StoreSetup, database: Database, check: (database: Database) => void): Promise<OpenedStore> {
  const { schema, hash, random, loadText, loadUpgrade, historyDays, nowMs = Date.now } = setup
  const history = historyDays === undefined ? {} : { historyDays }
  try {
    check(database)
    return { database, store: await LocalStore.open(database, schema, { nowMs, random, hash, loadText, loadUpgrade, ...history }) }
  } catch (error) {
    database.close()
    throw error
  }
}
