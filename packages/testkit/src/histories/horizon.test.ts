/**
 * Deleted records are forgotten by the hub after 180 days, also while a device is away: nobody sees a ghost, nothing that is gone comes
 * back, and no edit is lost.
 */
import type { RecordId, SpaceId } from '@tombolo/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Describer } from '../../../client/src/engine/describe.ts'
import { Reader } from '../../../client/src/engine/reader.ts'
import { addNote, appWith, liveOf, meet, rowOf, save, setTitle, visit, worldOf } from '../test/history-kit.ts'
import type { Device, HubWorld } from '../test/hub-world.ts'

const app = appWith()
const DAY = 24 * 60 * 60 * 1000

/** The notes that all should see; a refused change is seen by its author only. */
const seenBy = ({ store }: Device): readonly unknown[] =>
  store.state.database.prepare(`SELECT id, title, visits FROM notes WHERE "$deleted" = 0 AND "$state" <> 'failed' ORDER BY id`).all()

const deletes = (device: Device, space: SpaceId, record: RecordId): void =>
  expect(save(device, space, record, 'delete', {})).toMatchObject({ ok: true })

const refusalsOf = (device: Device): readonly unknown[] => liveOf(device).flatMap(({ refused }) => (refused === null ? [] : [refused.code]))

/** A new device sees what the hub has. */
async function fresh(world: HubWorld): Promise<Device> {
  const device = await world.device()
  await meet(device)
  return device
}

/** Someone stays, and writes now and then: the hub has more to do than to wait. */
async function stay(world: HubWorld, device: Device, space: SpaceId, record: RecordId, days: number): Promise<void> {
  for (let day = 1; day <= days; day += 1) {
    await world.time.pass(DAY)
    if (day % 50 !== 0) continue
    setTitle(device, space, record, `After ${day} days`)
    await device.sync()
  }
}

test.each([
  { days: 1, comesBack: true },
  { days: 30, comesBack: true },
  { days: 400, comesBack: false },
])(
  '[Q4] away for $days days: all see the same, and what was written to deleted records is there or says why not',
  async (absence) => {
    const { days, comesBack } = absence
    const world = await worldOf(app)
    const [here, away] = [await world.device(), await world.device()]
    const space = here.newSpace()
    const kept = addNote(here, space, 'kept')
    const [disputed, counted, dropped] = [
      addNote(here, space, 'disputed'),
      addNote(here, space, 'counted'),
      addNote(here, space, 'dropped'),
    ]
    await meet(here, away)
    for (const record of [dropped, disputed, counted]) deletes(here, space, record)
    await meet(here)
    setTitle(away, space, disputed, 'hours of work')
    visit(away, space, counted)
    visit(away, space, kept)
    const added = addNote(away, space, 'added')
    await stay(world, here, space, kept, days)
    await meet(away, here, away)
    expect(seenBy(away)).toEqual(seenBy(here))
    expect(seenBy(here)).toEqual(seenBy(await fresh(world)))
    expect(seenBy(here)).toMatchObject([kept, ...(comesBack ? [disputed, counted] : []), added].sort().map((id) => ({ id })))
    expect([rowOf(here, kept), rowOf(here, added)]).toMatchObject([{ visits: 1 }, { title: 'added' }])
    const state = comesBack ? 'synced' : 'failed'
    expect([rowOf(away, disputed), rowOf(away, counted)]).toMatchObject([
      { title: 'hours of work', $state: state, $deleted: 0 },
      { visits: 1, $state: state, $deleted: comesBack ? 0 : 1 },
    ])
    expect(refusalsOf(away)).toEqual(comesBack ? [] : ['record.gone', 'record.gone'])
    expect(away.errors).toEqual([])
  },
  60_000,
)

const WITH_TITLE: unknown = expect.objectContaining({ title: 'hours of work', $state: 'failed' })

test.each([
  { what: 'a count', write: visit, row: null },
  { what: 'a title, which is all that a note must have', write: (...of: OnNote) => setTitle(...of, 'hours of work'), row: WITH_TITLE },
  { what: 'a count, and a title after it', write: visitAndSetTitle, row: WITH_TITLE },
])('[Q4] [P7] $what, written to a record that is gone, is among what failed; it is a row only if it tells all of one', async (late) => {
  const world = await worldOf(app)
  const [here, away] = [await world.device(), await world.device()]
  const space = here.newSpace()
  const [kept, gone] = [addNote(here, space, 'kept'), addNote(here, space, 'gone')]
  await meet(here, away)
  late.write(away, space, gone)
  deletes(here, space, gone)
  await meet(here)
  await stay(world, here, space, kept, 400)
  await meet(away)
  expect(new Reader(away.store.state).record('notes', gone)).toEqual(late.row)
  expect(new Describer(away.store.state).outbox()).toEqual(
    refusalsOf(away).map(() => expect.objectContaining({ status: 'failed', records: [expect.objectContaining({ id: gone })] })),
  )
  expect(new Set(refusalsOf(away))).toEqual(new Set(['record.gone']))
  for (const { seq } of liveOf(away)) away.store.discard(seq)
  expect(rowOf(away, gone)).toEqual({})
})

type OnNote = [device: Device, space: SpaceId, record: RecordId]

function visitAndSetTitle(device: Device, space: SpaceId, record: RecordId): void {
  visit(device, space, record)
  device.store.seal(space)
  setTitle(device, space, record, 'hours of work')
}

test('[Q4] what is tried again on a record that is gone stays refused, and the record stays gone', async () => {
  const world = await worldOf(app)
  const [here, away] = [await world.device(), await world.device()]
  const space = here.newSpace()
  const [kept, gone] = [addNote(here, space, 'kept'), addNote(here, space, 'gone')]
  await meet(here, away)
  setTitle(away, space, gone, 'late')
  deletes(here, space, gone)
  await meet(here)
  await stay(world, here, space, kept, 200)
  await meet(away)
  for (const { seq } of liveOf(away)) away.store.retry(seq)
  await meet(away, here)
  expect(refusalsOf(away)).toEqual(['record.gone'])
  expect(seenBy(await fresh(world))).toMatchObject([{ id: kept }])
})

interface Act {
  readonly device: number
  readonly record: number
  readonly kind: 'visit' | 'delete' | 'sync' | 'pass'
  readonly days: number
}

const anyAct: fc.Arbitrary<Act> = fc.record({
  device: fc.nat(2),
  record: fc.nat(3),
  kind: fc.constantFrom('visit', 'visit', 'delete', 'sync', 'sync', 'pass'),
  days: fc.constantFrom(1, 30, 190),
})

test('[Q4] whoever is away for however long: in the end all see the same, each visit counts once or is refused, and nothing gone is back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 10, maxLength: 40 }), async (acts) => {
      const world = await worldOf(app)
      const devices = [await world.device(), await world.device(), await world.device()]
      const [first] = devices as [Device]
      const space = first.newSpace()
      const records = ['a', 'b', 'c', 'd'].map((title) => addNote(first, space, title))
      await meet(...devices)
      /** By intent: what is saved in quick succession is one change. */
      const visits = new Map<string, { readonly record: RecordId; readonly count: number }>()
      for (const { device: index, record: which, kind, days } of acts) {
        const device = devices[index] ?? first
        const record = records[which] ?? ('' as RecordId)
        if (kind === 'sync') await device.sync()
        else if (kind === 'pass') await world.time.pass(days * DAY)
        else if (kind === 'delete') save(device, space, record, 'delete', {})
        else {
          const saved = save(device, space, record, 'increment', { field: 'visits', by: 1 })
          if (!saved.ok) continue
          const { intent } = saved.value
          visits.set(intent, { record, count: (visits.get(intent)?.count ?? 0) + 1 })
        }
      }
      await meet(...devices, ...devices)
      const failed = devices.flatMap((device) => liveOf(device).filter(({ status }) => status === 'failed'))
      expect(failed.every(({ refused }) => refused?.code === 'record.gone')).toBe(true)
      for (const { intent } of failed) visits.delete(intent)
      const reader = await fresh(world)
      for (const device of devices) expect(seenBy(device)).toEqual(seenBy(reader))
      const counts = new Map<string, number>()
      for (const { record, count } of visits.values()) counts.set(record, (counts.get(record) ?? 0) + count)
      for (const row of seenBy(reader) as readonly { readonly id: string; readonly visits: number }[])
        expect(row.visits).toBe(counts.get(row.id) ?? 0)
      expect(devices.flatMap(({ errors }) => errors)).toEqual([])
    }),
    { numRuns: 15 },
  )
}, 120_000)
