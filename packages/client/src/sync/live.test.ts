/** The live socket of one device, whose hub side the test holds in its hands. */
import { encodeLiveFrame, type SpaceId } from '@tombolo/core'
import { describe, expect, test, vi } from 'vitest'
import { StorageError } from '../storage/port.ts'
import { type FakeSocket, saying } from '../test/fake-hub.ts'
import { addSealed, openScene, type SyncDevice, type SyncScene, titlesOf, unsent } from '../test/sync-kit.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const ELSEWHERE = '01890000-0000-7000-8000-000000000009' as SpaceId

async function connected(): Promise<SyncScene & { socket: FakeSocket; other: SyncDevice }> {
  const scene = await openScene()
  const other = await scene.another()
  addSealed(scene, 'Heron')
  scene.hub.allowsSockets = true
  scene.runner.start()
  await scene.time.pass(2 * SECOND)
  const socket = scene.hub.sockets[0]
  if (socket === undefined) throw new Error('no socket was opened')
  return { ...scene, socket, other }
}

/** Another device writes, and only the hub knows. */
async function writtenElsewhere({ time, other }: { time: SyncScene['time']; other: SyncDevice }, title: string): Promise<void> {
  addSealed(other, title)
  await time.result(other.runner.syncOnce())
}

const delta = (page: unknown): unknown => encodeLiveFrame({ type: 'delta', page })

describe('news over a live socket', () => {
  test('[Q7] a delta that follows this cursor is applied, and nothing is asked', async () => {
    const scene = await connected()
    await writtenElsewhere(scene, 'Nest')
    const asked = scene.hub.asked.length
    scene.socket.say(delta(scene.hub.delta(scene.space, scene.store.state.replica, 1)))
    await scene.time.pass(SECOND)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest'])
    expect(scene.hub.asked).toHaveLength(asked)
    expect(scene.errors).toEqual([])
  })

  test('[Q7] the same delta twice, or one that misses its place, changes nothing wrongly: a pull brings the rest', async () => {
    const scene = await connected()
    const { replica } = scene.store.state
    await writtenElsewhere(scene, 'Nest')
    const first = delta(scene.hub.delta(scene.space, replica, 1))
    scene.socket.say(first)
    scene.socket.say(first)
    await writtenElsewhere(scene, 'Owl')
    await writtenElsewhere(scene, 'Wren')
    scene.socket.say(delta(scene.hub.delta(scene.space, replica, 3)))
    await scene.time.pass(5 * SECOND)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest', 'Owl', 'Wren'])
    expect(scene.errors).toEqual([])
  })

  test('[Q7] a hint that the disk keeps from being heard ends nothing: the socket is opened anew, and its hello brings it again', async () => {
    const scene = await connected()
    const refusal = new StorageError('storage.io', new Error('simulated'))
    const disk = vi.spyOn(scene.store.state, 'spaces', 'get').mockImplementation(() => {
      throw refusal
    })
    scene.time.setTimer(() => disk.mockRestore(), 5)
    scene.socket.say(encodeLiveFrame({ type: 'head', space: ELSEWHERE, head: 2 }))
    await scene.time.pass(MINUTE)
    expect(new Set(scene.errors)).toEqual(new Set([refusal]))
    expect(scene.hub.sockets).toHaveLength(2)
  })

  test('[Q7] a hint is followed by a pull over the socket', async () => {
    const scene = await connected()
    await writtenElsewhere(scene, 'Nest')
    const asked = scene.hub.asked.length
    scene.socket.say(encodeLiveFrame({ type: 'head', space: scene.space, head: 2 }))
    await scene.time.pass(SECOND)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest'])
    expect(scene.hub.asked).toHaveLength(asked)
  })

  test('[Q8] a hint about a space that is new to this device takes it up', async () => {
    const scene = await connected()
    const space = '018f0000-0000-7000-8000-0000000000ff' as SpaceId
    addSealed(scene.other, 'Nest', space)
    await scene.time.result(scene.other.runner.syncOnce())
    scene.socket.say(encodeLiveFrame({ type: 'head', space, head: 1 }))
    await scene.time.pass(2 * SECOND)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest'])
  })

  test('[Q2] a page that comes after a delta has moved the cursor is dropped, and asked for again where something is missing', async () => {
    const scene = await connected()
    const { replica } = scene.store.state
    await writtenElsewhere(scene, 'Nest')
    scene.socket.delayMs = 500
    scene.socket.say(encodeLiveFrame({ type: 'head', space: scene.space, head: 2 }))
    await scene.time.pass(10)
    scene.socket.say(delta(scene.hub.delta(scene.space, replica, 1)))
    await scene.time.pass(10)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest'])
    await writtenElsewhere(scene, 'Owl')
    await scene.time.pass(10 * SECOND)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest', 'Owl'])
    expect(scene.store.state.spaces.get(scene.space)).toMatchObject({ version: 3, cursor: 'c3' })
  })
})

describe('a socket that fails', () => {
  test.each(['no JSON', '[9]', '[3,[1,2]]', '[0,"1","push",null]', '{}'])(
    '[Q7] one that says %s is closed, and everything goes on',
    async (text) => {
      const scene = await connected()
      scene.socket.sayText(text)
      await scene.time.pass(SECOND)
      expect(scene.socket.isClosed).toBe(true)
      addSealed(scene, 'Nest')
      await scene.time.pass(MINUTE)
      expect(unsent(scene)).toBe(0)
      expect(scene.errors).toEqual([])
    },
  )

  test('[Q7] one that dies unnoticed is given up with the first request on it, which goes again', async () => {
    const scene = await connected()
    scene.socket.isDead = true
    addSealed(scene, 'Nest')
    await scene.time.pass(30 * SECOND)
    expect(unsent(scene)).toBe(1)
    await scene.time.pass(MINUTE)
    expect(unsent(scene)).toBe(0)
    expect(scene.socket.isClosed).toBe(true)
    expect(scene.hub.sockets.length).toBeGreaterThan(1)
    expect([...scene.hub.applied.values()]).toEqual([1, 1])
  })

  test('[P4] one that breaks with a push on it: the push goes again and counts once', async () => {
    const scene = await connected()
    addSealed(scene, 'Nest')
    await scene.time.pass(20)
    expect(scene.hub.applied.size).toBe(2)
    expect(unsent(scene)).toBe(1)
    scene.hub.allowsSockets = false
    scene.hub.instead = ({ path }) => (path === 'pull' ? { type: 'network' } : undefined)
    scene.socket.break()
    await scene.time.pass(5 * SECOND)
    expect(scene.hub.count('push')).toBe(2)
    expect(unsent(scene)).toBe(0)
    expect([...scene.hub.applied.values()]).toEqual([1, 1])
  })

  test('[Q7] one that never greets is closed in time, and long polls serve after the third', async () => {
    const scene = await openScene()
    scene.hub.allowsSockets = true
    addSealed(scene, 'Heron')
    const deadly = setDead(scene)
    scene.runner.start()
    await scene.time.pass(2 * MINUTE)
    deadly.stop()
    expect(scene.hub.sockets.length).toBeGreaterThanOrEqual(3)
    expect(scene.hub.count('poll')).toBeGreaterThan(0)
    expect(unsent(scene)).toBe(0)
  })

  test("[S3] a hello over the socket as another account's signs this store out", async () => {
    const scene = await openScene()
    addSealed(scene, 'Heron')
    await scene.time.result(scene.runner.syncOnce())
    scene.hub.allowsSockets = true
    scene.hub.instead = ({ path }, honest) => {
      if (path !== 'hello') return undefined
      const answer = honest()
      scene.hub.account = 'ben'
      return answer
    }
    scene.runner.start()
    await scene.time.pass(SECOND)
    expect(scene.runner.status()).toMatchObject({ connection: 'needs-sign-in' })
    expect(scene.store.state.account).toBe('ann')
  })

  test('[Q3] a problem over the socket is handled as one over HTTP', async () => {
    const scene = await connected()
    scene.hub.loseEverything('second-epoch')
    scene.hub.instead = ({ path }) => (path === 'push' ? saying('hub.busy') : undefined)
    addSealed(scene, 'Nest')
    await scene.time.pass(5 * SECOND)
    expect(scene.store.state.epoch).toBe('second-epoch')
    expect(unsent(scene)).toBe(0)
    expect([...scene.hub.applied.values()]).toEqual([1, 1])
  })
})

/** Every socket that opens is dead from the start. */
function setDead({ hub, time }: SyncScene): { stop: () => void } {
  let isOver = false
  const kill = (): void => {
    for (const socket of hub.sockets) socket.isDead = true
    if (!isOver) time.setTimer(kill, 10)
  }
  kill()
  return { stop: () => void (isOver = true) }
}
