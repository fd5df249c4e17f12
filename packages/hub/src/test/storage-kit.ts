/** What the contract of a storage is told with: spaces, rows of them, and one look at a time. */
import {
  CHAIN_START,
  type ChainHash,
  type Content,
  EMPTY_RECORD,
  EMPTY_REGISTER,
  type Entry,
  mintIntent,
  mintRecordId,
  mintReplicaId,
  mintSpaceId,
  type Name,
  type RandomBytes,
  type RecordState,
  type ReplicaId,
  type SpaceId,
  stampAt,
} from '@tombolo/core'
import { hashes } from '../crypto/keys.ts'
import type { BodyRequest, Effects, Found, RecordRow, Snapshot, SpaceEffects, Storage, VerdictRow } from '../storage.ts'
import { seeded } from './bench-hub.ts'

export interface StorageUnderTest {
  readonly open: () => Promise<Storage>
  readonly reopen: (storage: Storage) => Promise<Storage>
}

export const random: RandomBytes = seeded(23)
export const DAY_MS = 24 * 60 * 60 * 1000
export const NOTHING: BodyRequest = { type: 'none' }
export interface Place {
  readonly space: SpaceId
  readonly replica: ReplicaId
}

export const somewhere = (): Place => ({ space: mintSpaceId(1, random), replica: mintReplicaId(random) })

export const linkAt = (n: number): ChainHash => hashes.chain(CHAIN_START, n, 0, hashes.content('x'))

export const verdictAt = ({ replica }: Place, version: number): VerdictRow => ({
  intent: mintIntent(random),
  contentHash: hashes.content(String(version)),
  attempt: 0,
  account: 'ann',
  replica,
  n: version,
  link: linkAt(version),
  outcome: { type: 'applied', version, effectiveStamp: stampAt(version), hubStamp: stampAt(version + 1), unverified: version % 2 === 0 },
  isStored: false,
})

export const stored = (row: VerdictRow): VerdictRow => ({ ...row, isStored: true })

export const recordAt = (version: number, id: RecordRow['id'] = mintRecordId(1, random)): RecordRow & { readonly state: RecordState } => ({
  collection: 'notes',
  id,
  state: { ...EMPTY_RECORD, version, fields: { visits: { kind: 'counter', sum: version, version } } },
})

/** A record that was deleted, at this version. */
export const deletedAt = (version: number): ReturnType<typeof recordAt> => {
  const record = recordAt(version)
  const entry: Entry = { name: 'a-name' as Name, value: 'deleted', stamp: stampAt(1), hubStamp: stampAt(1), by: 'ann', over: [] }
  return { ...record, state: { ...record.state, life: { ...EMPTY_REGISTER, entries: [entry], version } } }
}

export const CONTENT: Content = {
  intent: mintIntent(random),
  stamp: stampAt(1),
  space: mintSpaceId(1, random),
  schemaVersion: 1,
  label: null,
  operations: [],
}

/** What a push of one change for each version from `first` to `last` writes. */
export function effects(place: Place, first: number, last: number, over: Partial<SpaceEffects> = {}, nowMs = 0): Effects {
  const versions = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const space: SpaceEffects = {
    space: { space: place.space, owner: 'ann', head: last, hubStamp: stampAt(last), logFloor: 0, horizon: 0 },
    created: first === 1,
    members: first === 1 ? [{ account: 'ann', standing: 'owner' }] : [],
    positions: [{ replica: place.replica, lastN: last, hash: linkAt(last) }],
    verdicts: versions.map((version) => verdictAt(place, version)),
    records: versions.map((version) => ({ ...recordAt(version), isNew: true })),
    chunks: [{ first, last, text: `"${first}-${last}"` }],
    tag: `tag-${last}`,
    history: [],
    sealed: [],
    ...over,
  }
  return { nowMs, claims: first === 1 ? [{ replica: place.replica, account: 'ann' }] : [], spaces: [space] }
}

export const write = (storage: Storage, made: Effects): Promise<void> =>
  storage.transact(
    () => [],
    () => made,
  )

/** What a transaction finds; it writes nothing. */
export async function find<T>(storage: Storage, look: (found: Found) => T): Promise<T> {
  const seen: T[] = []
  await storage.transact(
    () => [],
    (found) => {
      seen.push(look(found))
      return { nowMs: 0, claims: [], spaces: [] }
    },
  )
  const [first] = seen
  if (first === undefined) throw new Error('decide was not called')
  return first
}

export async function read(
  storage: Storage,
  space: SpaceId,
  body: BodyRequest = NOTHING,
  intents: readonly VerdictRow['intent'][] = [],
  headByMs = 0,
  { replica } = somewhere(),
): Promise<Snapshot> {
  const snapshot = await storage.read({ space, account: 'ann', replica, intents, tagsOf: [1, 2, 3, 99], headByMs, choose: () => body })
  if (snapshot === null) throw new Error('no such space')
  return snapshot
}
