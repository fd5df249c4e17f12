/** What any storage must do to forget, and to repeat what another copy of it has forgotten. A part of storage-contract.ts. */
import type { Name, SpaceId } from '@tombolo/core'
import { expect, it } from 'vitest'
import type { Bounds, Gone, RecordRow } from '../storage.ts'
import {
  CONTENT,
  DAY_MS,
  deletedAt,
  effects,
  find,
  NOTHING,
  read,
  recordAt,
  somewhere,
  type StorageUnderTest,
  write,
} from './storage-kit.ts'

const NO_BOUNDS: Bounds = { log: 0, deleted: 0, sealed: 0, headsBeforeMs: 0 }

const mustNotNote = (): never => {
  throw new Error('it was to be noted')
}

const asNew = (record: RecordRow | undefined): (RecordRow & { readonly isNew: boolean })[] =>
  record === undefined ? [] : [{ ...record, isNew: true }]

export function forgettingContract({ open, reopen }: StorageUnderTest): void {
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
    expect(state).toEqual([...deleted.slice(0, 4).map(() => [false, true, false, false]), ...[4, 2].map(() => [true, false, false, false])])
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
}
