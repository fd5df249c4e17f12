/** Remembers what came of a store that was damaged or removed, until its person puts that away. */
import type { Recovered } from './port.ts'
import type { StoreState } from './state.ts'
import { storedJson } from './stored-json.ts'

const RECOVERED = 'recovered'

/** What came of this store before; null: nothing did, or the person was told and has put it away. */
export function recoveryOf(state: Pick<StoreState, 'database'>): Recovered | null {
  const text = state.database.prepare('SELECT value FROM _meta WHERE key = ?').get(RECOVERED)?.['value']
  return typeof text === 'string' ? (storedJson(text) as Recovered) : null
}

export const noteRecovery = (state: StoreState, recovered: Recovered | null): void =>
  state.transact(() => state.write(RECOVERED, recovered === null ? null : JSON.stringify(recovered)))

/** Whether the rescue from the databases that were set aside is complete. A database that is new has not even its tables. */
export function isRescued({ database }: Pick<StoreState, 'database'>): boolean {
  const hasTables = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_meta'").get() !== undefined
  return hasTables && database.prepare('SELECT 1 FROM _meta WHERE key = ?').get(RECOVERED) !== undefined
}
