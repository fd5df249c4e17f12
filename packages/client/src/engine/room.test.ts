/** A device without room left: what is saved is refused visibly, and what was saved before goes out all the same. */
import { mintRecordId } from '@tombolo/core'
import { describe, expect, test, vi } from 'vitest'
import { addNote, addSealed, openScene, type SyncDevice, type SyncScene, titlesOf, unsent } from '../test/sync-kit.ts'
import { diskStorage, type Granting, TestDisk } from '../test/storage/disk.ts'
import { memoryStorage } from '../storage/node.ts'
import { loadText } from '../test/local-store-kit.ts'
import type { Storage } from '../storage/port.ts'
import type { WriteAnswer, WriteBatch } from './port.ts'
import { Engine } from './engine.ts'
import { isFull } from './room.ts'
import { WriteQueue } from './write-queue.ts'

const GRANTINGS: readonly Granting[] = ['bytes', 'powers of two']
/** From not a byte to more than any one step of the test needs. */
const LEFT_BYTES = [0, 1, 4120, 12_360, 50_000, 300_000]

describe.each(GRANTINGS)('[P7] a full device, whose files are given room in %s', (granting) => {
  test.each(LEFT_BYTES)(
    'with %i bytes left refuses what does not fit, sends all that was saved, and takes more when it has room',
    async (left) => {
      const { scene, disk } = await fullScene(granting, left)
      const saved = fillUp(scene)
      expect(scene.store.state.room.isFull).toBe(true)
      const before = titlesOf(scene)
      expect(before).toHaveLength(40 + saved.length)
      scene.runner.start()
      await scene.time.until(() => unsent(scene) === 0)
      expect(scene.hub.applied.size).toBe(before.length)
      expect(titlesOf(scene)).toEqual(before)

      disk.bytesMax = Number.POSITIVE_INFINITY
      await scene.store.state.room.hold()
      addSealed(scene, 'after')
      await scene.time.until(() => unsent(scene) === 0)
      expect(titlesOf(scene)).toContain('after')
      expect(scene.errors).toEqual([])
    },
  )
})

describe.each(GRANTINGS)('[P7] a device that is full when it starts, whose files are given room in %s', (granting) => {
  test('opens, sends what waits, and refuses what is saved until it has room', async () => {
    const { disk, scene, storage } = await fullScene(granting, 0)
    fillUp(scene)
    const waiting = unsent(scene)
    scene.store.state.database.close()
    disk.restart()
    disk.bytesMax = disk.used
    const again = await openScene({}, storage)
    expect(unsent(again)).toBe(waiting)
    await again.store.state.room.hold()
    again.runner.start()
    await again.time.until(() => unsent(again) === 0)
    expect(again.hub.applied.size).toBe(waiting)
    expect(() => addNote(again, 'more')).toThrow(expect.objectContaining({ code: 'storage.full' }))
    disk.bytesMax = Number.POSITIVE_INFINITY
    await again.store.state.room.hold()
    addNote(again, 'more')
  })
})

describe.each(GRANTINGS)('[Q2] a page that does not fit, where files are given room in %s', (granting) => {
  test('leaves the store as it was; the outbox goes out, and the page is fetched when there is room', async () => {
    const { disk, scene } = await fullScene(granting, 0)
    fillUp(scene)
    const other = await scene.another({ storage: memoryStorage() })
    for (let n = 0; n < 400; n++) addSealed(other, `theirs ${n} ${'y'.repeat(3000)}`)
    other.runner.start()
    await scene.time.until(() => unsent(other) === 0)
    const before = titlesOf(scene)
    scene.runner.start()
    await scene.time.until(() => unsent(scene) === 0)
    await scene.time.pass(60_000)
    expect(titlesOf(scene).length).toBe(before.length)
    expect(scene.store.state.room.isFull).toBe(true)
    expect(scene.errors).toEqual([])

    disk.bytesMax = Number.POSITIVE_INFINITY
    await scene.time.until(() => titlesOf(scene).length === before.length + 400)
    expect(scene.store.state.room.isFull).toBe(false)
    expect(scene.store.state.room.reserveBytes).toBeGreaterThan(0)
  })
})

describe('[P7] a full device that has used its reserve', () => {
  test('takes the first save after room was made, and what is saved behind it stays behind', async () => {
    const { disk, scene } = await usedUp()
    const added: string[] = []
    const queue = new WriteQueue({ store: scene.store, carryOut: ({ operationId }) => adds(scene, operationId, added) })
    expect(await queue.write(batch('too much'))).toMatchObject({ ok: false, code: 'storage.full' })

    disk.bytesMax = Number.POSITIVE_INFINITY
    const first = queue.write(batch('first'))
    await Promise.resolve()
    const answers = await Promise.all([first, queue.write(batch('second')), queue.write(batch('third'))])
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(added).toEqual(['first', 'second', 'third'])
    expect(titlesOf(scene)).toEqual(expect.arrayContaining(added))
  })

  test('is asked for room once by all who find none', async () => {
    const { scene } = await usedUp()
    const { room, database } = scene.store.state
    const hold = vi.spyOn(database.reserve, 'hold')
    for (let n = 0; n < 20; n++) expect(() => addNote(scene, 'too much')).toThrow(expect.objectContaining({ code: 'storage.full' }))
    expect(await room.hold()).toBe(false)
    expect(hold.mock.calls.length).toBeLessThanOrEqual(2)
  })

  test('answers what waits for room before it closes', async () => {
    const { scene } = await usedUp()
    const engine = new Engine({
      store: scene.store,
      aside: memoryStorage(),
      sync: null,
      durability: 'disk',
      requestFrame: () => undefined,
      setTimer: () => () => undefined,
      onError: (error) => scene.errors.push(error),
      loadText,
    })
    const values = { title: 'too much' }
    const steps = [
      { type: 'add', collection: 'notes', record: mintRecordId(scene.time.nowMs, (bytes) => new Uint8Array(bytes)), values },
    ] as const
    const answered = engine.write({ operationId: 'too much', type: 'write', space: scene.space, steps })
    await Promise.resolve()
    await engine.close()
    expect(await answered).toMatchObject({ ok: false, code: 'storage.full' })
  })
})

test('[P7] a long outbox drains on a full device: the reserve grows with what waits', async () => {
  const { scene } = await fullScene('bytes', 300_000, 2500)
  expect(scene.store.state.room.reserveBytes).toBeGreaterThan(8 << 20)
  fillUp(scene)
  scene.runner.start()
  await scene.time.until(() => unsent(scene) === 0)
})

async function fullScene(granting: Granting, left: number, waiting = 40): Promise<{ scene: SyncScene; disk: TestDisk; storage: Storage }> {
  const disk = new TestDisk(granting)
  const storage = diskStorage(disk)
  const scene = await openScene({}, storage)
  for (let n = 0; n < waiting; n++) addSealed(scene, `before ${n}`)
  await scene.store.state.room.hold()
  disk.bytesMax = disk.used + left
  return { scene, disk, storage }
}

/** What was saved has gone out, and no room is left for more, nor for a reserve. */
async function usedUp(): Promise<Awaited<ReturnType<typeof fullScene>>> {
  const full = await fullScene('bytes', 0)
  fillUp(full.scene)
  full.scene.runner.start()
  await full.scene.time.until(() => unsent(full.scene) === 0)
  await full.scene.runner.stop()
  expect(await full.scene.store.state.room.hold()).toBe(false)
  return full
}

const batch = (operationId: string): WriteBatch => ({ operationId, type: 'seal', space: null })

function adds(scene: SyncScene, title: string, added: string[]): WriteAnswer {
  addNote(scene, title)
  added.push(title)
  return { ok: true, intent: null, seq: null }
}

/** Saves until a save is refused. @returns the titles that were saved */
function fillUp(device: SyncDevice): string[] {
  const saved: string[] = []
  for (let n = 0; n < 3000; n++) {
    const title = `filling ${n} ${'x'.repeat(2000)}`
    if (!isSaved(device, title)) return saved
    saved.push(title)
  }
  throw new Error('the disk is not full')
}

function isSaved(device: SyncDevice, title: string): boolean {
  try {
    addNote(device, title)
    return true
  } catch (error) {
    if (isFull(error)) return false
    throw error
  }
}
