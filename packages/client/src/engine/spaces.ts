/** Spaces on this device: how far each was read, and where this replica's hash chain in it ends. */
import { assert, CHAIN_START, type ChainEnd, type ChainHash, type Cursor, type Role, type SpaceId, type Standing } from '@tombolo/core'
import type { Database, SqlRow } from '../storage/port.ts'

export interface SpaceState {
  readonly id: SpaceId
  readonly chain: ChainEnd
  /** The space was made here and the hub has not answered yet: pushes carry `create` [Q8]. */
  readonly created: boolean
  readonly cursor: Cursor | null
  /** The version that the confirmed records have reached. */
  readonly version: number
  /** The newest head received from the hub. */
  readonly head: number
  /** Every restorable backup of the hub holds the space up to this version [P6]. */
  readonly durable: number
  /** When this device last had the whole space; null: never. */
  readonly completeAt: number | null
  /** The records are being fetched again beside the old ones, after a new epoch [Q3]. */
  readonly rebuilding: boolean
  /** The version after which content of a newer schema than the app's arrived; null: none did. */
  readonly newerSince: number | null
  /** What the account may do in the space, as the hub said last; null: the hub has not said. */
  readonly role: Standing | null
  /** The invitation by which this device has joined, until the hub has let the account in. */
  readonly joining: Joining | null
}

/** `name`: what the others in the space are to call this person. */
export interface Joining {
  readonly secret: string
  readonly role: Role
  readonly name?: string
}

export class SpaceTable {
  readonly #database: Database
  readonly #spaces = new Map<SpaceId, SpaceState>()

  /** `lastLink` returns the newest link of a space's chain in `_change`, which may be later than the link in the space's row. */
  constructor(database: Database, lastLink: (space: SpaceId) => ChainEnd | undefined) {
    this.#database = database
    for (const row of database.prepare('SELECT * FROM _space').all()) {
      const space = spaceOf(row)
      const last = lastLink(space.id)
      this.#spaces.set(space.id, last !== undefined && last.n > space.chain.n ? { ...space, chain: last } : space)
    }
  }

  all(): SpaceState[] {
    return [...this.#spaces.values()]
  }

  find(id: SpaceId): SpaceState | undefined {
    return this.#spaces.get(id)
  }

  get(id: SpaceId): SpaceState {
    const space = this.#spaces.get(id)
    assert(space !== undefined, 'a space that is written to is on the device')
    return space
  }

  add(id: SpaceId, created: boolean): SpaceState {
    const space: SpaceState = {
      id,
      chain: { n: 0, hash: CHAIN_START },
      created,
      cursor: null,
      version: 0,
      head: 0,
      durable: 0,
      completeAt: null,
      rebuilding: false,
      newerSince: null,
      role: null,
      joining: null,
    }
    return this.save(space)
  }

  /** Moves the end of the chain in memory. The row is not written: the change itself is on disk and records the link. */
  link(id: SpaceId, chain: ChainEnd): void {
    this.#spaces.set(id, { ...this.get(id), chain })
  }

  save(space: SpaceState): SpaceState {
    this.#spaces.set(space.id, space)
    this.#database
      .prepare(
        `INSERT INTO _space (id, n, chain, created, cursor, version, head, durable, complete_at, rebuilding, newer_since, role, joining)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET n = excluded.n, chain = excluded.chain, created = excluded.created, cursor = excluded.cursor, version = excluded.version,
           head = excluded.head, durable = excluded.durable, complete_at = excluded.complete_at, rebuilding = excluded.rebuilding,
           newer_since = excluded.newer_since, role = excluded.role, joining = excluded.joining`,
      )
      .run(
        space.id,
        space.chain.n,
        space.chain.hash,
        space.created ? 1 : 0,
        space.cursor,
        space.version,
        space.head,
        space.durable,
        space.completeAt,
        space.rebuilding ? 1 : 0,
        space.newerSince,
        space.role,
        space.joining === null ? null : JSON.stringify(space.joining),
      )
    return space
  }
}

const spaceOf = (row: SqlRow): SpaceState => ({
  id: row['id'] as SpaceId,
  chain: { n: Number(row['n']), hash: row['chain'] as ChainHash },
  created: row['created'] === 1,
  cursor: row['cursor'] as string | null,
  version: Number(row['version']),
  head: Number(row['head']),
  durable: Number(row['durable']),
  completeAt: row['complete_at'] as number | null,
  rebuilding: row['rebuilding'] === 1,
  newerSince: row['newer_since'] as number | null,
  role: row['role'] as Standing | null,
  joining: typeof row['joining'] === 'string' ? (JSON.parse(row['joining']) as Joining) : null,
})
