/** A device is copied while a page of records is under way to it, and the copy sends what the device itself has not sent yet. */
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordId, SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { nodeStorage } from '../../../client/src/storage/node.ts'
import { temporaryDirectory } from '../../../hub/src/test/database.ts'
import { addNote, appWith, expectSame, meet, rowOf, visit, worldOf } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'

interface Scene {
  readonly a: Device
  readonly space: SpaceId
  readonly note: RecordId
  /** Everything that the device has shown as the visits of its note. */
  readonly shown: Set<unknown>
  /** Copies the device as it is on disk; the copy sends everything. */
  readonly copy: (goOn?: (copy: Device) => void) => Promise<Device>
}

/** A device and a note that it has synced, which nobody has visited yet. */
async function openScene(): Promise<Scene> {
  const directory = temporaryDirectory()
  const storage = nodeStorage({ directory })
  const world = await worldOf(appWith())
  const open = async (name: string): Promise<Device> => {
    const device = await world.device(await storage.open(name))
    device.line.isSocketAllowed = false
    return device
  }
  const a = await open('a')
  const space = a.newSpace()
  const note = addNote(a, space, 'Heron')
  await meet(a)
  const shown = new Set<unknown>()
  a.store.onCommit(() => shown.add(rowOf(a, note)['visits']))
  const copy: Scene['copy'] = async (goOn = () => undefined) => {
    for (const end of ['.db', '.db-wal', '.db-shm'])
      if (existsSync(join(directory, `a${end}`))) copyFileSync(join(directory, `a${end}`), join(directory, `copy${end}`))
    const device = await open('copy')
    goOn(device)
    // Not `sync`: time stands still, for the device that was copied waits for its page.
    await device.runner.syncOnce()
    return device
  }
  return { a, space, note, shown, copy }
}

/**
 * Reads the space anew. When the first page has been asked for, `meanwhile` happens before the hub makes it; nothing that the device sends
 * arrives before the page.
 */
async function syncAndMeanwhile<T>({ a, space }: Scene, meanwhile: () => Promise<T>): Promise<T> {
  const take = a.store.hub.pageArrived.bind(a.store.hub)
  const page = new Promise<void>((resolve) => {
    a.store.hub.pageArrived = (...answer) => {
      resolve()
      return take(...answer)
    }
  })
  let happened: Promise<T> | null = null
  a.line.through = async (exchange, path) => {
    if (path === 'push') await page
    if (path === 'pull') await (happened ??= meanwhile())
    return exchange()
  }
  a.store.hub.readAnew(space)
  await a.sync()
  if (happened === null) throw new Error('no page was asked for')
  return happened
}

test('[Q2] a change that was not sealed yet, sent by a copy, counts once', async () => {
  const scene = await openScene()
  const { a, space, note, shown, copy } = scene
  const { replica } = a.store.state
  const c = await syncAndMeanwhile(scene, () => {
    visit(a, space, note)
    return copy()
  })
  await meet(a, c)
  expectSame(a, c)
  expect([...shown]).toEqual([1])
  expect(rowOf(a, note)).toMatchObject({ visits: 1, $state: 'synced' })
  expect(a.store.state.replica).toBe(replica)
})

test('[Q2] a change that waits behind a push under way, sent by a copy, counts once', async () => {
  const scene = await openScene()
  const { a, space, note, shown, copy } = scene
  visit(a, space, note)
  const c = await syncAndMeanwhile(scene, () => {
    a.store.seal(space)
    visit(a, space, note)
    a.store.seal(space)
    return copy()
  })
  await meet(a, c)
  expectSame(a, c)
  expect([...shown]).toEqual([1, 2])
  expect(rowOf(a, note)).toMatchObject({ visits: 2, $state: 'synced' })
})

test('[P2] [Q2] a copy that has written on is a fork, which a page tells: what both have counts once, in every space', async () => {
  const scene = await openScene()
  const { a, space, note, shown, copy } = scene
  const other = a.newSpace()
  const there = addNote(a, other, 'Egret')
  await meet(a)
  const shownThere = new Set<unknown>()
  a.store.onCommit(() => shownThere.add(rowOf(a, there)['visits']))
  const { replica } = a.store.state
  a.store.hub.readAnew(other)
  const c = await syncAndMeanwhile(scene, () => {
    visit(a, space, note)
    visit(a, other, there)
    return copy((device) => {
      device.store.seal(null)
      visit(device, space, note)
    })
  })
  expect(a.store.state.replica).not.toBe(replica)
  await meet(a, c)
  expectSame(a, c)
  expect(shown).toEqual(new Set([0, 1, 2]))
  expect(shownThere).toEqual(new Set([0, 1]))
  expect(rowOf(a, note)).toMatchObject({ visits: 2, $state: 'synced' })
  expect(rowOf(a, there)).toMatchObject({ visits: 1, $state: 'synced' })
})

test('[P2] [Q2] after a fork the verdicts of all that is unanswered are asked for: a copy may have sent it under the former replica id', async () => {
  const scene = await openScene()
  const { a, space, note, copy } = scene
  const other = a.newSpace()
  const there = addNote(a, other, 'Egret')
  await meet(a)
  visit(a, space, note)
  visit(a, other, there)
  const c = await copy()
  const shown = new Set<unknown>()
  a.store.onCommit(() => shown.add(rowOf(a, there)['visits']))
  a.store.hub.startNewChain()
  a.store.hub.readAnew(other)
  // The push of the first space is under way when the pages of the other one arrive.
  await syncAndMeanwhile(scene, async () => null)
  await meet(a, c)
  expectSame(a, c)
  expect([...shown]).toEqual([1])
})

test('[P4] a page that was asked for under a former replica id is dropped: it does not tell of the present chain', async () => {
  const scene = await openScene()
  const { a, space, note, shown, copy } = scene
  const c = await syncAndMeanwhile(scene, () => {
    a.store.hub.startNewChain()
    visit(a, space, note)
    return copy()
  })
  await meet(a, c)
  expectSame(a, c)
  expect([...shown]).toEqual([0, 1])
})
