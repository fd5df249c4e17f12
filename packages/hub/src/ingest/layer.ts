/**
 * The uncommitted changes of a batch in one space. Each push works on a layer above those of earlier pushes, with the database at the
 * bottom. If a push fails, its layer is dropped, and nothing of it has happened.
 */
import type { Before, Content, History, Intent, Member, Name, RecordId, RecordState, ReplicaId, SpaceId, Standing } from '@tombolo/core'
import { intentOfName, isForgotten, nameOf } from '@tombolo/core'
import type { Found, HistoryRow, LogChunk, PositionRow, SpaceRow, VerdictRow } from '../storage.ts'

export interface Held {
  readonly collection: string
  readonly id: RecordId
  readonly state: RecordState
  /** The database does not have the space yet. */
  readonly isNew: boolean
}

/** The base of a layer: the database, or the layer of earlier pushes. */
export interface Below {
  verdict(intent: Intent): VerdictRow | null
  position(replica: ReplicaId): PositionRow | null
  held(collection: string, id: RecordId): Held | null
  standing(account: string): Standing | null
  /** Everybody who has or had a role. */
  members(): readonly Member[]
}

/** The database as a base. Records are cached for the batch, because judging and merging both read them. */
export function committed(found: Found, space: SpaceId): Below {
  const records = new Map<string, Held | null>()
  return {
    verdict: (intent) => found.verdict(space, intent),
    position: (replica) => found.position(space, replica),
    standing: (account) => found.standing(space, account),
    members: () => found.members(space),
    held(collection, id) {
      const key = id + collection
      const known = records.get(key)
      if (known !== undefined) return known
      const state = found.record(space, collection, id)
      const held = state === null ? null : { collection, id, state, isNew: false }
      records.set(key, held)
      return held
    },
  }
}

export class Layer implements Below {
  readonly #below: Below
  row: SpaceRow
  verdicts: Map<Intent, VerdictRow> = new Map()
  readonly positions: Map<ReplicaId, PositionRow> = new Map()
  records: Map<string, Held> = new Map()
  readonly standings: Map<string, Standing> = new Map()
  readonly chunks: LogChunk[] = []
  readonly history: HistoryRow[] = []
  readonly sealed: { readonly version: number; readonly content: Content }[] = []

  constructor(below: Below, row: SpaceRow) {
    this.#below = below
    this.row = row
  }

  verdict(intent: Intent): VerdictRow | null {
    return this.verdicts.get(intent) ?? this.#below.verdict(intent)
  }

  position(replica: ReplicaId): PositionRow | null {
    return this.positions.get(replica) ?? this.#below.position(replica)
  }

  held(collection: string, id: RecordId): Held | null {
    return this.records.get(id + collection) ?? this.#below.held(collection, id)
  }

  standing(account: string): Standing | null {
    return this.standings.get(account) ?? this.#below.standing(account)
  }

  members(): readonly Member[] {
    const below = this.#below.members().filter(({ account }) => !this.standings.has(account))
    return [...below, ...this.changedMembers()]
  }

  /** Those whose standing this layer has changed. */
  changedMembers(): readonly Member[] {
    return [...this.standings].map(([account, standing]) => ({ account, standing }))
  }

  /** A record as it is before the next change. */
  readonly before: Before = (collection, id) => this.held(collection, id as RecordId)?.state

  /** Whether the record is behind the horizon, though it has not been removed yet [Q4]. */
  isForgotten(collection: string, id: RecordId): boolean {
    const held = this.row.horizon === 0 ? null : this.held(collection, id)
    return held !== null && isForgotten(collection, held.state, this.row.horizon)
  }

  /** Whether this write was applied in this space. */
  knows(name: Name): boolean {
    const verdict = this.verdict(intentOfName(name))
    return verdict !== null && verdict.outcome.type === 'applied' && nameOf(verdict.intent, verdict.contentHash) === name
  }

  putRecord(collection: string, id: RecordId, state: RecordState, isNew: boolean): void {
    this.records.set(id + collection, { collection, id, state, isNew })
  }

  putHistory(collection: string, record: RecordId, items: readonly History[]): void {
    if (items.length > 0) this.history.push({ collection, record, version: this.row.head, items })
  }

  /** Merges in the layer of a successful push. */
  absorb(above: Layer): void {
    this.row = above.row
    this.verdicts = over(this.verdicts, above.verdicts)
    this.records = over(this.records, above.records)
    for (const [replica, position] of above.positions) this.positions.set(replica, position)
    for (const [account, standing] of above.standings) this.standings.set(account, standing)
    for (const chunk of above.chunks) this.chunks.push(chunk)
    for (const row of above.history) this.history.push(row)
    for (const row of above.sealed) this.sealed.push(row)
  }
}

/** Merges two maps. The first push of a batch is usually the only one, so its map is reused. */
function over<K, V>(below: Map<K, V>, above: Map<K, V>): Map<K, V> {
  if (below.size === 0) return above
  for (const [key, value] of above) below.set(key, value)
  return below
}
