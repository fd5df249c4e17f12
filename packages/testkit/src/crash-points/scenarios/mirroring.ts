/** Unsent work in the mirror: the only copy where the browser refuses files, and what is left where it removed them. */
import { REFUSED, strictApp } from '../app.ts'
import { scenario, type Scenario } from '../scenario.ts'
import type { World } from '../world.ts'
import { visitAndHide, visitAndSync } from './acts.ts'
import { aNoteAlone, aNoteWithBody, type Known, offline } from './prepared.ts'

const REFUSAL = 'value.invalid'
/** Longer than the mirror waits after the last save. */
const MIRRORED_MS = 2_000

/** Nothing of the device is left but the mirror. */
async function aRemovedDatabase(world: World): Promise<Known> {
  const known = await aNoteWithBody(world)
  const ann = offline(world)
  await visitAndHide(ann, known)
  await ann.type(known.space, known.note, ' and the sedge')
  await ann.add(known.space, 'Egret')
  await world.pass(MIRRORED_MS)
  await ann.end()
  ann.disk.clear()
  return known
}

export const mirroring: readonly Scenario[] = [
  scenario('unsent work that is mirrored beside the disk', '[P1]', {
    mirrored: true,
    before: aNoteAlone,
    act: async (world, known) => {
      const ann = offline(world)
      await visitAndHide(ann, known)
      await world.pass(MIRRORED_MS)
      await ann.add(known.space, 'Egret')
      await world.pass(MIRRORED_MS)
      ann.isOnline = true
      await ann.sync()
      await world.pass(MIRRORED_MS)
    },
  }),
  scenario('a database that the browser removed, and not its mirror', '[P7]', {
    mirrored: true,
    isCold: true,
    before: aRemovedDatabase,
    act: (world, known) => visitAndSync(world.device('ann'), known),
  }),
  scenario('a browser that refuses files: what is saved is in the mirror', '[P1]', {
    durability: 'memory',
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.sync()
      await ann.visit(space, note)
      await ann.add(space, 'Egret')
      await ann.end()
      await ann.sync()
    },
  }),
  scenario('a browser that refuses files: a text that is written over two visits of the page', '[P1] [M5]', {
    durability: 'memory',
    before: aNoteWithBody,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.sync()
      await ann.type(space, note, ' first')
      await ann.end()
      await ann.sync()
      // What was not loaded cannot be gone on with.
      const row = await ann.ask((store) => store.db.notes.get(note))
      if (row?.title === 'Nest') await ann.type(space, note, ' second')
      await ann.sync()
    },
  }),
  scenario('a browser that refuses files: a change that the hub refuses, and its author gives up', '[P7]', {
    durability: 'memory',
    hubApp: strictApp,
    leaves: [REFUSAL],
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.sync()
      await ann.add(space, REFUSED)
      await ann.visit(space, note)
      await ann.sync()
      await ann.end()
      await ann.discardFirst('failed')
      await ann.end()
      await ann.sync()
    },
  }),
]
