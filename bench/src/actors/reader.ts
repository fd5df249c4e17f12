/** Opens a store, reads from it as a screen does, and says how much memory the process then takes. */
import type { RecordId, SpaceId } from '@tombolo/core'
import { act } from '../harness/actor.ts'
import { siteOf, SITES } from '../notes.ts'
import type { NoteTable } from '../raw/note-table.ts'

const READS = 5000
const QUERIES = 200
const LIMIT = 100

/** What is read stays referenced, as on a screen. */
let shown: readonly unknown[] = []

act({
  no: megabytes,
  raw: async ({ directory, ids }: { directory: string; ids: readonly string[] }) => {
    const { NoteTable: Table } = await import('../raw/note-table.ts')
    const table: NoteTable = new Table(directory)
    for (let index = 0; index < READS; index++) shown = [table.get(ids[(index * 7919) % ids.length] ?? '')]
    for (let index = 0; index < QUERIES; index++) shown = table.newest(siteOf(index % SITES), LIMIT)
    return megabytes()
  },
  our: async ({ directory, ids, space }: { directory: string; ids: readonly RecordId[]; space: SpaceId }) => {
    const { LocalWriter } = await import('../ours/local-writer.ts')
    const { store } = await LocalWriter.open({ directory })
    for (let index = 0; index < READS; index++) {
      const id = ids[(index * 7919) % ids.length]
      if (id !== undefined) shown = [await store.db.notes.get(id)]
    }
    const newest = (site: string) => store.db.notes.in(space).where({ site }).orderBy('at', 'desc').limit(LIMIT)
    for (let index = 0; index < QUERIES; index++) shown = await newest(siteOf(index % SITES)).all()
    newest(siteOf(0)).watch((rows) => {
      shown = rows
    })
    return megabytes()
  },
  stop: () => shown.length,
})

function megabytes(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}
