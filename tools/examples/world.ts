// What the examples in doc comments take for granted: the app of the README, its store on this machine, a project and a note in it; and a
// field of virtual devices, with one of them.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@tombolo/client/node'
import { openField } from '@tombolo/testkit'
import { collection, counter, date, group, number, oneOf, ref, schema, set, string, text } from '@tombolo/core'

export const app = schema({
  version: 1,
  collections: {
    people: collection({ name: string() }),
    notes: collection(
      {
        title: string(),
        kind: oneOf('bird', 'plant').optional(),
        body: text(),
        tags: set(string()),
        visits: counter(),
        seen: date().optional(),
        quality: oneOf('poor', 'good').optional().review(),
        place: group({
          lat: number().check((degrees) => (Math.abs(degrees) <= 90 ? null : 'Latitudes go from −90 to 90.')),
          lon: number(),
        }).optional(),
        observer: ref('people').optional(),
      },
      { onDelete: 'edit-wins', search: ['title', 'body'] },
    ),
  },
})

export const deviceDirectory = mkdtempSync(join(tmpdir(), 'example-'))
export const store = await openStore({ schema: app, hub: null, directory: deviceDirectory })
export const project = await store.createSpace('Birds')
export const notes = store.db.notes
export const note = await written('Heron')
export const noteId = note.id
export const deletedNote = await written('Gull')
await store.write((w) => w.notes.delete(deletedNote))

export const field = await openField({ schema: app })
export const ana = await field.device('ana')

async function written(title: string) {
  const { result } = await store.write((w) => w.notes.add(project, { title, tags: ['shore'] }))
  const row = await store.db.notes.get(result)
  if (row === null) throw new Error(`'${title}' was written and is not in the store of the examples`)
  return row
}
