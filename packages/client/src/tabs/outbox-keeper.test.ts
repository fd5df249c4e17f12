import { yjsEditor } from '@tombolo/core/yjs'
import { describe, expect, test, vi } from 'vitest'
import type { Durability } from '../engine/port.ts'
import { recoveryOf } from '../engine/recovery.ts'
import { memoryMirror, type OutboxMirror } from '../storage/mirror.ts'
import { StorageError } from '../storage/port.ts'
import { judgeAll } from '../test/page/kit.ts'
import { addNote, addSealed, openScene, type SyncDevice, type SyncScene, unsent } from '../test/sync-kit.ts'
import { OutboxKeeper } from './outbox-keeper.ts'
import type { KeptItem } from './read-items.ts'

interface Kept {
  readonly keeper: OutboxKeeper
  readonly errors: unknown[]
}

/** A keeper that has started. */
async function keep(scene: SyncScene, device: SyncDevice, mirror: OutboxMirror, durability: Durability = 'disk'): Promise<Kept> {
  const errors: unknown[] = []
  const keeper = new OutboxKeeper({
    store: device.store,
    mirror,
    durability,
    loadText: async () => yjsEditor(() => 7),
    setTimer: scene.time.setTimer,
    nowMs: () => scene.time.nowMs,
    onError: (error) => errors.push(error),
  })
  const started = keeper.start()
  // As the engine does it: a store on disk waits for no mirror.
  await (durability === 'disk' ? started.catch((error: unknown) => errors.push(error)) : started)
  return { keeper, errors }
}

async function inMirror(mirror: OutboxMirror): Promise<KeptItem[]> {
  const items = await mirror.all()
  return items.map(({ bytes }) => JSON.parse(bytes) as KeptItem)
}

async function titles(mirror: OutboxMirror): Promise<string[]> {
  const items = await inMirror(mirror)
  const texts = items.flatMap((item) => (item.type === 'change' ? [item.content] : []))
  return texts.flatMap((text) => ['Heron', 'Bittern', 'Curlew'].filter((title) => text.includes(title))).sort()
}

/** A mirror that cannot be read yet. */
function unreadable(mirror: OutboxMirror, times: number): OutboxMirror {
  let left = times
  return {
    ...mirror,
    all: async () => {
      if (left-- > 0) throw new Error('the browser is not ready')
      return await mirror.all()
    },
  }
}

/** A mirror whose next calls fail. */
function failing(mirror: OutboxMirror): OutboxMirror & { failures: number } {
  const flaky = {
    ...mirror,
    failures: 0,
    put: async (items: Parameters<OutboxMirror['put']>[0]) => {
      if (flaky.failures-- > 0) throw new Error('the browser refused')
      await mirror.put(items)
    },
  }
  return flaky
}

/** A mirror in a browser that gives it room for so many items. */
function narrow(mirror: OutboxMirror, itemsMax: number): OutboxMirror {
  return {
    ...mirror,
    put: async (items) => {
      const keys = new Set([...(await mirror.all()), ...items].map(({ key }) => key))
      if (keys.size > itemsMax) throw new StorageError('storage.full', new Error('the quota is used'))
      await mirror.put(items)
    },
  }
}

describe('with the database on disk', () => {
  test('what is sealed is copied one second after the last write, in one batch', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    await scene.time.pass(900)
    addNote(scene, 'Bittern')
    await scene.time.pass(900)
    expect(await titles(mirror)).toEqual([])
    await scene.time.pass(200)
    // The second is still being written.
    expect(await titles(mirror)).toEqual(['Heron'])
  })

  test('what cannot be read stays in the mirror, is reported, and keeps nothing else from coming back', async () => {
    const lost = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(lost, lost, mirror)
    addSealed(lost, 'Heron')
    await keeper.keep()
    const [heron] = await mirror.all()
    const content = JSON.stringify({ ...JSON.parse(heron?.bytes ?? ''), content: '["half' })
    await mirror.put([
      { key: 'change/a', space: lost.space, bytes: '{"type":"change","ho' },
      { key: 'change/b', space: lost.space, bytes: content },
      { key: 'change/c', space: lost.space, bytes: '{"type":"of a newer app"}' },
    ])
    const other = await lost.another()
    const { errors, keeper: next } = await keep(lost, other, mirror)
    expect(unsent(other)).toBe(1)
    expect(errors).toMatchObject([{ code: 'storage.corrupt' }])
    await next.keep()
    expect((await mirror.all()).map(({ key }) => key)).toEqual(['change/a', 'change/b', 'change/c', heron?.key])
  })

  test('an item holds all that sending it takes', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    await keeper.keep()
    const [change] = scene.store.state.changes.live
    const [item] = await mirror.all()
    expect(item).toMatchObject({ key: `change/${change?.intent}`, space: scene.space })
    expect(await inMirror(mirror)).toEqual([
      expect.objectContaining({
        content: scene.store.state.changes.contentText(change?.seq ?? 0),
        attempt: 0,
        receipt: null,
        createsSpace: true,
      }),
    ])
  })

  test('what has its verdict is removed', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    await keeper.keep()
    await scene.time.result(scene.runner.syncOnce())
    addSealed(scene, 'Bittern')
    await scene.time.pass(1000)
    expect(await titles(mirror)).toEqual(['Bittern'])
  })

  test('what got its verdict while nobody kept the mirror is removed at the start', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    await keeper.stop()
    await scene.time.result(scene.runner.syncOnce())
    expect(await titles(mirror)).toEqual(['Heron'])
    await keep(scene, scene, mirror)
    expect(await titles(mirror)).toEqual([])
  })

  test('stopping seals and copies what is left, and after it the store is not touched', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper, errors } = await keep(scene, scene, mirror)
    addNote(scene, 'Heron')
    await keeper.stop()
    expect(await titles(mirror)).toEqual(['Heron'])
    scene.store.state.database.close()
    await keeper.keep()
    await scene.time.pass(5000)
    expect(errors).toEqual([])
  })

  test('stopping while the disk fails is reported, and nothing goes on after it', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper, errors } = await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    vi.spyOn(scene.store, 'seal').mockImplementation(() => {
      throw new Error('the disk fails')
    })
    await keeper.stop()
    await scene.time.pass(60_000)
    expect(await titles(mirror)).toEqual([])
    expect(errors).toHaveLength(1)
  })

  test('a mirror that never says whether it took something does not keep the store from closing, so that another tab may open it', async () => {
    const scene = await openScene()
    const mirror: OutboxMirror = { ...memoryMirror(), put: () => new Promise<never>(() => undefined) }
    const { keeper } = await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    await scene.time.pass(2000)
    await scene.time.result(keeper.stop())
    expect(unsent(scene)).toBe(1)
  })

  test('a mirror that fails is reported, and has everything after the next pass', async () => {
    const scene = await openScene()
    const mirror = failing(memoryMirror())
    const { errors } = await keep(scene, scene, mirror)
    mirror.failures = 1
    addSealed(scene, 'Heron')
    await scene.time.pass(1000)
    expect(errors).toHaveLength(1)
    addSealed(scene, 'Bittern')
    await scene.time.pass(1000)
    expect(await titles(mirror)).toEqual(['Bittern', 'Heron'])
  })

  test.each<Durability>(['outbox-only', 'disk'])(
    'what waited in another database (%s) that is no more is taken up, once',
    async (durability) => {
      const scene = await openScene()
      const mirror = memoryMirror()
      const { keeper } = await keep(scene, scene, mirror, durability)
      addSealed(scene, 'Heron')
      await keeper.keep()
      const next = await scene.another()
      const again = await keep(scene, next, mirror)
      expect(next.store.state.changes.unsentRecords).toBe(1)
      await again.keeper.stop()
      // It is this database's own from here on: what it has discarded does not come back.
      next.store.state.changes.delete([...next.store.state.changes.live][0]?.seq ?? 0)
      await keep(scene, next, mirror)
      expect(next.store.state.changes.unsentRecords).toBe(0)
      expect(await titles(mirror)).toEqual([])
    },
  )
})

describe('with the database in memory', () => {
  test('what was saved is sealed and in the mirror when the save is answered', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    addNote(scene, 'Heron')
    await keeper.keepSaved()
    expect(await titles(mirror)).toEqual(['Heron'])
    expect([...scene.store.state.changes.live].map(({ status }) => status)).toEqual(['queued'])
  })

  test('a save that could not be copied is an error, and is copied with the next', async () => {
    const scene = await openScene()
    const mirror = failing(memoryMirror())
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    mirror.failures = 1
    addNote(scene, 'Heron')
    await expect(keeper.keepSaved()).rejects.toThrow('the browser refused')
    addNote(scene, 'Bittern')
    await keeper.keepSaved()
    expect(await titles(mirror)).toEqual(['Bittern', 'Heron'])
  })

  test('the next store has the outbox and the batches that were carried out', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const first = await keep(scene, scene, mirror, 'outbox-only')
    scene.store.once('operation-1', () => {
      addNote(scene, 'Heron')
      return { ok: true, intent: null, seq: null }
    })
    await first.keeper.keepSaved()
    const after = await scene.another()
    await keep(scene, after, mirror, 'outbox-only')
    expect(after.store.state.changes.unsentRecords).toBe(1)
    expect(after.store.once('operation-1', () => expect.fail('carried out twice'))).toMatchObject({ ok: true })
  })

  test('[P7] in a browser without room, what has its verdict makes room for what has none', async () => {
    const scene = await openScene()
    const mirror = narrow(memoryMirror(), 1)
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    addNote(scene, 'Heron')
    await keeper.keepSaved()
    addNote(scene, 'Bittern')
    await expect(keeper.keepSaved()).rejects.toMatchObject({ code: 'storage.full' })
    await scene.time.result(scene.runner.syncOnce())
    addNote(scene, 'Curlew')
    await keeper.keepSaved()
    expect(await titles(mirror)).toEqual(['Curlew'])
  })

  test('[P7] in a browser without room, what a person corrected stays until the correction is in its place', async () => {
    const scene = await openScene()
    const limit = { items: 1 }
    const all = memoryMirror()
    const mirror = { ...all, put: (items: Parameters<OutboxMirror['put']>[0]) => narrow(all, limit.items).put(items) }
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    const record = addNote(scene, 'Heron')
    await keeper.keepSaved()
    judgeAll(scene.store, scene.space, { type: 'rejected', code: 'value.invalid', message: 'No.' })
    await keeper.keep()
    const [refused] = scene.store.state.changes.live
    scene.store.amend(refused?.seq ?? 0, [{ type: 'add', collection: 'notes', record, values: { title: 'Curlew' } }])
    await expect(keeper.keepSaved()).rejects.toMatchObject({ code: 'storage.full' })
    expect(await titles(mirror)).toEqual(['Heron'])
    limit.items = 2
    await keeper.keepSaved()
    expect(await titles(mirror)).toEqual(['Curlew'])
  })

  test('[P7] what a person corrected stays until the correction is in its place, also where the mirror did not take that it was refused', async () => {
    const scene = await openScene()
    const mirror = failing(memoryMirror())
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    const record = addNote(scene, 'Heron')
    await keeper.keepSaved()
    mirror.failures = 2
    judgeAll(scene.store, scene.space, { type: 'rejected', code: 'value.invalid', message: 'No.' })
    await expect(keeper.keep()).rejects.toThrow('the browser refused')
    const [refused] = scene.store.state.changes.live
    scene.store.amend(refused?.seq ?? 0, [{ type: 'add', collection: 'notes', record, values: { title: 'Curlew' } }])
    await expect(keeper.keepSaved()).rejects.toThrow('the browser refused')
    expect(await titles(mirror)).toEqual(['Heron'])
    await keeper.keepSaved()
    expect(await titles(mirror)).toEqual(['Curlew'])
  })

  test('[P7] a store whose mirror has no room left opens with what the mirror holds, and sends it', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    addNote(scene, 'Heron')
    await keeper.keepSaved()
    const after = await scene.another()
    const { errors } = await keep(scene, after, narrow(mirror, 0), 'outbox-only')
    expect(errors).toMatchObject([{ code: 'storage.full' }])
    expect(after.store.state.changes.unsentRecords).toBe(1)
    await scene.time.result(after.runner.syncOnce())
    await scene.time.pass(10_000)
    expect(await titles(mirror)).toEqual([])
  })

  test('batches are forgotten after a day', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const first = await keep(scene, scene, mirror, 'outbox-only')
    scene.store.once('operation-1', () => ({ ok: true, intent: null, seq: null }))
    await first.keeper.keepSaved()
    await scene.time.pass(25 * 60 * 60 * 1000)
    await keep(scene, await scene.another(), mirror, 'outbox-only')
    expect(await inMirror(mirror)).toEqual([])
  })

  test('batches are forgotten after a day also where the app stays open, so that the mirror does not grow for ever', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    for (const operationId of ['operation-1', 'operation-2']) {
      scene.store.once(operationId, () => ({ ok: true, intent: null, seq: null }))
      await keeper.keepSaved()
      await scene.time.pass(13 * 60 * 60 * 1000)
    }
    await keeper.keepSaved()
    expect(await inMirror(mirror)).toMatchObject([{ type: 'operation', id: 'operation-2' }])
  })
})

describe('[P7] a browser that has removed a part of what the app stored', () => {
  const outboxOf = async (scene: SyncScene): Promise<OutboxMirror> => {
    const mirror = memoryMirror()
    await keep(scene, scene, mirror)
    addSealed(scene, 'Heron')
    addSealed(scene, 'Bittern')
    await scene.time.pass(2000)
    return mirror
  }

  test('the database: what was not sent is in the new one, and goes out; the person is told', async () => {
    const scene = await openScene()
    const mirror = await outboxOf(scene)
    const fresh = await scene.another()
    const { errors } = await keep(scene, fresh, mirror)
    expect(recoveryOf(fresh.store.state)).toMatchObject({ cause: 'removed', rescued: 2, unreadable: 0, setAside: [] })
    fresh.runner.start()
    await scene.time.until(() => scene.hub.applied.size === 2)
    expect(errors).toEqual([])
  })

  test('the database, and the copy cannot be read yet: it is read again, and what it alone has goes out', async () => {
    const scene = await openScene()
    const mirror = await outboxOf(scene)
    const fresh = await scene.another()
    const { errors } = await keep(scene, fresh, unreadable(mirror, 2))
    fresh.runner.start()
    await scene.time.until(() => scene.hub.applied.size === 2, 60_000)
    expect(recoveryOf(fresh.store.state)).toMatchObject({ cause: 'removed', rescued: 2 })
    expect(errors).toHaveLength(2)
  })

  test('the database, while a page asks for its save again: it is not saved twice', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror)
    addNote(scene, 'Heron', undefined, 'operation-1')
    await keeper.keepSaved()
    const fresh = await scene.another()
    await keep(scene, fresh, mirror)
    expect(fresh.store.once('operation-1', () => expect.fail('carried out twice'))).toMatchObject({ ok: true })
    expect(unsent(fresh)).toBe(1)
  })

  test('the copy: it is made again', async () => {
    const scene = await openScene()
    await outboxOf(scene)
    const emptied = memoryMirror()
    await keep(scene, scene, emptied)
    expect(await titles(emptied)).toEqual(['Bittern', 'Heron'])
    expect(recoveryOf(scene.store.state)).toBeNull()
  })

  test('both: the store is new, and nobody is told of what cannot be known', async () => {
    const scene = await openScene()
    const fresh = await scene.another()
    await keep(scene, fresh, memoryMirror())
    expect(recoveryOf(fresh.store.state)).toBeNull()
  })

  test('a database in memory ends with its tab: that is no loss to tell of', async () => {
    const scene = await openScene()
    const mirror = memoryMirror()
    const { keeper } = await keep(scene, scene, mirror, 'outbox-only')
    addSealed(scene, 'Heron')
    await keeper.keepSaved()
    const fresh = await scene.another()
    await keep(scene, fresh, mirror)
    expect(await titles(mirror)).toEqual(['Heron'])
    expect(recoveryOf(fresh.store.state)).toBeNull()
  })
})
