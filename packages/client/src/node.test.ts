import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { counter, collection, renameField, schema, string, text } from '@tombolo/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deleteStore, openStore, SchemaMismatch, StorageFailed } from './node.ts'

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

test('without a hub there is nothing to sync', async () => {
  const store = await open()
  expect(await store.syncOnce()).toMatchObject({ outcome: 'complete', waiting: 0 })
  await store.close()
})
