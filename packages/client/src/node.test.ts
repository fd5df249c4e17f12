import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { counter, collection, schema, string, text } from '@tombolo/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore, StorageFailed } from './node.ts'

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

test('without a hub there is nothing to sync', async () => {
  const store = await open()
  expect(await store.syncOnce()).toMatchObject({ outcome: 'complete', waiting: 0 })
  await store.close()
})
