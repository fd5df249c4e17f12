/** A space that the hub has, and that is empty: everything that was ever sent into it was refused. */
import { expect, test } from 'vitest'
import { addNote, appWith, liveOf, meet, noDodo, rowOf, worldOf } from '../test/history-kit.ts'

test('[Q3] who has read an empty space writes into it: the hub has lost nothing, and begins no new epoch', async () => {
  const world = await worldOf(appWith(), noDodo)
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  addNote(a, space, 'Dodo')
  await meet(a, b)
  expect(liveOf(a)).toMatchObject([{ status: 'failed' }])
  const { epoch } = b.store.state
  const heron = addNote(b, space, 'Heron')
  await meet(b, a)
  expect(b.store.state.epoch).toBe(epoch)
  expect(rowOf(a, heron)['title']).toBe('Heron')
})
