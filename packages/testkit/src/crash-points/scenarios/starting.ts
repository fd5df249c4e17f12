/** Programs that start, stop and start again. */
import { scenario, type Scenario } from '../scenario.ts'
import type { World } from '../world.ts'
import { visitAndSync } from './acts.ts'
import { aNote, aNoteAlone, type Known, offline } from './prepared.ts'

async function unsent(world: World): Promise<Known> {
  const known = await aNoteAlone(world)
  const ann = offline(world)
  await ann.visit(known.space, known.note)
  await ann.add(known.space, 'Egret')
  return known
}

export const starting: readonly Scenario[] = [
  scenario('a store that is made', '[P1]', {
    isCold: true,
    before: async () => null,
    act: async (world) => {
      const ann = world.device('ann')
      const made = await ann.ask((store) => store.createSpace('Spring count'))
      if (made !== undefined) await ann.add(made.id, 'Heron')
      await ann.sync()
    },
  }),
  scenario('a device that starts with unsent work', '[P7]', {
    isCold: true,
    before: unsent,
    act: (world, known) => visitAndSync(world.device('ann'), known),
  }),
  scenario('a hub that starts on its file', '[P3]', {
    before: unsent,
    act: async (world, known) => {
      world.stopHub()
      await visitAndSync(world.device('ann'), known)
    },
  }),
  scenario('an app that is closed and started again', '[P1]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.visit(space, note)
      await ann.end()
      await ann.visit(space, note)
      await ann.end()
      await ann.sync()
    },
  }),
  scenario('a store that is removed, and loaded again', '[Q2]', {
    isCold: true,
    before: aNote,
    act: async (world, known) => {
      const ann = world.device('ann')
      await ann.end()
      ann.disk.clear()
      await ann.sync()
      await visitAndSync(ann, known)
    },
  }),
]
