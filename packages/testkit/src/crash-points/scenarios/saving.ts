/** What a person saves is on this device, whatever its disk does. Nobody is connected. */
import { scenario, type Scenario } from '../scenario.ts'
import { visitAndHide } from './acts.ts'
import { aNoteAlone, aNoteWithBody, offline } from './prepared.ts'

export const saving: readonly Scenario[] = [
  scenario('the first saves of a project', '[P1]', {
    before: aNoteAlone,
    act: async (world, { space }) => {
      const ann = offline(world)
      const heron = await ann.add(space, 'Heron')
      await ann.visit(space, heron)
      await ann.add(space, 'Egret')
    },
  }),
  scenario('edits that fold into one change', '[P1]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.setTitle(space, note, 'Old nest')
      await ann.visit(space, note)
      await ann.tag(space, note, 'wet')
      await ann.setTitle(space, note, 'Older nest')
    },
  }),
  scenario('what was typed is sealed when the app is hidden', '[P1]', {
    before: aNoteAlone,
    act: async (world, known) => {
      const ann = offline(world)
      await visitAndHide(ann, known)
      await visitAndHide(ann, known)
    },
  }),
  scenario('a text that saves while it is typed', '[P1] [M5]', {
    before: aNoteWithBody,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.typeInField(space, note, ' one')
      await world.pass(400)
      await ann.typeInField(space, note, ' two')
      await ann.hide(space)
    },
  }),
  scenario('a text that is edited in place', '[M5]', {
    before: aNoteWithBody,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.type(space, note, ' first')
      await ann.hide(space)
      await ann.type(space, note, ' second')
    },
  }),
  scenario('a note that is deleted, and taken back', '[M3]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.visit(space, note)
      await ann.delete(space, note)
      await ann.restore(space, note)
    },
  }),
  scenario('a note that is deleted', '[M3]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.delete(space, note)
    },
  }),
  scenario('a form that is sent twice', '[P3]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.visitByForm(space, note, 'form-1')
      await ann.visitByForm(space, note, 'form-2')
    },
  }),
  scenario('an import of a hundred notes', '[P1]', {
    before: aNoteAlone,
    act: async (world, { space }) => {
      const ann = offline(world)
      await ann.addMany(space, 100)
    },
  }),
  scenario('a large change', '[P5]', {
    before: aNoteAlone,
    act: async (world, { space }) => {
      const ann = offline(world)
      await ann.add(space, 'Report', 'very long '.repeat(20_000))
    },
  }),
  scenario('two saves at once, one of which the schema refuses', '[P5]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await Promise.all([ann.visit(space, note), ann.setTitle(space, note, 5 as unknown as string), ann.tag(space, note, 'dry')])
    },
  }),
  scenario('a project that is made', '[Q8]', {
    before: aNoteAlone,
    act: async (world) => {
      const ann = offline(world)
      const made = await ann.ask((store) => store.createSpace('Autumn count'))
      if (made !== undefined) await ann.add(made.id, 'Crane')
      if (made !== undefined) await ann.ask((store) => store.renameSpace(made, 'Winter count'))
    },
  }),
  scenario('a save that is discarded before it was sent', '[P7]', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      await ann.visit(space, note)
      await ann.add(space, 'Mistake')
      await ann.visit(space, note)
      await ann.discardFirst('pending')
    },
  }),
]
