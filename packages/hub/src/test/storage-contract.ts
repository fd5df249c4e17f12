/**
 * What any storage must do, whatever database it stands on: run by each adapter's test with a way to open an empty one.
 * `reopen` opens the same database again, as after a crash of the hub.
 */
import { type IdRange, mintIntent, type RecordState } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import type { BodyRequest, RangeSlice, RecordRow, VerdictRow } from '../storage.ts'
import { forgettingContract } from './forgetting-contract.ts'
import {
  DAY_MS,
  effects,
  find,
  linkAt,
  NOTHING,
  type Place,
  random,
  read,
  recordAt,
  somewhere,
  stored,
  type StorageUnderTest,
  verdictAt,
  write,
} from './storage-kit.ts'

export function storageContract(name: string, { open, reopen }: StorageUnderTest): void {
  describe(`${name} keeps the contract of a storage`, () => {
    forgettingContract({ open, reopen })

    it('an empty one has an epoch and nothing else', async () => {
      const storage = await open()
      const { space, replica } = somewhere()
      expect(await storage.epoch()).not.toBe('')
      expect(await storage.read({ space, account: 'ann', replica, intents: [], tagsOf: [], headByMs: 0, choose: () => NOTHING })).toBeNull()
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
      expect(await storage.read({ ...place, account: 'ann', intents: [], tagsOf: [], headByMs: 0, choose: () => NOTHING })).toBeNull()
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

    it('[W1] standings are found by space and by account, and the last one counts', async () => {
      const storage = await open()
      const [one, other] = [somewhere(), somewhere()]
      await write(storage, effects(one, 1, 1))
      await write(storage, effects(one, 2, 2, { members: [{ account: 'bob', standing: 'editor' }] }))
      await write(storage, effects(other, 1, 1))
      await write(storage, effects(one, 3, 3, { members: [{ account: 'bob', standing: 'none' }] }))
      const seen = await find(storage, (found) => ({
        standings: ['ann', 'bob', 'eve'].map((account) => found.standing(one.space, account)),
        elsewhere: found.standing(other.space, 'bob'),
        members: [...found.members(one.space)].sort((a, b) => (a.account < b.account ? -1 : 1)),
      }))
      expect(seen).toEqual({
        standings: ['owner', 'none', null],
        elsewhere: null,
        members: [
          { account: 'ann', standing: 'owner' },
          { account: 'bob', standing: 'none' },
        ],
      })
      expect(await storage.spacesOf('bob', 0)).toMatchObject([{ space: one.space, head: 3, standing: 'none' }])
      const chosen: unknown[] = []
      const choose = (_row: unknown, standing: unknown): BodyRequest => {
        chosen.push(standing)
        return NOTHING
      }
      const snapshot = await storage.read({ ...one, account: 'bob', intents: [], tagsOf: [], headByMs: 0, choose })
      const slice = await storage.readRange({ space: one.space, account: 'eve', range: { from: null, to: null }, rowsMax: 1, bytesMax: 1 })
      expect([snapshot?.standing, slice?.standing, chosen]).toEqual(['none', null, ['none']])
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

    it('[Q5] records are read by ranges of ids, those of one id together', async () => {
      const storage = await open()
      const place = somewhere()
      const ids = ['a', 'b', 'c', 'd'].map((digit) => `01890000-0000-7000-8000-00000000000${digit}` as RecordRow['id'])
      const records = [ids[2], ids[0], ids[3], ids[1], ids[1]].map((id, index) => ({ ...recordAt(index + 1, id), isNew: true }))
      const twin = { ...records[4], collection: 'places' } as (typeof records)[number]
      await write(storage, effects(place, 1, 5, { records: [...records.slice(0, 4), twin] }))
      const readIn = (range: IdRange, rowsMax: number, bytesMax = 1e6): ReturnType<Storage['readRange']> =>
        storage.readRange({ space: place.space, account: 'ann', range, rowsMax, bytesMax })
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
      expect(await storage.readRange({ space: somewhere().space, account: 'ann', range: whole, rowsMax: 1, bytesMax: 1 })).toBeNull()
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
