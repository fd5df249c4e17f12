/** The hub comes back under a new epoch, with a shorter history: what it has applied of it again is not taken for lost a second time [Q3]. */
import { decodePushAnswer, encodePushRequest, type Epoch } from '@tombolo/core'
import { expect, test } from 'vitest'
import { addSealed, openScene, unsent } from '../test/sync-kit.ts'

const SECOND = 'second-epoch' as Epoch

test('[Q3] a head that is lower than in the lost history does not queue again what the present one has applied', async () => {
  const scene = await openScene()
  const { store, hub, space, time } = scene
  for (const title of ['Heron', 'Nest', 'Egret']) {
    addSealed(scene, title)
    await time.result(scene.runner.syncOnce())
  }
  hub.loseEverything(SECOND)
  store.hub.enterEpoch(SECOND)
  const push = store.hub.nextPush(space, { bytesMax: 1_000_000, changesMax: 2 })
  if (push === null) throw new Error('nothing waits')
  const options = { signal: new AbortController().signal, timeoutMs: 60_000 }
  const exchange = await time.result(hub.request('push', encodePushRequest(push), options))
  const answer = decodePushAnswer(exchange.type === 'answered' ? exchange.body : null)
  if (!answer.ok) throw new Error('the hub answered otherwise')
  store.hub.pushAnswered(push, answer.value)
  expect(unsent(scene)).toBe(1)
  expect(store.state.spaces.get(space).head).toBe(2)
  // A hello tells where the hub is, before the device has read anything of the present history.
  store.hub.hubIsBehind(space, 1)
  expect(unsent(scene)).toBe(2)
  store.hub.hubIsBehind(space, 2)
  expect(unsent(scene)).toBe(2)
})
