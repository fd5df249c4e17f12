/**
 * What any storage must do, whatever database it stands on: run by each adapter's test with a way to open an empty one.
 * `reopen` opens the same database again, as after a crash of the hub.
 */
import {
  CHAIN_START,
  type ChainHash,
  EMPTY_RECORD,
  EMPTY_REGISTER,
  type Entry,
  type IdRange,
  mintIntent,
  mintRecordId,
  mintReplicaId,
  mintSpaceId,
  type Name,
  type RecordState,
  type ReplicaId,
  type SpaceId,
  stampAt,
} from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { hashes } from '../crypto/keys.ts'
import type {
  BodyRequest,
  Bounds,
  Effects,
  Found,
  Gone,
  RangeSlice,
  RecordRow,
  Snapshot,
  SpaceEffects,
  Storage,
  VerdictRow,
} from '../storage.ts'
import { seeded } from './bench-hub.ts'

export interface StorageUnderTest {
  readonly open: () => Promise<Storage>
  readonly reopen: (storage: Storage) => Promise<Storage>
}

const random = seeded(23)
const DAY_MS = 24 * 60 * 60 * 1000
const NOTHING: BodyRequest = { type: 'none' }
const NO_BOUNDS: Bounds = { log: 0, deleted: 0, sealed: 0, headsBeforeMs: 0 }

const mustNotNote = (): never => {
  throw new Error('it was to be noted')
}

interface Place {
  readonly space: SpaceId
  readonly replica: ReplicaId
}

const somewhere = (): Place => ({ space: mintSpaceId(1, random), replica: mintReplicaId(random) })

const linkAt = (n: number): ChainHash => hashes.chain(CHAIN_START, n, 0, hashes.content('x'))

const verdictAt = ({ replica }: Place, version: number): VerdictRow => ({
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

const stored = (row: VerdictRow): VerdictRow => ({ ...row, isStored: true })

const recordAt = (version: number, id: RecordRow['id'] = mintRecordId(1, random)): RecordRow & { readonly state: RecordState } => ({
  collection: 'notes',
  id,
  state: { ...EMPTY_RECORD, version, fields: { visits: { kind: 'counter', sum: version, version } } },
})

const deletedAt = (version: number): ReturnType<typeof recordAt> => {
  const record = recordAt(version)
  const entry: Entry = { name: 'a-name' as Name, value: 'deleted', stamp: stampAt(1), hubStamp: stampAt(1), by: 'ann', over: [] }
  return { ...record, state: { ...record.state, life: { ...EMPTY_REGISTER, entries: [entry], version } } }
}

const asNew = (record: RecordRow | undefined): (RecordRow & { readonly isNew: boolean })[] =>
  record === undefined ? [] : [{ ...record, isNew: true }]

const CONTENT = {
  intent: mintIntent(random),
  stamp: stampAt(1),
  space: mintSpaceId(1, random),
  schemaVersion: 1,
  label: null,
  operations: [],
}

/** What a push of one change for each version from `first` to `last` writes. */
function effects(place: Place, first: number, last: number, over: Partial<SpaceEffects> = {}, nowMs = 0): Effects {
  const versions = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const space: SpaceEffects = {
    space: { space: place.space, owner: 'ann', head: last, hubStamp: stampAt(last), logFloor: 0, horizon: 0 },
    created: first === 1,
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

const write = (storage: Storage, made: Effects): Promise<void> =>
  storage.transact(
    () => [],
    () => made,
  )

/** What a transaction finds; it writes nothing. */
async function find<T>(storage: Storage, look: (found: Found) => T): Promise<T> {
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

async function read(
  storage: Storage,
  space: SpaceId,
  body: BodyRequest = NOTHING,
  intents: readonly VerdictRow['intent'][] = [],
  headByMs = 0,
  { replica } = somewhere(),
): Promise<Snapshot> {
  const snapshot = await storage.read({ space, replica, intents, tagsOf: [1, 2, 3, 99], headByMs, choose: () => body })
  if (snapshot === null) throw new Error('no such space')
  return snapshot
}

export function storageContract(name: string, { open, reopen }: StorageUnderTest): void {
  describe(`${name} keeps the contract of a storage`, () => {
    it('an empty one has an epoch and nothing else', async () => {
      const storage = await open()
      const { space, replica } = somewhere()
      expect(await storage.epoch()).not.toBe('')
      expect(await storage.read({ space, replica, intents: [], tagsOf: [], headByMs: 0, choose: () => NOTHING })).toBeNull()
      expect(await storage.spacesOf('ann', 0)).toEqual([])
      expect(await find(storage, (found) => [found.space(space), found.account(replica) ?? 'none'])).toEqual([null, 'none'])
      await storage.close()
    })

    it('[P3] what a transaction wrote is found by the next one, also after the hub starts again', async () => {
      const first = await open()
      const place = somewhere()
      const { space, replica } = place
      const made = effects(place, 1, 3)
      await write(first, made)
      const storage = await reopen(first)
      const written = made.spaces[0]
      if (written === undefined) throw new Error('nothing was made')
      const found = await find(storage, (all) => ({
        space: all.space(space),
        account: all.account(replica),
        position: all.position(space, replica),
        verdicts: written.verdicts.map(({ intent }) => all.verdict(space, intent)),
        records: written.records.map(({ collection, id }) => all.record(space, collection, id)),
        tags: [1, 3, 4].map((version) => all.tag(space, version)),
      }))
      expect(found).toEqual({
        space: written.space,
        account: 'ann',
        position: { lastN: 3, hash: linkAt(3) },
        verdicts: written.verdicts.map(stored),
        records: written.records.map(({ state }) => state),
        tags: ['tag-3', 'tag-3', null],
      })
      expect(await storage.epoch()).not.toBe('')
      await storage.close()
    })

    it('[P3] nothing of a transaction that fails has happened', async () => {
      const storage = await open()
      const place = somewhere()
      await expect(
        storage.transact(
          () => [],
          () => {
            throw new Error('decided not to')
          },
        ),
      ).rejects.toThrow('decided not to')
      const [space] = effects(place, 1, 2).spaces
      const twice = effects(place, 1, 2, { chunks: [...(space?.chunks ?? []), ...(space?.chunks ?? [])] })
      await expect(write(storage, twice)).rejects.toBeInstanceOf(Error)
      expect(await storage.read({ ...place, intents: [], tagsOf: [], headByMs: 0, choose: () => NOTHING })).toBeNull()
      await write(storage, effects(place, 1, 2))
      expect((await read(storage, place.space)).space.head).toBe(2)
      await storage.close()
    })

    it('[P3] a verdict, a record and a position that are written again replace what was there', async () => {
      const storage = await open()
      const place = somewhere()
      const record = recordAt(1)
      const refused: VerdictRow = {
        ...verdictAt(place, 1),
        outcome: { type: 'rejected', code: 'value.type', message: 'no', field: 'title' },
      }
      await write(storage, effects(place, 1, 1, { verdicts: [refused], records: [{ ...record, isNew: true }] }))
      expect(await find(storage, (found) => found.verdict(place.space, refused.intent))).toEqual(stored(refused))
      const applied: VerdictRow = { ...verdictAt(place, 2), intent: refused.intent, attempt: 1, isStored: true }
      await write(storage, effects(place, 2, 2, { verdicts: [applied], records: [{ ...recordAt(2, record.id), isNew: false }] }))
      expect(await find(storage, (found) => found.verdict(place.space, refused.intent))).toEqual(applied)
      const { body } = await read(storage, place.space, { type: 'records', position: { version: 0, last: null }, bytesMax: 1e6 })
      expect(body).toMatchObject({ records: [{ id: record.id, state: { version: 2 } }] })
      await storage.close()
    })

    it('spaces do not meet', async () => {
      const storage = await open()
      const [one, other] = [somewhere(), somewhere()]
      const made = effects(one, 1, 2)
      await write(storage, made)
      await write(storage, effects(other, 1, 1))
      const [verdict] = made.spaces[0]?.verdicts ?? []
      const [record] = made.spaces[0]?.records ?? []
      if (verdict === undefined || record === undefined) throw new Error('nothing was made')
      const strange = await find(storage, (found) => [
        found.verdict(other.space, verdict.intent),
        found.record(other.space, record.collection, record.id),
        found.position(other.space, one.replica),
      ])
      expect(strange).toEqual([null, null, null])
      expect(await storage.spacesOf('ann', 0)).toMatchObject([
        { space: one.space, head: 2 },
        { space: other.space, head: 1 },
      ])
      expect(await storage.spacesOf('eve', 0)).toEqual([])
      await storage.close()
    })

    it('[Q2] the log is read by whole chunks, bounded, at least one', async () => {
      const storage = await open()
      const place = somewhere()
      for (const [first, last] of [
        [1, 2],
        [3, 3],
        [4, 6],
      ] as const)
        await write(storage, effects(place, first, last))
      const all = await read(storage, place.space, { type: 'log', after: 0, bytesMax: 1e6 })
      expect(all.body).toEqual({
        type: 'log',
        chunks: [
          { first: 1, last: 2, text: '"1-2"' },
          { first: 3, last: 3, text: '"3-3"' },
          { first: 4, last: 6, text: '"4-6"' },
        ],
        more: false,
      })
      const some = await read(storage, place.space, { type: 'log', after: 2, bytesMax: 1 })
      expect(some.body).toMatchObject({ chunks: [{ first: 3 }], more: true })
      expect((await read(storage, place.space, { type: 'log', after: 6, bytesMax: 1 })).body).toEqual({
        type: 'log',
        chunks: [],
        more: false,
      })
      await storage.close()
    })

    it('[Q3] a version has the tag of the commit that it belongs to; one that is not there has none', async () => {
      const storage = await open()
      const place = somewhere()
      await write(storage, effects(place, 1, 2))
      await write(storage, effects(place, 3, 3))
      const { tags } = await read(storage, place.space)
      expect(Object.fromEntries(tags)).toEqual({ 1: 'tag-2', 2: 'tag-2', 3: 'tag-3' })
      await storage.close()
    })

    it('[Q2] records are read in the order of versions, and of (collection, id) within one, from behind a place', async () => {
      const storage = await open()
      const place = somewhere()
      const many = Array.from({ length: 6 }, () => recordAt(1)).sort((a, b) => (a.id < b.id ? -1 : 1))
      await write(storage, effects(place, 1, 1, { records: many.toReversed().map((record) => ({ ...record, isNew: true })) }))
      await write(storage, effects(place, 2, 2))
      const found: string[] = []
      for (let position: { version: number; last: { collection: string; id: RecordRow['id'] } | null } = { version: 0, last: null }; ;) {
        const { body } = await read(storage, place.space, { type: 'records', position, bytesMax: 100 })
        if (body.type !== 'records') throw new Error('no records')
        found.push(...body.records.map(({ id }) => id))
        const last = body.records.at(-1)
        if (!body.more || last === undefined) break
        position = { version: last.state.version, last: { collection: last.collection, id: last.id } }
      }
      expect(found.slice(0, 6)).toEqual(many.map(({ id }) => id))
      expect(found).toHaveLength(7)
      await storage.close()
    })

    it('[P3] the verdicts that are asked for come in the same snapshot', async () => {
      const storage = await open()
      const place = somewhere()
      const made = effects(place, 1, 2)
      await write(storage, made)
      const verdicts = made.spaces[0]?.verdicts ?? []
      const asked = [...verdicts.map(({ intent }) => intent), mintIntent(random)]
      expect((await read(storage, place.space, NOTHING, asked)).verdicts).toEqual(verdicts.map(stored))
      await storage.close()
    })

    it('[Q2] the end of the asking replica’s chain comes in the same snapshot; of one that wrote nothing here there is none', async () => {
      const storage = await open()
      const [place, elsewhere] = [somewhere(), somewhere()]
      await write(storage, effects(place, 1, 2))
      await write(storage, effects(place, 3, 3))
      await write(storage, effects(elsewhere, 1, 1))
      const positionOf = async (one: Place): Promise<unknown> => (await read(storage, place.space, NOTHING, [], 0, one)).position
      expect(await positionOf(place)).toEqual({ lastN: 3, hash: linkAt(3) })
      expect(await positionOf(elsewhere)).toBeNull()
      expect(await positionOf(somewhere())).toBeNull()
      await storage.close()
    })

    it('[Q8] a replica id belongs to the account that claimed it first', async () => {
      const storage = await open()
      const { replica } = somewhere()
      expect(await storage.claim(replica, 'ann')).toBe('ann')
      expect(await storage.claim(replica, 'eve')).toBe('ann')
      expect(await find(storage, (found) => found.account(replica))).toBe('ann')
      await storage.close()
    })

    it('[Q3] the epoch is renewed once, however many find out', async () => {
      const storage = await open()
      const first = await storage.epoch()
      expect(await storage.renewEpoch(first, 'second', 1)).toBe('second')
      expect(await storage.renewEpoch(first, 'third', 1)).toBe('second')
      expect(await (await reopen(storage)).epoch()).toBe('second')
    })

    it('[P6] a head by a time is one that the space had then, at most a day before, also after the hub starts again', async () => {
      const first = await open()
      const place = somewhere()
      const at = (version: number, ms: number): Promise<void> => write(first, effects(place, version, version, {}, ms))
      await at(1, 3 * DAY_MS)
      await at(2, 3 * DAY_MS + 1)
      await at(3, 5 * DAY_MS)
      const storage = await reopen(first)
      const headBy = async (ms: number): Promise<number> => (await read(storage, place.space, NOTHING, [], ms)).headBy
      expect(await headBy(3 * DAY_MS)).toBe(0)
      expect(await headBy(4 * DAY_MS + 1)).toBe(2)
      expect(await headBy(6 * DAY_MS + 1)).toBe(3)
      expect(await find(storage, (found) => found.headBy(place.space, 6 * DAY_MS + 1))).toBe(3)
      expect(await storage.spacesOf('ann', 4 * DAY_MS + 1)).toMatchObject([{ head: 3, headBy: 2 }])
      expect(await find(storage, (found) => found.headBy(somewhere().space, 6 * DAY_MS + 1))).toBe(0)
      await storage.close()
    })

    it('[P6] a head by a time is never later than it was, also where the hub’s clock goes back', async () => {
      const storage = await open()
      const place = somewhere()
      await write(storage, effects(place, 1, 1, {}, 5 * DAY_MS))
      await write(storage, effects(place, 2, 2, {}, 3 * DAY_MS))
      expect((await read(storage, place.space, NOTHING, [], 4 * DAY_MS)).headBy).toBe(0)
      expect((await read(storage, place.space, NOTHING, [], 6 * DAY_MS)).headBy).toBe(2)
      await storage.close()
    })

    it('[P6] in a new epoch heads by time begin with what is there', async () => {
      const storage = await open()
      const place = somewhere()
      await write(storage, effects(place, 1, 2))
      await storage.renewEpoch(await storage.epoch(), 'second', 9 * DAY_MS)
      const headBy = async (ms: number): Promise<number> => (await read(storage, place.space, NOTHING, [], ms)).headBy
      expect(await headBy(9 * DAY_MS)).toBe(0)
      expect(await headBy(10 * DAY_MS + 1)).toBe(2)
      await storage.renewEpoch('another', 'third', 20 * DAY_MS)
      expect(await headBy(10 * DAY_MS + 1)).toBe(2)
      await storage.close()
    })

    it('[Q2] the log is forgotten by whole chunks up to a version, and the floor moves to where it begins', async () => {
      const storage = await open()
      const place = somewhere()
      for (const [first, last] of [
        [1, 2],
        [3, 5],
      ] as const)
        await write(storage, effects(place, first, last))
      expect(await storage.forget(place.space, { ...NO_BOUNDS, log: 4 }, 10, mustNotNote)).toBe(false)
      const snapshot = await read(storage, place.space, { type: 'log', after: 2, bytesMax: 1e6 })
      expect(snapshot).toMatchObject({ space: { logFloor: 2 }, body: { chunks: [{ first: 3 }] } })
      await storage.forget(place.space, { ...NO_BOUNDS, log: 99 }, 10, mustNotNote)
      expect((await read(storage, place.space)).space).toMatchObject({ logFloor: 5, head: 5 })
      expect(Object.fromEntries((await read(storage, place.space)).tags)).toEqual({ 1: 'tag-2', 2: 'tag-2', 3: 'tag-5', 5: 'tag-5' })
      await storage.close()
    })

    it('[Q2] the log is forgotten a part at a time', async () => {
      const storage = await open()
      const place = somewhere()
      for (let version = 1; version <= 5; version++) await write(storage, effects(place, version, version))
      const floors: number[] = []
      for (let more = true; more; floors.push((await read(storage, place.space)).space.logFloor))
        more = await storage.forget(place.space, { ...NO_BOUNDS, log: 4 }, 2, mustNotNote)
      expect(floors).toEqual([2, 4, 4])
      await storage.close()
    })

    it('[Q4] deleted records are forgotten up to the horizon, a part at a time; their ids stay known', async () => {
      const first = await open()
      const place = somewhere()
      const deleted = [deletedAt(1), deletedAt(2), deletedAt(2), deletedAt(2), deletedAt(4)]
      const there = recordAt(2)
      await write(first, effects(place, 1, 1, { records: [deleted[0]].flatMap(asNew) }))
      await write(first, effects(place, 2, 2, { records: [...deleted.slice(1, 4), there].flatMap(asNew) }))
      await write(first, effects(place, 3, 4, { records: deleted.slice(4).flatMap(asNew) }))
      const noted: Gone[] = []
      const note = (gone: Gone): number => noted.push(gone)
      const horizons: number[] = []
      for (let more = true; more; horizons.push((await read(first, place.space)).space.horizon))
        more = await first.forget(place.space, { ...NO_BOUNDS, log: 3, deleted: 3 }, 2, note)
      expect(horizons.at(-1)).toBe(3)
      expect(horizons).toEqual(horizons.toSorted((a, b) => a - b))
      const storage = await reopen(first)
      const state = await find(storage, (found) =>
        [...deleted, there].map(({ collection, id }) => [
          found.record(place.space, collection, id) !== null,
          found.gone(place.space, collection, id),
          found.gone(place.space, 'others', id),
          found.gone(somewhere().space, collection, id),
        ]),
      )
      expect(state).toEqual([
        ...deleted.slice(0, 4).map(() => [false, true, false, false]),
        ...[4, 2].map(() => [true, false, false, false]),
      ])
      expect(noted.flatMap(({ records }) => records.map(({ id }) => id)).sort()).toEqual(
        deleted
          .slice(0, 4)
          .map(({ id }) => id)
          .sort(),
      )
      expect(noted.every(({ space, through }) => space === place.space && through <= 3)).toBe(true)
      expect(await storage.noted()).toBe(noted.length)
      expect(await storage.forget(place.space, { ...NO_BOUNDS, log: 3, deleted: 3 }, 2, mustNotNote)).toBe(false)
      await storage.close()
    })

    it('[Q4] what cannot be noted is not forgotten', async () => {
      const storage = await open()
      const place = somewhere()
      const record = deletedAt(1)
      await write(storage, effects(place, 1, 1, { records: asNew(record) }))
      const bounds = { ...NO_BOUNDS, log: 1, deleted: 1 }
      await expect(storage.forget(place.space, bounds, 10, mustNotNote)).rejects.toThrow('noted')
      expect(await find(storage, (found) => found.record(place.space, record.collection, record.id))).toEqual(record.state)
      expect((await read(storage, place.space)).space.horizon).toBe(0)
      await storage.close()
    })

    it('[P6] what was noted is repeated in a copy that lacks it, but not on what was written after it went', async () => {
      const storage = await open()
      const place = somewhere()
      const [alive, deleted, later, never] = [recordAt(1), deletedAt(1), recordAt(2), recordAt(9)]
      await write(storage, effects(place, 1, 2, { records: [alive, deleted, later].flatMap(asNew) }))
      const records = [alive, deleted, later, never].map(({ collection, id }) => ({ collection, id }))
      expect(await storage.repeat({ space: place.space, through: 1, records: records.slice(1) }, 300)).toBe(false)
      expect((await read(storage, place.space)).space.logFloor).toBe(0)
      expect(await storage.repeat({ space: place.space, through: 1, records }, 300)).toBe(true)
      expect((await read(storage, place.space)).space.logFloor).toBe(2)
      expect(await storage.repeat({ space: somewhere().space, through: 1, records }, 400)).toBe(false)
      const seen = await find(storage, (found) =>
        records.map(({ collection, id }) => [found.record(place.space, collection, id) !== null, found.gone(place.space, collection, id)]),
      )
      expect(seen).toEqual([
        [false, true],
        [true, true],
        [true, false],
        [false, true],
      ])
      expect(await storage.noted()).toBe(400)
      await storage.repeat(null, 7)
      expect(await storage.noted()).toBe(7)
      await storage.close()
    })

    it('[Q4] behind the horizon there are no tags, and no sealed contents where they are not kept', async () => {
      const storage = await open()
      const place = somewhere()
      const sealed = [1, 2].map((version) => ({ version, content: CONTENT }))
      await write(storage, effects(place, 1, 2, { sealed }))
      await write(storage, effects(place, 3, 5))
      await write(storage, effects(place, 6, 6))
      for (let more = true; more;) more = await storage.forget(place.space, { ...NO_BOUNDS, log: 6, deleted: 5, sealed: 2 }, 1, mustNotNote)
      expect(await find(storage, (found) => found.tag(place.space, 5))).toBe('tag-5')
      expect(await find(storage, (found) => found.tag(place.space, 2))).toBe('tag-5')
      await storage.close()
    })

    it('[Q4] superseded values are forgotten by age, the oldest first, a part at a time', async () => {
      const storage = await open()
      const place = somewhere()
      const { collection, id } = recordAt(1)
      for (const day of [1, 2, 3]) {
        const item = { field: 'title', edit: { name: 'n' as Name, of: 'o' as Name, update: 'u' } }
        await write(storage, effects(place, day, day, { history: [{ collection, record: id, version: day, items: [item] }] }, day * DAY_MS))
      }
      expect(await storage.forgetHistory(3 * DAY_MS, 1)).toBe(true)
      expect(await storage.forgetHistory(3 * DAY_MS, 1)).toBe(true)
      expect(await storage.forgetHistory(3 * DAY_MS, 1)).toBe(false)
      expect(await storage.forgetHistory(5 * DAY_MS, 9)).toBe(false)
      await storage.close()
    })

    it('[Q4] heads by time that nobody asks for are forgotten', async () => {
      const storage = await open()
      const place = somewhere()
      for (const day of [1, 2, 3, 4]) await write(storage, effects(place, day, day, {}, day * DAY_MS))
      await storage.forget(place.space, { ...NO_BOUNDS, headsBeforeMs: 3 * DAY_MS + 1 }, 10, mustNotNote)
      const headBy = async (ms: number): Promise<number> => (await read(storage, place.space, NOTHING, [], ms)).headBy
      expect(await Promise.all([2, 3, 4, 5].map((day) => headBy(day * DAY_MS)))).toEqual([0, 2, 3, 4])
      await storage.close()
    })

    it('spaces are gone through in one order, some at a time, each with its heads by these times', async () => {
      const storage = await open()
      const places = [somewhere(), somewhere(), somewhere()]
      for (const [index, place] of places.entries()) await write(storage, effects(place, 1, index + 1, {}, DAY_MS))
      const seen: unknown[] = []
      for (let after: SpaceId | null = null; ;) {
        const spaces = await storage.spacesAfter(after, 2, [DAY_MS, 2 * DAY_MS])
        seen.push(...spaces.map(({ space, headsBy }) => [space.space, headsBy]))
        after = spaces.at(-1)?.space.space ?? null
        if (after === null) break
      }
      expect(seen).toEqual(places.map(({ space }, index) => [space, [0, index + 1]]))
      await storage.close()
    })

    it('[Q5] records are read by ranges of ids, those of one id together', async () => {
      const storage = await open()
      const place = somewhere()
      const ids = ['a', 'b', 'c', 'd'].map((digit) => `01890000-0000-7000-8000-00000000000${digit}` as RecordRow['id'])
      const records = [ids[2], ids[0], ids[3], ids[1], ids[1]].map((id, index) => ({ ...recordAt(index + 1, id), isNew: true }))
      const twin = { ...records[4], collection: 'places' } as (typeof records)[number]
      await write(storage, effects(place, 1, 5, { records: [...records.slice(0, 4), twin] }))
      const readIn = (range: IdRange, rowsMax: number, bytesMax = 1e6): ReturnType<Storage['readRange']> =>
        storage.readRange({ space: place.space, range, rowsMax, bytesMax })
      const [a = null, b = null, c = null, d = null] = ids
      const whole = { from: null, to: null }
      const collectionsOf = (slice: RangeSlice | null): unknown => slice?.records.map(({ collection, id }) => [collection, id])
      const all = await readIn(whole, 9)
      expect(all).toMatchObject({ space: { head: 5 }, next: null })
      expect(collectionsOf(all)).toEqual([
        ['notes', a],
        ['notes', b],
        ['places', b],
        ['notes', c],
        ['notes', d],
      ])
      expect(all?.records[3]?.state).toEqual(records[0]?.state)
      expect(collectionsOf(await readIn({ from: b, to: d }, 9))).toEqual([
        ['notes', b],
        ['places', b],
        ['notes', c],
      ])
      expect(await readIn({ from: b, to: null }, 1)).toMatchObject({ records: [{ id: b }, { id: b }], next: c })
      expect(await readIn({ from: b, to: null }, 9, 1)).toMatchObject({ records: [{ id: b }, { id: b }], next: c })
      expect([await storage.countRange(place.space, whole), await storage.countRange(place.space, { from: b, to: d })]).toEqual([5, 3])
      expect(await storage.readRange({ space: somewhere().space, range: whole, rowsMax: 1, bytesMax: 1 })).toBeNull()
      await storage.close()
    })

    it('[M7] records follow the schema once; an older schema is turned away', async () => {
      const storage = await open()
      const place = somewhere()
      await storage.migrate(1, (_from, _collection, record) => record)
      await write(storage, effects(place, 1, 3))
      const froms: number[] = []
      const upgrade = (from: number, _collection: string, record: RecordState): RecordState => {
        froms.push(from)
        return { ...record, fields: { ...record.fields, added: { kind: 'counter', sum: 1, version: 0 } } }
      }
      await storage.migrate(3, upgrade)
      await storage.migrate(3, upgrade)
      expect(froms).toEqual([1, 1, 1])
      const { space, body } = await read(storage, place.space, { type: 'records', position: { version: 0, last: null }, bytesMax: 1e6 })
      expect(space).toMatchObject({ logFloor: 3, head: 3 })
      expect(body).toMatchObject({ records: [{ state: { version: 1, fields: { added: { sum: 1 } } } }, {}, {}] })
      await expect(storage.migrate(2, upgrade)).rejects.toMatchObject({ code: 'schema.older' })
      await storage.close()
    })
  })
}
