import { expect, test } from 'vitest'
import type { SyncRunner } from './runner.ts'
import { addSealed, openScene, type SyncScene, unsent } from '../test/sync-kit.ts'
import { LaterSync } from './later-sync.ts'

const SECOND = 1000

interface LaterScene extends SyncScene {
  readonly sync: LaterSync
  /** How often the code was asked for. */
  readonly asked: () => number
  arrive(): void
  fail(): void
}

/** A device whose sync code is on its way until the test says how that ends. */
async function openLater(): Promise<LaterScene> {
  const scene = await openScene()
  const waiting: { resolve: (runner: SyncRunner) => void; reject: (error: Error) => void }[] = []
  let asked = 0
  const load = (): Promise<SyncRunner> =>
    new Promise((resolve, reject) => {
      asked += 1
      waiting.push({ resolve, reject })
    })
  const sync = new LaterSync({ load, setTimer: scene.time.setTimer, onError: (error) => scene.errors.push(error) })
  return {
    ...scene,
    sync,
    asked: () => asked,
    arrive: () => waiting.shift()?.resolve(scene.runner),
    fail: () => waiting.shift()?.reject(new TypeError('the file could not be fetched')),
  }
}

test('[P1] [R15] what is written before the code of sync is there goes when it is', async () => {
  const scene = await openLater()
  scene.sync.start()
  addSealed(scene, 'Heron')
  await scene.time.pass(SECOND)
  expect(scene.sync.status().connection).toBe('connecting')
  expect(scene.hub.asked).toEqual([])
  scene.arrive()
  await scene.time.pass(SECOND)
  expect(unsent(scene)).toBe(0)
  expect(scene.sync.status()).toEqual(scene.runner.status())
  expect(scene.sync.status().connection).toBe('live')
})

test('[Q8] a device that is about to ask its hub never says that it is offline: a second browser would not wait for what the first one made', async () => {
  const scene = await openLater()
  const connections: string[] = []
  scene.sync.subscribe(() => connections.push(scene.sync.status().connection))
  scene.sync.start()
  scene.arrive()
  await scene.time.pass(SECOND)
  expect(new Set(connections)).toEqual(new Set(['connecting', 'live']))
})

test('[R15] code that cannot be fetched leaves the device offline, is told once, and fetched again until it comes', async () => {
  const scene = await openLater()
  const connections: string[] = []
  scene.sync.subscribe(() => connections.push(scene.sync.status().connection))
  scene.sync.start()
  addSealed(scene, 'Heron')
  for (let round = 0; round < 3; round++) {
    scene.fail()
    await scene.time.pass(11 * SECOND)
  }
  expect(connections).toEqual(['offline', 'offline', 'offline'])
  expect(scene.errors).toHaveLength(1)
  expect(scene.asked()).toBe(4)
  scene.arrive()
  await scene.time.pass(SECOND)
  expect(unsent(scene)).toBe(0)
  expect(connections.at(-1)).toBe('live')
})

test('[R15] a person who asks need not wait for the next attempt, and what they asked is done when the code comes', async () => {
  const scene = await openLater()
  scene.sync.start()
  scene.fail()
  await scene.time.pass(SECOND)
  expect(scene.asked()).toBe(1)
  scene.sync.sendNow()
  expect(scene.asked()).toBe(2)
  scene.hub.asked.length = 0
  scene.arrive()
  await scene.time.pass(11 * SECOND)
  expect(scene.asked()).toBe(2)
  expect(scene.hub.count('hello')).toBeGreaterThan(0)
})

test('[R15] a store that is closed before the code comes talks to nobody', async () => {
  const scene = await openLater()
  scene.sync.start()
  addSealed(scene, 'Heron')
  await scene.sync.stop()
  scene.arrive()
  await scene.time.pass(60 * SECOND)
  expect(scene.hub.asked).toEqual([])
  expect(scene.runner.status().connection).toBe('offline')
})

test('[R15] a store that is closed after a failure does not ask for the code again', async () => {
  const scene = await openLater()
  scene.sync.start()
  scene.fail()
  await scene.time.pass(SECOND)
  await scene.sync.stop()
  await scene.time.pass(60 * SECOND)
  expect(scene.asked()).toBe(1)
})

test('[R15] a store that was stopped and started again goes on, with the code that it has', async () => {
  const scene = await openLater()
  scene.sync.start()
  scene.arrive()
  await scene.time.pass(SECOND)
  await scene.sync.stop()
  addSealed(scene, 'Heron')
  await scene.time.pass(SECOND)
  expect(unsent(scene)).toBe(1)
  scene.sync.start()
  await scene.time.pass(SECOND)
  expect(unsent(scene)).toBe(0)
  expect(scene.asked()).toBe(1)
})
