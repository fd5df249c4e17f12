/** Stores of devices through versions of the app that rename fields, leave collections out, and come in another order than the hub's. */
import { collection, renameField, schema, string, unchanged } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import { liveOf, meet, rowOf, save } from '../test/history-kit.ts'
import { hubOnFile } from '../test/hub-on-file.ts'
import { HubWorld } from '../test/hub-world.ts'

describe('a field gets a name that another had long ago', () => {
  const v1 = schema({ version: 1, collections: { notes: collection({ name: string(), title: string() }) } })
  const v2 = schema({ version: 2, collections: { notes: collection({ title: string() }) }, upgrades: { 1: unchanged } })
  const v3 = schema({
    version: 3,
    oldest: 1,
    collections: { notes: collection({ name: string() }) },
    upgrades: { 1: unchanged, 2: renameField('notes', 'title', 'name') },
  })

  test.each([
    ['one by one', [v2, v3]],
    ['at once', [v3]],
  ])('[M7] versions taken %s: a store opens whose history has a write under both names', async (_how, later) => {
    const world = await new HubWorld(v1).open()
    const database = await memoryStorage().open('device')
    const a = await world.device(database)
    const space = a.newSpace()
    const record = a.newId()
    save(a, space, record, 'add', { values: { name: 'Heron', title: 'Grey' } })
    await meet(a)
    save(a, space, record, 'set', { values: { name: 'Egret', title: 'White' } })
    await meet(a)
    let opened = a
    for (const app of later) {
      world.schema = app
      opened = await world.device(database)
    }
    expect(rowOf(opened, record)).toMatchObject({ name: 'White' })
  })
})

describe('the hub is ahead', () => {
  const v1 = schema({ version: 1, collections: { notes: collection({ title: string() }) } })
  const v2 = schema({
    version: 2,
    collections: { notes: collection({ heading: string() }) },
    upgrades: { 1: renameField('notes', 'title', 'heading') },
  })

  test('[M7] [Q3] a store opens after an old app has read a hub that was put back and runs the new version', async () => {
    const { world, copy, putBack } = await hubOnFile(v1)
    const database = await memoryStorage().open('device')
    const [a, b] = [await world.device(database), await world.device()]
    const space = a.newSpace()
    const record = a.newId()
    save(a, space, record, 'add', { values: { title: 'Heron' } })
    await meet(a)
    await copy()
    await meet(a, b)
    save(a, space, record, 'set', { values: { title: 'Grey heron' } })
    await meet(a, b)
    await putBack(v2)
    await meet(a)
    await meet(b)
    await meet(a)
    expect(a.errors).toEqual([])
    const after = await world.device(database)
    await meet(after)
    expect(rowOf(after, record)).toMatchObject({ heading: 'Grey heron' })
  })
})

describe('a version lacks a collection', () => {
  const birds = collection({ a: string() })
  const notes = collection({ title: string() })
  const v1 = schema({ version: 1, collections: { notes, birds } })
  const v2 = schema({ version: 2, oldest: 1, collections: { birds }, upgrades: { 1: unchanged } })
  const v3 = schema({ version: 3, oldest: 1, collections: { notes, birds }, upgrades: { 1: unchanged, 2: unchanged } })

  test('[M7] unsent work is on the screen again with a version that has its collection again: of a record that the hub has, and of a new one', async () => {
    const world = await new HubWorld(v1).open()
    const database = await memoryStorage().open('device')
    const a = await world.device(database)
    const space = a.newSpace()
    const [known, fresh] = [a.newId(), a.newId()]
    save(a, space, known, 'add', { values: { title: 'Heron' } })
    await meet(a)
    save(a, space, known, 'set', { values: { title: 'unsent title' } })
    save(a, space, fresh, 'add', { values: { title: 'unsent note' } })
    world.schema = v2
    await world.device(database)
    world.schema = v3
    const after = await world.device(database)
    expect(liveOf(after)).toMatchObject([{ status: 'queued' }, { status: 'queued' }])
    expect([rowOf(after, known), rowOf(after, fresh)]).toMatchObject([
      { title: 'unsent title', $state: 'pending' },
      { title: 'unsent note', $state: 'pending' },
    ])
  })
})
