import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { counter, collection, renameField, schema, string, text } from '@tombolo/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deleteStore, openStore, SchemaMismatch, StorageFailed, type StoreStatus } from './node.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string(), body: text(), visits: counter() }) } })

let directory: string
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'tombolo-node-'))))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const open = () => openStore({ schema: app, hub: null, directory })

test('what was saved is there after closing and opening again', async () => {
  const first = await open()
  expect(first.durability).toBe('disk')
  const space = await first.createSpace('Marsh')
  await first.writeIn(space, (w) => w.notes.add({ title: 'Heron' }))
  await first.close()
  const second = await open()
  expect(await second.db.notes.in(space).all()).toMatchObject([{ title: 'Heron', $state: 'pending' }])
  await second.close()
})

test('a text is edited in place: Yjs is loaded then', async () => {
  const store = await open()
  const space = await store.createSpace('Marsh')
  const { result: id } = await store.writeIn(space, (w) => w.notes.add({ title: 'Heron', body: 'grey' }))
  await store.seal()
  await store.writeIn(space, (w) => w.notes.edit(id, 'body', { from: 'grey', to: 'grey heron' }))
  expect(await store.db.notes.get(id)).toMatchObject({ body: 'grey heron' })
  await store.close()
})

test('a store that is open is storage.busy for another, which harms nothing', async () => {
  const first = await open()
  const space = await first.createSpace('Marsh')
  const refused: unknown = await open().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(StorageFailed)
  expect(refused).toMatchObject({ code: 'storage.busy', help: expect.stringContaining('Close other windows') })
  await first.writeIn(space, (w) => w.notes.add({ title: 'Heron' }))
  await first.close()
  const second = await open()
  expect(await second.db.notes.count()).toBe(1)
  await second.close()
})

test('a store is removed whole when nobody has it open, and then begins anew', async () => {
  const first = await open()
  await first.createSpace('Marsh')
  await expect(deleteStore({ directory })).rejects.toMatchObject({ code: 'storage.busy' })
  expect(await first.spaces()).toHaveLength(1)
  await first.close()
  await deleteStore({ directory })
  expect(readdirSync(directory)).toEqual([])
  await deleteStore({ directory })
  const second = await open()
  expect(await second.spaces()).toEqual([])
  await second.close()
})

test('[M7] a later version of the app upgrades the store when it opens it; an earlier one is told to load again, and harms nothing', async () => {
  const first = await open()
  const space = await first.createSpace('Marsh')
  await first.writeIn(space, (w) => w.notes.add({ title: 'Heron' }))
  await first.close()
  const later = schema({
    version: 2,
    collections: { notes: collection({ heading: string(), body: text(), visits: counter() }) },
    upgrades: { 1: renameField('notes', 'title', 'heading') },
  })
  const second = await openStore({ schema: later, hub: null, directory })
  expect(await second.db.notes.in(space).all()).toMatchObject([{ heading: 'Heron', $state: 'pending' }])
  await second.close()
  const refused: unknown = await open().catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'schema.outdated', help: expect.stringContaining('Load the app again') })
  expect(refused).toBeInstanceOf(SchemaMismatch)
  const third = await openStore({ schema: later, hub: null, directory })
  expect(await third.db.notes.count()).toBe(1)
  await third.close()
})

test.each([
  ['the first page', 'SQLite format 3', 4096],
  ['a page of the outbox', '"Heron 20"', 64],
])(
  '[P7] a store that is damaged in %s is built anew, with what was not sent; its file is put away by the person',
  async (_where, words, count) => {
    const first = await open()
    const space = await first.createSpace('Marsh')
    for (let n = 0; n < 40; n++) await first.writeIn(space, (w) => w.notes.add({ title: `Heron ${n}` }))
    await first.close()
    const path = join(directory, 'store.db')
    const bytes = readFileSync(path)
    const at = Math.floor(bytes.indexOf(words) / 4096) * 4096
    writeFileSync(path, bytes.fill(0xa5, at, at + count))

    const second = await openStore({ schema: app, hub: null, directory, onError: () => {} })
    await second.db.notes.all().catch(() => {})
    await second.close()
    const third = await open()
    const { recovered } = await statusOf(third)
    expect(recovered).toMatchObject({ cause: 'damaged', setAside: ['store'] })
    const lost = recovered?.unreadable ?? 41 - (recovered?.rescued ?? 0)
    expect(lost).toBeLessThan(15)
    expect((recovered?.rescued ?? 0) + lost).toBe(41)
    expect(await third.db.notes.count()).toBeGreaterThanOrEqual(40 - lost)
    expect((await third.recovery.setAside('store')).length).toBe(bytes.length)
    await third.recovery.putAway()
    expect(readdirSync(directory).filter((name) => name.endsWith('.db'))).toEqual(['store+2.db'])
    expect(await statusOf(third)).toMatchObject({ recovered: null })
    await third.close()
  },
)

test('a store whose file is damaged can be removed', async () => {
  const first = await open()
  await first.close()
  writeFileSync(join(directory, 'store.db'), 'nonsense '.repeat(1000))
  await deleteStore({ directory })
  expect(readdirSync(directory)).toEqual([])
})

const statusOf = (store: Awaited<ReturnType<typeof open>>): Promise<StoreStatus> =>
  new Promise((resolve) => {
    const stop = store.status.subscribe(() => {
      const status = store.status.get()
      if (status === undefined) return
      resolve(status)
      queueMicrotask(() => stop())
    })
  })

test('without a hub there is nothing to sync', async () => {
  const store = await open()
  expect(await store.syncOnce()).toMatchObject({ outcome: 'complete', waiting: 0 })
  await store.close()
})
