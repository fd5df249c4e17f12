/** A space is read anew, and what its device writes meanwhile. */
import { expect, test } from 'vitest'
import { addNote, appWith, liveOf, meet, rowOf, visit, worldOf } from '../test/history-kit.ts'

test('[Q4] a change that is applied while its space is read anew counts once, also when the reading begins once more', async () => {
  const world = await worldOf(appWith())
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  const note = addNote(a, space, 'Heron')
  visit(a, space, note)
  await meet(a, b)
  a.store.hub.readAnew(space)
  visit(a, space, note)
  // The push comes through, and the pull does not.
  a.line.isSocketAllowed = false
  a.line.through = (exchange, path) => (path === 'pull' ? Promise.resolve({ type: 'network' }) : exchange())
  await a.sync()
  expect(liveOf(a).at(-1)).toMatchObject({ status: 'applied', version: null })
  a.store.hub.readAnew(space)
  a.line.through = (exchange) => exchange()
  await meet(a, b)
  expect(rowOf(b, note)['visits']).toBe(2)
  expect(rowOf(a, note)['visits']).toBe(2)
  expect(liveOf(a)).toEqual([])
})
