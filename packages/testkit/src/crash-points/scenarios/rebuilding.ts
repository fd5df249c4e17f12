/** Stores that are built anew, mended or brought back: damaged files, long absences, records that differ, downloads. */
import type { Deed } from '../journal.ts'
import { scenario, type Scenario } from '../scenario.ts'
import { damage, withField } from '../../test/damage.ts'
import type { Device } from '../device.ts'
import type { World } from '../world.ts'
import { visitAndSync } from './acts.ts'
import { aNote, aNoteAlone, type Known, offline } from './prepared.ts'

const DAY = 24 * 60 * 60 * 1000
/** Within this time records are compared that are due. */
const COMPARED_MS = 5 * 60_000

/** Unsent work on a disk of which the first page, which every opening reads, is no page of a database any more. */
async function aDamagedStore(world: World): Promise<Known> {
  const known = await aNoteAlone(world)
  const ann = offline(world)
  await ann.visit(known.space, known.note)
  await ann.add(known.space, 'Egret')
  await ann.hide(known.space)
  await ann.add(known.space, 'Crane')
  await ann.end()
  ann.disk.get('store')?.fill(0xff, 0, 100)
  return known
}

/** A note that was deleted while someone was away, for longer than a hub remembers it. */
async function aLongAbsence(world: World): Promise<Known & { readonly gone: Known['note'] }> {
  const known = await aNote(world)
  const ann = world.device('ann')
  const gone = await ann.add(known.space, 'Plover')
  await world.meet('ann', 'ben')
  await world.device('ben').end()
  await ann.delete(known.space, gone)
  await ann.sync()
  await ann.end()
  // The hub may have forgotten it, or will.
  for (const deed of world.journal.deeds) if (deed.traces.some(({ record }) => record === gone)) deed.fate = 'unknown'
  world.stopHub()
  await world.pass(200 * DAY)
  return { ...known, gone }
}

const sumOf = (by: number) =>
  withField('visits', (state) => (state?.kind === 'counter' ? { ...state, sum: state.sum + by } : { kind: 'counter', sum: by, version: 0 }))

// Compressing takes real time.
const download = ({ time }: World, device: Device): Promise<ArrayBuffer | undefined> =>
  device.ask((store) => time.during(store.exportAll().then((zip) => new Response(zip).arrayBuffer())))

const bringBack = async ({ time }: World, device: Device, zip: ArrayBuffer): Promise<boolean> =>
  (await device.ask((store) => time.during(store.importAll(new Blob([zip]))))) !== undefined

/** A download with unsent work, of a device that is no more. */
async function aDownloadAlone(world: World): Promise<Known & { readonly zip: ArrayBuffer }> {
  const known = await aNoteAlone(world)
  const ann = offline(world)
  await ann.visit(known.space, known.note)
  await ann.add(known.space, 'Egret')
  const zip = await download(world, ann)
  if (zip === undefined) throw new Error('there is no download')
  await ann.end()
  ann.disk.clear()
  return { ...known, zip }
}

/** What is in the download alone is there if its person was told so. */
const unsentOf = ({ journal }: World): readonly Deed[] => journal.deeds.filter(({ traces }) => traces.length > 0).slice(-2)

export const rebuilding: readonly Scenario[] = [
  scenario('a damaged store with unsent work', '[P7]', {
    isCold: true,
    before: aDamagedStore,
    act: (world, known) => visitAndSync(world.device('ann'), known),
  }),
  scenario('a damaged store with unsent work, and a mirror', '[P7]', {
    isCold: true,
    mirrored: true,
    before: aDamagedStore,
    act: async (world, known) => {
      await visitAndSync(world.device('ann'), known)
      await world.pass(2_000)
    },
  }),
  scenario('a damaged file that is put away', '[P7]', {
    before: async (world) => {
      const known = await aDamagedStore(world)
      await world.device('ann').sync()
      return known
    },
    act: async (world, known) => {
      const ann = world.device('ann')
      await ann.ask((store) => store.recovery.putAway())
      await visitAndSync(ann, known)
    },
  }),
  scenario('a hub that forgets, and a device that was away for longer', '[Q4]', {
    isCold: true,
    leaves: ['record.gone'],
    // To load anew what does not fit is tried more slowly each time.
    healsMs: 60 * 60_000,
    before: aLongAbsence,
    act: async (world, { space, note, gone }) => {
      const ben = offline(world, 'ben')
      await ben.visit(space, note)
      await ben.visit(space, gone)
      await world.forget()
      ben.isOnline = true
      await world.meet('ben', 'ann')
    },
  }),
  scenario('records that device and hub hold differently', '[Q5]', {
    healsMs: COMPARED_MS,
    before: async (world) => {
      const known = await aNote(world)
      const ben = world.device('ben')
      const { engine } = (await ben.running()) ?? {}
      if (engine !== undefined) damage(engine, known.note, sumOf(3))
      return known
    },
    act: async (world, { space }) => {
      world.device('ben').process?.engine.store.hub.checks.expire(space)
      await world.pass(COMPARED_MS)
    },
  }),
  scenario('a download that comes back on another device of the account', '[E1]', {
    before: async (world) => {
      const known = await aNoteAlone(world)
      const ann = offline(world)
      await ann.visit(known.space, known.note)
      await ann.add(known.space, 'Egret')
      return known
    },
    act: async (world) => {
      const [ann, ben] = [offline(world), offline(world, 'ben')]
      const zip = await download(world, ann)
      if (zip !== undefined) await bringBack(world, ben, zip)
      for (const device of [ben, ann]) device.isOnline = true
      await world.meet('ben', 'ann')
    },
  }),
  scenario('a download that is all there is left', '[E1] [P7]', {
    isCold: true,
    before: aDownloadAlone,
    act: async (world, { zip }) => {
      const ben = offline(world, 'ben')
      const isBack = await bringBack(world, ben, zip)
      const fate = isBack ? 'saved' : ben.process === null ? 'unknown' : 'refused'
      for (const deed of unsentOf(world)) deed.fate = fate
      ben.isOnline = true
      await ben.sync()
    },
  }),
]
