/** When a device compares its records with the hub's [Q5]. */
import { problem, type ProblemCode, type SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
// A device loads it when it is needed, and virtual time does not wait for that.
import { mendedOf } from '../../../client/src/engine/mended.ts'
import '../../../client/src/sync/check.ts'
import { addNote, appWith, meet, worldOf } from '../test/history-kit.ts'
import type { Device, HubWorld } from '../test/hub-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

interface Scene {
  readonly world: HubWorld
  /** Goes on by itself. */
  readonly device: Device
  readonly other: Device
  readonly space: SpaceId
  /** How often the device asked for digests. */
  readonly asked: () => number
}

/** Two devices, each with a note in the same space, of which one never compared it. */
async function scene(): Promise<Scene> {
  const world = await worldOf(appWith())
  const [device, other] = [await world.device(), await world.device()]
  const space = device.newSpace()
  addNote(device, space, 'Heron')
  await meet(device, other)
  addNote(other, space, 'Nest')
  await meet(other)
  let asked = 0
  device.line.isSocketAllowed = false
  device.line.through = (exchange, path) => {
    asked += path === 'digest' ? 1 : 0
    return exchange()
  }
  device.runner.start()
  return { world, device, other, space, asked: () => asked }
}

test('[Q5] a device that never compared a space does so within a quarter of an hour, and then once a day, however often it is opened', async () => {
  const { world, device, asked } = await scene()
  const openedAfter = async (hours: number): Promise<number> => {
    await device.runner.stop()
    await world.time.pass(hours * HOUR)
    device.runner.start()
    await world.time.pass(15 * MINUTE)
    return asked()
  }
  await world.time.pass(15 * MINUTE)
  expect(asked()).toBe(1)
  expect([await openedAfter(1), await openedAfter(22), await openedAfter(2), await openedAfter(22)]).toEqual([1, 1, 2, 2])
  await device.runner.stop()
})

/** Answers the next request of this kind in the hub's place. */
const answering =
  (code: ProblemCode, at: 'push' | 'pull') =>
  ({ device: { line } }: Scene): void => {
    const { through } = line
    line.through = async (exchange, path) => {
      if (path !== at) return through(exchange, path)
      line.through = through
      return { type: 'problem', problem: problem(code), bytes: 100, durationMs: 10 }
    }
  }

async function openAnotherHistory({ world, other }: Scene): Promise<void> {
  await world.hub.close()
  await world.open(':memory:', 'another-epoch')
  await meet(other)
}

test.each<readonly [string, (scene: Scene) => void | Promise<void>]>([
  ['a gap', answering('push.gap', 'push')],
  ['a fork', answering('push.fork', 'push')],
  ['a cursor that expired', answering('cursor.expired', 'pull')],
  ['a new epoch', openAnotherHistory],
])('[Q5] after %s a device compares the space anew, long before the day is over', async (_, happens) => {
  const all = await scene()
  const { world, device, other, space, asked } = all
  await world.time.pass(15 * MINUTE)
  expect(asked()).toBe(1)
  await happens(all)
  addNote(device, space, 'Gauge')
  addNote(other, space, 'Ferry')
  await meet(other)
  await world.time.pass(30 * MINUTE)
  expect(asked()).toBe(2)
  expect(mendedOf(device.store.state)).toBeNull()
  await device.runner.stop()
})

test('[Q5] where nothing happened, a device does not compare a space again because something was written', async () => {
  const { world, device, other, space, asked } = await scene()
  await world.time.pass(15 * MINUTE)
  addNote(device, space, 'Gauge')
  addNote(other, space, 'Ferry')
  await meet(other)
  await world.time.pass(30 * MINUTE)
  expect(asked()).toBe(1)
  await device.runner.stop()
})
