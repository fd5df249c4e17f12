import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@tombolo/client/node'
import { collection, counter, date, group, integer, number, oneOf, schema, set, string, text } from '@tombolo/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { app } from './schema.ts'

/** As version 1 had them: no time, no checks. */
const FIRST = schema({
  version: 1,
  collections: {
    notes: collection(
      {
        title: string(),
        body: text(),
        tags: set(string()),
        visits: counter(),
        observedAt: date().optional(),
        quality: oneOf('poor', 'good').optional().review(),
        place: group({ lat: number(), lon: number(), accuracy: number().optional() }).optional(),
        count: integer().optional(),
        openings: integer().optional(),
      },
      { onDelete: 'edit-wins', search: ['title', 'body'], indexes: [['observedAt'], ['title']] },
    ),
  },
})

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'field-notes-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('[M7] what version 1 kept is read by this version as it was, also what its checks would refuse today, and can be written on', async () => {
  const first = await openStore({ schema: FIRST, hub: null, directory })
  const project = await first.createSpace('Pond')
  const { result: id } = await first.write((w) =>
    w.notes.add(project, { title: 'Heron', observedAt: '1977-07', count: -1, tags: ['bird'], place: { lat: 91, lon: 14 } }),
  )
  await first.close()

  const store = await openStore({ schema: app, hub: null, directory })
  expect(await store.db.notes.get(id)).toMatchObject({
    title: 'Heron',
    observedAt: '1977-07',
    observedTime: null,
    count: -1,
    tags: ['bird'],
    place: { lat: 91, lon: 14 },
  })
  await store.writeIn(project, (w) => w.notes.set(id, { observedTime: '06:40' }))
  expect(await store.db.notes.get(id)).toMatchObject({ observedTime: '06:40', count: -1 })
  await expect(store.writeIn(project, (w) => w.notes.set(id, { count: -2 }))).rejects.toMatchObject({
    code: 'value.invalid',
    message: 'A number from 0 up is wanted here.',
    field: 'count',
  })
  await store.close()
})
