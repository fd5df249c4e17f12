/** What becomes of text that a full device did not take, when the page is about to go. */
import { openField } from '@tombolo/testkit/vitest'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { app } from '../schema.ts'
import type { FieldStore } from '../store.ts'
import { askBeforeLeaving } from './unsaved.ts'
import { updateNow } from './update.ts'

const page = new EventTarget()

beforeEach(() => {
  vi.stubGlobal('document', { body: { inert: false } })
  vi.stubGlobal('navigator', { locks: { request: async (_: string, __: object, run: (lock: object) => unknown) => run({}) } })
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A device that has just become full, and a title that somebody types there. */
async function fullDevice(): Promise<{ store: FieldStore; type: () => Promise<unknown>; clear: () => Promise<unknown> }> {
  const field = await openField({ schema: app })
  const phone = await field.device('phone')
  const { id: project } = await phone.store.createSpace('Ants')
  const { result: id } = await phone.store.write((w) => w.notes.add(project, { title: 'Nest', tags: ['oak'] }))
  const note = await phone.store.db.notes.get(id)
  if (note === null) throw new Error('the note is not there')
  phone.fillDisk()
  const title = phone.store.field(note, 'title')
  return {
    store: phone.store,
    type: () => {
      title.input('Nest in the old oak')
      return title.flush()
    },
    clear: () => {
      phone.freeDisk()
      return title.flush()
    },
  }
}

function isAskedBeforeLeaving(): boolean {
  return !page.dispatchEvent(new Event('beforeunload', { cancelable: true }))
}

test('[P1] it keeps an update from being taken: its author looks at it first', async () => {
  const { store, type, clear } = await fullDevice()
  void type()
  expect(await updateNow(store)).toBe('Something you wrote could not be saved. Look at it first, then update.')
  expect(document.body.inert).toBe(false)
  expect(await clear()).toMatchObject({ text: 'Nest in the old oak', state: 'saved' })
})

test('[P1] the browser asks before the page goes, until it is saved', async () => {
  const { store, type, clear } = await fullDevice()
  askBeforeLeaving(store)
  expect(isAskedBeforeLeaving()).toBe(false)
  expect(await type()).toMatchObject({ state: 'failed' })
  expect(isAskedBeforeLeaving()).toBe(true)
  await clear()
  expect(isAskedBeforeLeaving()).toBe(false)
})
