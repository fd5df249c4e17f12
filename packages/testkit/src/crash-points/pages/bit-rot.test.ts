/**
 * One bit of one page of a store changes while nobody looks, for every page: what was not sent is sent all the same wherever its own page is
 * whole; what is lost is told; and in the end the device has the records that the hub has. A mark of a row that is for screens alone may
 * stay wrong until the record is written next.
 */
import { expect, test } from 'vitest'
import type { Device } from '../device.ts'
import { hubOf, judgedBehindScreens, viewOf } from '../judge.ts'
import { Plan } from '../plan.ts'
import { aNoteAlone, type Known, offline } from '../scenarios/prepared.ts'
import { type Kept, World } from '../world.ts'

const PAGE_BYTES = 4096
const SENT = 40
const UNSENT = 60
/** Longer than it takes to look through the whole file. */
const LOOKED_THROUGH_MS = 3 * 60_000
/** Longer than a device waits until it compares its records with the hub's. */
const COMPARED_MS = 5 * 60_000
const REOPENINGS_MAX = 6

interface Prepared {
  readonly kept: Kept
  readonly known: Known
  readonly image: Buffer
}

/** A closed store: notes that the hub has, and as many that nobody else has. */
async function prepared(): Promise<Prepared> {
  const world = new World({}, new Plan(null), null)
  const known = await aNoteAlone(world)
  const ann = world.device('ann')
  for (let k = 0; k < SENT; k += 1) await ann.add(known.space, `Sent ${k}.`, `of the reeds ${k}.`)
  await ann.sync()
  offline(world)
  for (let k = 0; k < UNSENT; k += 1) {
    await ann.add(known.space, `Unsent ${k}.`, `of the sedge ${k}.`)
    await ann.hide(known.space)
  }
  const kept = await world.end()
  const image = kept.devices.find(({ name }) => name === 'ann')?.disk.get('store')
  if (image === undefined) throw new Error('there is no store')
  return { kept, known, image }
}

/** Opens the store as often as it asks for it, until all of it has been read. */
async function used(world: World, ann: Device, { space, note }: Known): Promise<void> {
  for (let openings = 0; openings < REOPENINGS_MAX; openings += 1) {
    await ann.visit(space, note)
    await ann.sync()
    await world.pass(LOOKED_THROUGH_MS)
    ann.process?.engine.store.hub.checks.expire(space)
    await world.pass(COMPARED_MS)
    if (ann.process !== null && !ann.process.wantsReopening) return
    await ann.end()
  }
}

/** What is wrong in the end. */
async function afterFlip({ kept, known, image }: Prepared, page: number, bit: number): Promise<readonly string[]> {
  const damaged = Buffer.from(image)
  const at = page * PAGE_BYTES + (bit >> 3)
  damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (bit & 7)), at)
  const devices = kept.devices.map((device) => (device.name === 'ann' ? { ...device, disk: new Map([['store', damaged]]) } : device))
  const world = new World({}, new Plan(null), { ...kept, devices })
  const bytes = image.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
  const touched = world.journal.deeds.filter(({ intent }) => intent !== null && bytes.includes(intent))
  for (const deed of touched) deed.fate = 'unknown'
  const ann = world.device('ann')
  ann.isOnline = true
  await used(world, ann, known)
  await ann.add(known.space, 'Resumed')
  await ann.sync()
  await world.device('stranger').sync()
  const told = await ann.ask((store) => Promise.resolve(store.status.get()?.recovered ?? null))
  const views = [await viewOf(ann), await viewOf(world.device('stranger'))]
  const final = { views, deeds: world.journal.deeds, ...(await hubOf(world, views)) }
  const lost = touched.filter(({ intent }) => final.verdicts.get(intent ?? '') !== 'applied')
  await world.end()
  return [...judgedBehindScreens(final, []), ...(lost.length > 0 && told?.unreadable === 0 ? ['what is lost is not told'] : [])]
}

/** In `npm test` one bit of every so manieth page; several of every page with `npm run crash-points -- --all`. */
const ALL = process.env['TOMBOLO_CRASH_POINTS'] === 'all'
const STEP = ALL ? 1 : 5
const BITS = ALL ? [5, 803, 9_007, 20_011, 31_013] : [9_007]

test('[P7] a bit of any page changes: unsent work of other pages is sent, what is lost is told, and nothing stays wrong', async () => {
  const store = await prepared()
  const pages = store.image.length / PAGE_BYTES
  expect(pages).toBeGreaterThan(30)
  for (let page = 0; page < pages; page += STEP) {
    for (const bit of BITS) {
      const wrong = await afterFlip(store, page, bit)
      expect({ page, bit, wrong }).toEqual({ page, bit, wrong: [] })
    }
  }
}, 3_600_000)
