/** Remembers how often records differed from the hub's, and were mended [Q5]. */
import type { Mended } from './port.ts'
import type { StoreState } from './state.ts'
import { storedJson } from './stored-json.ts'

const MENDED = 'mended'

/** Null: nothing ever differed. */
export function mendedOf({ database }: Pick<StoreState, 'database'>): Mended | null {
  const text = database.prepare('SELECT value FROM _meta WHERE key = ?').get(MENDED)?.['value']
  return typeof text === 'string' ? (storedJson(text) as Mended) : null
}

/** Counts records that differed. `isFirst`: they are the first of their check. */
export function noteMended(state: StoreState, records: number, isFirst: boolean): void {
  const before = mendedOf(state) ?? { times: 0, records: 0 }
  const mended: Mended = { times: before.times + (isFirst ? 1 : 0), records: before.records + records, lastAt: state.ports.nowMs() }
  state.write(MENDED, JSON.stringify(mended))
}
