/** Real devices and the real hub, in one process: what a person saved arrives everywhere, whatever happens between them. */
import { collection, counter, type RecordId, schema, set, type SpaceId, string, text } from '@tombolo/core'
import { expect, test } from 'vitest'
import { type Device, HubWorld } from './test/hub-world.ts'

const app = schema({
  version: 1,
  collections: { notes: collection({ title: string(), body: text(), tags: set(string()), visits: counter() }) },
})

function addNote(device: Device, space: SpaceId, title: string): RecordId {
  const record = device.newId()
  const written = device.store.write({
    space,
    createsSpace: true,
    steps: [{ type: 'add', collection: 'notes', record, values: { title } }],
  })
  expect(written.ok).toBe(true)
  return record
}

const notesOf = (device: Device): unknown[] =>
  device.store.state.database.prepare('SELECT id, title, body, tags, visits, "$state" FROM notes WHERE "$deleted" = 0 ORDER BY id').all()

test('[P1] what was written offline on two devices is the same on both after they met the hub', async () => {
  const world = await new HubWorld(app).open()
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 1, waiting: 0 })
  expect(await b.sync()).toMatchObject({ outcome: 'complete', received: 1 })
  addNote(b, space, 'Nest')
  addNote(a, space, 'Egret')
  await a.sync()
  await b.sync()
  await a.sync()
  expect(notesOf(a)).toEqual(notesOf(b))
  expect(notesOf(a)).toHaveLength(3)
  expect([...a.errors, ...b.errors]).toEqual([])
})
