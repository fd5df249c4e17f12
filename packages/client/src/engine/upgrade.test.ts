import { collection, mintRecordId, mintSpaceId, renameField, schema, string } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { browserStorage } from '../storage/browser.ts'
import { memoryStorage } from '../storage/node.ts'
import { loadText, seededRandom, sha256, START_MS } from '../test/local-store-kit.ts'
import { LocalStore } from './local-store.ts'
import { loadSeldom } from '../load-seldom.ts'

const v1 = schema({ version: 1, collections: { notes: collection({ title: string() }, { search: ['title'], indexes: [['title']] }) } })
const v2 = schema({
  version: 2,
  collections: { notes: collection({ heading: string() }, { search: ['heading'], indexes: [['heading']] }) },
  upgrades: { 1: renameField('notes', 'title', 'heading') },
})

describe.each([
  ['native SQLite', memoryStorage],
  ['SQLite in WebAssembly', () => browserStorage({ directory: '/upgrade' })],
])('%s', (_, storage) => {
  test('[M7] statements that were compiled for the old table are about the new one from then on', async () => {
    const random = seededRandom(1)
    const ports = { nowMs: () => START_MS, random, hash: sha256, loadText, loadUpgrade: loadSeldom }
    const database = await storage().open('device')
    const space = mintSpaceId(START_MS, random)
    const before = await LocalStore.open(database, v1, ports)
    const add = (store: LocalStore, values: Record<string, string>): void => {
      const steps = [{ type: 'add', collection: 'notes', record: mintRecordId(START_MS, random), values }] as const
      expect(store.write({ space, createsSpace: true, steps })).toMatchObject({ ok: true })
    }
    const found = (word: string): unknown[] =>
      database.prepare('SELECT n.* FROM "_fts_notes" f JOIN notes n ON n.rowid = f.rowid WHERE "_fts_notes" MATCH ?').all(word)
    add(before, { title: 'Heron' })
    expect(found('heron')).toMatchObject([{ title: 'Heron' }])
    const after = await LocalStore.open(database, v2, ports)
    add(after, { heading: 'Grey heron' })
    expect(found('heron')).toMatchObject([{ heading: 'Heron' }, { heading: 'Grey heron' }])
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '%title%'").all()).toEqual([])
    expect(database.prepare('SELECT name, version FROM _collection ORDER BY name').all()).toEqual([
      { name: '$invite', version: 2 },
      { name: '$member', version: 2 },
      { name: '$space', version: 2 },
      { name: 'notes', version: 2 },
    ])
    const again = await LocalStore.open(database, v2, ports)
    expect([...again.state.changes.live]).toHaveLength(2)
    database.close()
  })
})
