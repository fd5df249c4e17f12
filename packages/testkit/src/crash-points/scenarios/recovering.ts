/** Copies, backups, other versions: everything that was saved comes through, once. */
import { laterApp } from '../app.ts'
import { scenario, type Scenario } from '../scenario.ts'
import type { World } from '../world.ts'
import { visitAndHide, visitAndSync } from './acts.ts'
import { aNote, aNoteAlone, type Known, offline } from './prepared.ts'

const DAY = 24 * 60 * 60 * 1000

/** A hub's file as it was, and what came after it was copied. */
async function aBackup(world: World): Promise<Known & { readonly backup: Buffer | undefined }> {
  const known = await aNote(world)
  const { bytes } = world.stopHub()
  await world.device('ann').visit(known.space, known.note)
  await world.device('ben').add(known.space, 'Egret')
  await world.meet('ann', 'ben')
  return { ...known, backup: bytes }
}

/** Work goes on; both devices meet the hub twice, for whoever meets it first may find it without what the other one brings. */
async function visitAndRefill(world: World, { space, note }: Known): Promise<void> {
  await world.device('ann').visit(space, note)
  await world.meet('ann', 'ben')
  await world.meet('ann', 'ben')
}

async function aFullOutbox(world: World): Promise<Known> {
  const known = await aNoteAlone(world)
  const ann = offline(world)
  await ann.visit(known.space, known.note)
  for (let k = 0; k < 5; k += 1) await ann.add(known.space, `Note ${k}`)
  return known
}

export const recovering: readonly Scenario[] = [
  scenario('a device and its copy both go on', '[P2]', {
    before: async (world) => {
      const known = await aNoteAlone(world)
      const ann = offline(world)
      await visitAndHide(ann, known)
      await ann.end()
      world.copyDevice('ann', 'copy')
      return known
    },
    act: async (world, { space, note }) => {
      await world.device('ann').visit(space, note)
      await world.device('copy').visit(space, note)
      await world.meet('ann', 'copy')
    },
  }),
  scenario('a hub that is put back to a copy', '[Q3] [P6]', {
    before: aBackup,
    act: async (world, known) => {
      world.stopHub({ bytes: known.backup })
      await visitAndRefill(world, known)
    },
  }),
  scenario('a hub that lost everything but its key', '[Q3] [P6]', {
    before: aNote,
    act: async (world, known) => {
      world.stopHub({ bytes: undefined })
      await visitAndRefill(world, known)
    },
  }),
  scenario('a hub that lost everything and its key', '[P6]', {
    before: aNote,
    act: async (world, known) => {
      world.stopHub({ bytes: undefined, key: 8 })
      await visitAndRefill(world, known)
    },
  }),
  scenario('a hub that lost its key', '[Q4]', {
    before: aNote,
    act: async (world, { space, note }) => {
      world.stopHub({ key: 8 })
      await world.device('ann').visit(space, note)
      await world.device('ben').visit(space, note)
      await world.meet('ann', 'ben')
    },
  }),
  scenario('a hub that lost what one device alone had sent', '[P2]', {
    before: async (world) => {
      const known = await aNote(world)
      const { bytes } = world.stopHub()
      await visitAndSync(world.device('ann'), known)
      world.stopHub({ bytes })
      return known
    },
    act: async (world, { space, note }) => {
      await world.device('ann').visit(space, note)
      await world.meet('ann', 'ben')
    },
  }),
  scenario('what is durable is let go', '[P6]', {
    before: async (world) => {
      const known = await aNoteAlone(world)
      const ann = world.device('ann')
      await visitAndSync(ann, known)
      await ann.end()
      await world.pass(9 * DAY)
      return known
    },
    act: (world, known) => visitAndSync(world.device('ann'), known),
  }),
  scenario('a replica id that another account has used', '[P2]', {
    before: async (world) => {
      const ann = offline(world)
      await ann.running()
      await ann.end()
      world.copyDevice('ann', 'eve').account = 'eve'
      const known = await aNoteAlone(world)
      await offline(world, 'eve').ask((store) => store.createSpace('Of Eve'))
      return known
    },
    act: async (world) => world.device('eve').sync(),
  }),
  scenario('a store that is opened by a later version of the app, with unsent work', '[M7]', {
    isCold: true,
    before: aFullOutbox,
    act: async (world, known) => {
      world.deviceApp = laterApp
      world.changeHub(laterApp)
      await visitAndSync(world.device('ann'), known)
    },
  }),
  scenario('a hub that is updated before its devices', '[M7]', {
    before: aFullOutbox,
    act: async (world, known) => {
      world.changeHub(laterApp)
      await visitAndSync(world.device('ann'), known)
    },
  }),
  scenario('a device that is updated before its hub', '[M7] [S5]', {
    isCold: true,
    before: aFullOutbox,
    act: async (world, known) => {
      world.deviceApp = laterApp
      const ann = world.device('ann')
      await visitAndSync(ann, known)
      world.changeHub(laterApp)
      await ann.sync()
    },
  }),
  scenario('a project that is deleted, with work that comes too late', '[Q8]', {
    leaves: ['space.deleted'],
    before: aNote,
    act: async (world, known) => {
      const ann = world.device('ann')
      await ann.ask((store) => store.deleteSpace(known.space))
      await ann.sync()
      await visitAndSync(world.device('ben'), known)
    },
  }),
]
