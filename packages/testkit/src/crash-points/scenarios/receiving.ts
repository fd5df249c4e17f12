/** What others wrote comes to a device, whole and once. */
import { scenario, type Scenario } from '../scenario.ts'
import { visitAndHide, visitAndSync } from './acts.ts'
import { aNote, aNoteAlone, aNoteWithBody } from './prepared.ts'

const LONG = 'very long '.repeat(3_000)

export const receiving: readonly Scenario[] = [
  scenario('news from the log', '[Q2]', {
    before: async (world) => {
      const known = await aNote(world)
      const ben = world.device('ben')
      await ben.visit(known.space, known.note)
      await ben.add(known.space, 'Egret')
      await ben.sync()
      return known
    },
    act: async (world) => world.device('ann').sync(),
  }),
  scenario('a first load in several pages', '[Q2]', {
    before: async (world) => {
      const known = await aNoteAlone(world)
      for (let k = 0; k < 20; k += 1) await world.device('ann').add(known.space, `Note ${k}`, `${k} ${LONG}`)
      await world.device('ann').sync()
      return known
    },
    act: async (world) => world.device('ben').sync(),
  }),
  scenario('a first load while its owner writes on', '[Q2]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ben = world.device('ben')
      await ben.sync()
      await world.device('ann').visit(space, note)
      await ben.visit(space, note)
      await world.meet('ann', 'ben')
    },
  }),
  scenario('news over a live socket', '[Q7]', {
    sockets: true,
    before: aNote,
    act: async (world, known) => {
      await visitAndHide(world.device('ben'), known)
      await world.pass(5_000)
      await world.device('ann').visit(known.space, known.note)
      await world.pass(5_000)
    },
  }),
  scenario('news by a long poll', '[Q7]', {
    before: aNote,
    act: async (world, known) => {
      await visitAndHide(world.device('ben'), known)
      await world.pass(40_000)
    },
  }),
  scenario('a page changes the record that is written on', '[P1] [Q2]', {
    before: aNoteWithBody,
    act: async (world, known) => {
      const [ann, ben] = [world.device('ann'), world.device('ben')]
      await ben.setTitle(known.space, known.note, 'Old nest')
      await ben.sync()
      await visitAndSync(ann, known)
      await visitAndSync(ann, known)
    },
  }),
  scenario('a text that two people write in', '[M5]', {
    before: aNoteWithBody,
    act: async (world, { space, note }) => {
      const [ann, ben] = [world.device('ann'), world.device('ben')]
      await ann.type(space, note, ' first')
      await ben.type(space, note, ' second')
      await world.meet('ann', 'ben')
      await ann.type(space, note, ' third')
      await world.meet('ann', 'ben')
    },
  }),
  scenario('a conflict that a person decides', '[M4]', {
    before: async (world) => {
      const known = await aNote(world)
      await world.device('ann').setQuality(known.space, known.note, 'good')
      await world.device('ben').setQuality(known.space, known.note, 'poor')
      await world.meet('ann', 'ben')
      return known
    },
    act: async (world, { space }) => {
      await world.device('ann').resolve(space, 'fair')
      await world.meet('ann', 'ben')
    },
  }),
  scenario('a conflict that arises', '[M4]', {
    before: aNote,
    act: async (world, { space, note }) => {
      await world.device('ann').setQuality(space, note, 'good')
      await world.device('ben').setQuality(space, note, 'poor')
      await world.meet('ann', 'ben')
    },
  }),
  scenario('a note that one deletes while another writes to it', '[M3]', {
    before: aNote,
    act: async (world, { space, note }) => {
      await world.device('ann').delete(space, note)
      await world.device('ben').visit(space, note)
      await world.meet('ann', 'ben')
    },
    // An edit wins over a delete that had not seen it, and a delete of what is not saved is none.
    judge: ({ views }) => views.flatMap(({ notes, deleted }) => (notes.length + deleted.length < 1 ? ['the note is lost'] : [])),
  }),
]
