/** What is saved reaches the hub once, and gets its verdict. */
import { REFUSED, brokenApp, strictApp } from '../app.ts'
import { scenario, type Scenario } from '../scenario.ts'
import type { World } from '../world.ts'
import { visitAndHide, visitAndSync } from './acts.ts'
import { aNote, aNoteAlone, aNoteWithBody, type Known } from './prepared.ts'

const REFUSAL = 'value.invalid'

async function aRefusedTitle(world: World): Promise<Known> {
  const known = await aNoteAlone(world)
  const ann = world.device('ann')
  await ann.setTitle(known.space, known.note, REFUSED)
  await ann.sync()
  return known
}

export const sending: readonly Scenario[] = [
  scenario('a save that is sent and applied', '[P3] [P4]', {
    before: aNote,
    act: (world, known) => visitAndSync(world.device('ann'), known),
  }),
  scenario('the first push of a new project', '[Q8]', {
    before: aNoteAlone,
    act: async (world) => {
      const ann = world.device('ann')
      const made = await ann.ask((store) => store.createSpace('Autumn count'))
      if (made === undefined) return
      const note = await ann.add(made.id, 'Crane')
      await ann.visit(made.id, note)
      await ann.sync()
    },
  }),
  scenario('an outbox that takes several pushes', '[P2] [P3]', {
    before: async (world) => {
      const known = await aNoteAlone(world)
      const ann = world.device('ann')
      ann.isOnline = false
      for (let k = 0; k < 40; k += 1) await ann.add(known.space, `Note ${k}`)
      return known
    },
    act: (world, known) => visitAndSync(world.device('ann'), known),
  }),
  scenario('a change that the hub refuses, between two that it takes', '[P3]', {
    hubApp: strictApp,
    leaves: [REFUSAL],
    before: aNote,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.visit(space, note)
      await ann.add(space, REFUSED)
      await ann.visit(space, note)
      await ann.sync()
    },
  }),
  scenario('a refused change that is tried again, and taken', '[P7]', {
    hubApp: strictApp,
    leaves: [REFUSAL],
    before: async (world) => {
      const known = await aNoteAlone(world)
      await world.device('ann').add(known.space, REFUSED)
      await world.device('ann').sync()
      return known
    },
    act: async (world) => {
      const ann = world.device('ann')
      world.changeHub(undefined)
      await ann.retryFailed()
      await ann.sync()
    },
  }),
  scenario('a refused change that is corrected', '[P7]', {
    hubApp: strictApp,
    leaves: [REFUSAL],
    before: aRefusedTitle,
    act: async (world, { space }) => {
      const ann = world.device('ann')
      await ann.amendFailed(space, 'Great auk')
      await ann.sync()
    },
  }),
  scenario('a refused change that is given up', '[P7]', {
    hubApp: strictApp,
    leaves: [REFUSAL],
    before: aRefusedTitle,
    act: async (world) => {
      const ann = world.device('ann')
      await ann.discardFirst('failed')
      await ann.sync()
    },
  }),
  scenario('a change that breaks the hub is put aside, and what follows goes', '[P3]', {
    hubApp: brokenApp,
    leaves: ['hub.fault'],
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.visit(space, note)
      await ann.add(space, REFUSED)
      await ann.visit(space, note)
      await ann.sync(30 * 60_000)
    },
  }),
  scenario('a push over a live socket', '[Q7] [P4]', {
    sockets: true,
    before: aNoteAlone,
    act: async (world, known) => {
      for (let k = 0; k < 2; k += 1) {
        await visitAndHide(world.device('ann'), known)
        await world.pass(5_000)
      }
    },
  }),
  scenario('a device on which nobody is signed in', '[S3]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      ann.account = null
      await ann.visit(space, note)
      await ann.sync()
      await ann.visit(space, note)
      ann.account = 'ann'
      await ann.signIn()
      await ann.sync()
    },
  }),
  scenario("another account's sign-in sends nothing", '[S3]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      ann.account = 'ben'
      await ann.signIn()
      await ann.visit(space, note)
      await ann.sync()
      ann.account = 'ann'
      await ann.signIn()
      await ann.sync()
    },
  }),
  scenario('a text that is sent while it is written', '[M5] [P1]', {
    before: aNoteWithBody,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.type(space, note, ' first')
      await ann.sync()
      await ann.type(space, note, ' second')
      await ann.sync()
    },
  }),
  scenario('a page asks again for a save whose answer it never got', '[P1]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = world.device('ann')
      await ann.visitAskedTwice(space, note)
      await ann.visitAskedTwice(space, note)
      await ann.sync()
    },
  }),
  scenario('the same deed on two devices', '[P3] [M5]', {
    before: aNoteWithBody,
    act: async (world, { space, note }) => {
      for (const name of ['ann', 'ben']) {
        const device = world.device(name)
        await device.visit(space, note)
        await device.type(space, note, ` by ${name}`)
        await device.tag(space, note, name)
        await device.setTitle(space, note, `Nest of ${name}`)
      }
      await world.meet('ann', 'ben')
    },
  }),
]
