/** What becomes of data and of unsent work where app, hub and store have different versions of the schema. */
import {
  boolean,
  collection,
  type CollectionDefinition,
  counter,
  deriveField,
  dropField,
  inOrder,
  integer,
  json,
  mapValue,
  number,
  type RecordId,
  renameField,
  schema,
  set,
  type SpaceId,
  string,
  text,
  unchanged,
} from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { Describer } from '../../../client/src/engine/describe.ts'
import type { RecordStep } from '../../../client/src/engine/port.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import type { Database } from '../../../client/src/storage/port.ts'
import { temporaryDatabase } from '../../../hub/src/test/database.ts'
import { liveOf, meet, rowOf, withText } from '../test/history-kit.ts'
import { type Device, HubWorld } from '../test/hub-world.ts'

const v1 = schema({
  version: 1,
  collections: {
    notes: collection({ title: string(), body: text(), seen: boolean().optional(), size: string().optional() }, { search: ['title'] }),
  },
})
const v2 = schema({
  version: 2,
  collections: {
    notes: collection(
      {
        heading: string(),
        body: text(),
        isSeen: boolean().optional(),
        size: integer().optional(),
        visits: counter(),
        tags: set(string()),
        state: string().default('new'),
      },
      { search: ['heading', 'body'] },
    ),
    birds: collection({ name: string(), wings: json().optional() }),
  },
  upgrades: {
    1: inOrder(
      renameField('notes', 'title', 'heading'),
      renameField('notes', 'seen', 'isSeen'),
      mapValue('notes', 'size', (size) => Number(size) * 10),
    ),
  },
})

/** In the order of what they are called, whatever that field is called. */
const notes = (device: Device): Record<string, unknown>[] =>
  device.store.state.database
    .prepare('SELECT * FROM notes')
    .all()
    .sort((a, b) => (String(a['heading'] ?? a['title']) < String(b['heading'] ?? b['title']) ? -1 : 1))
const found = (device: Device, word: string): unknown[] =>
  device.store.state.database.prepare('SELECT rowid FROM "_fts_notes" WHERE "_fts_notes" MATCH ?').all(word)

function write(device: Device, space: SpaceId, type: 'add' | 'set', name: string, record: RecordId, values: Record<string, unknown>): void {
  const steps = [{ type, collection: name, record, values } as unknown as RecordStep]
  expect(device.store.write({ space, createsSpace: true, steps })).toMatchObject({ ok: true })
}

function add(device: Device, space: SpaceId, name: string, values: Record<string, unknown>): RecordId {
  const record = device.newId()
  write(device, space, 'add', name, record, values)
  return record
}

const newDatabase = (): Promise<Database> => memoryStorage().open('device')

function notesOf({ collections }: HubWorld['schema']): CollectionDefinition {
  const { notes: definition } = collections
  if (definition === undefined) throw new Error('every version has notes')
  return definition
}

/** A hub that can be opened again in another version. */
async function newWorld(app: HubWorld['schema']) {
  const path = temporaryDatabase()
  const world = await new HubWorld(app).open(path)
  const becomes = async (next: HubWorld['schema']): Promise<void> => {
    await world.hub.close()
    world.schema = next
    await world.open(path)
  }
  return { world, becomes }
}

describe('[M7] a store that was written in an older version', () => {
  test('is in the words of the new one before it is read: rows, types, index and history', async () => {
    const { world, becomes } = await newWorld(v1)
    const database = await newDatabase()
    const before = await world.device(database)
    const space = before.newSpace()
    const record = add(before, space, 'notes', { title: 'Heron', seen: true, size: '7' })
    await meet(before)
    write(before, space, 'set', 'notes', record, { title: 'Grey heron' })
    await meet(before)
    await becomes(v2)
    const after = await world.device(database)
    const upgraded = { heading: 'Grey heron', isSeen: 1, size: 70, visits: 0, tags: '[]', state: 'new', body: '', $state: 'synced' }
    expect(notes(after)).toMatchObject([upgraded])
    expect([found(after, 'grey').length, found(after, 'bittern').length]).toEqual([1, 0])
    const history = new Describer(after.store.state).history(notesOf(v2), record)
    expect(history.filter(({ standing }) => standing === 'past')).toMatchObject([{ field: 'heading', value: 'Heron' }])
    const fresh = await world.device()
    await meet(after, fresh)
    const confirmed = (device: Device) => device.store.state.records.load(notesOf(v2), record)?.confirmed
    expect(confirmed(after)).toEqual(confirmed(fresh))
    write(after, space, 'set', 'notes', record, { heading: 'Egret', size: 9 })
    await meet(after, fresh)
    expect(notes(fresh)).toMatchObject([{ heading: 'Egret', size: 9, isSeen: 1 }])
  })

  test('unsent changes keep their sealed bytes, and are shown and applied in the words of the new one', async () => {
    const { world, becomes } = await newWorld(v1)
    const database = await newDatabase()
    const before = await world.device(database)
    const space = before.newSpace()
    withText(before)
    const old = add(before, space, 'notes', { title: 'Heron' })
    await meet(before)
    write(before, space, 'set', 'notes', old, { title: 'Grey heron' })
    const fresh = add(before, space, 'notes', { title: 'Egret', size: '3' })
    before.store.write({
      space,
      steps: [{ type: 'edit', collection: 'notes', record: fresh, field: 'body', from: '', to: 'in the reeds' }],
    })
    before.store.seal(space)
    write(before, space, 'set', 'notes', fresh, { title: 'Little egret' })
    const sealed = liveOf(before).map(({ seq }) => before.store.state.changes.contentText(seq))
    await becomes(v2)
    const after = await world.device(database)
    expect(notes(after)).toMatchObject([
      { heading: 'Grey heron', $state: 'pending' },
      { heading: 'Little egret', size: 30, body: 'in the reeds', $state: 'pending' },
    ])
    expect(liveOf(after).map(({ seq }) => after.store.state.changes.contentText(seq))).toEqual(sealed)
    expect(liveOf(after).every(({ status }) => status === 'queued')).toBe(true)
    write(after, space, 'set', 'notes', fresh, { heading: 'Great egret' })
    const other = await world.device()
    await meet(after, other)
    expect(liveOf(after)).toEqual([])
    for (const device of [after, other])
      expect(notes(device)).toMatchObject([
        { heading: 'Great egret', size: 30, body: 'in the reeds', $state: 'synced' },
        { heading: 'Grey heron', $state: 'synced' },
      ])
  })

  test('a change that cannot be upgraded stays on the screen, and fails with a code', async () => {
    const { world, becomes } = await newWorld(v1)
    const database = await newDatabase()
    const before = await world.device(database)
    const space = before.newSpace()
    add(before, space, 'notes', { title: 'Heron' })
    const refusing = schema({
      version: 2,
      collections: { notes: collection({ title: string(), body: text() }) },
      upgrades: { 1: { ...unchanged, change: () => null } },
    })
    await becomes(refusing)
    const after = await world.device(database)
    expect(notes(after)).toMatchObject([{ title: 'Heron', $state: 'pending' }])
    await meet(after)
    expect(notes(after)).toMatchObject([{ title: 'Heron', $state: 'failed' }])
    const [failed] = new Describer(after.store.state).outbox()
    expect(failed).toMatchObject({ status: 'failed', refused: { code: 'schema.cannotUpgrade' } })
    expect(new Describer(after.store.state).exported(failed?.seq ?? 0)).toContain('Heron')
  })

  test('a collection that is gone is kept, and is back when a later version has it again', async () => {
    const { world, becomes } = await newWorld(v2)
    const database = await newDatabase()
    const before = await world.device(database)
    const space = before.newSpace()
    add(before, space, 'birds', { name: 'Heron', wings: [2] })
    await meet(before)
    const without = schema({
      version: 3,
      collections: { notes: collection({ heading: string() }) },
      oldest: 2,
      upgrades: { 2: unchanged },
    })
    await becomes(without)
    await meet(await world.device(database))
    const again = schema({
      version: 4,
      collections: { notes: collection({ heading: string() }), birds: collection({ called: string(), wings: json().optional() }) },
      oldest: 2,
      upgrades: { 2: unchanged, 3: renameField('birds', 'name', 'called') },
    })
    await becomes(again)
    const after = await world.device(database)
    expect(database.prepare('SELECT called, wings, "$state" FROM birds').all()).toEqual([
      { called: 'Heron', wings: '[2]', $state: 'synced' },
    ])
    expect(database.prepare('SELECT * FROM _unknown').all()).toEqual([])
    await meet(after)
    expect(after.errors).toEqual([])
  })

  test('collections that no upgrade alters are not read through', async () => {
    const { world, becomes } = await newWorld(v2)
    const database = await newDatabase()
    const before = await world.device(database)
    add(before, before.newSpace(), 'birds', { name: 'Heron' })
    await meet(before)
    const v3 = schema({
      version: 3,
      collections: {
        notes: collection({ heading: string() }),
        birds: collection({ name: string(), wings: json().optional() }),
      },
      oldest: 2,
      upgrades: { 2: inOrder(...['body', 'isSeen', 'size', 'visits', 'tags', 'state'].map((field) => dropField('notes', field))) },
    })
    database.exec(`CREATE TRIGGER watched BEFORE DELETE ON birds BEGIN SELECT RAISE(ABORT, 'a bird was touched'); END`)
    await becomes(v3)
    const after = await world.device(database)
    expect(database.prepare('SELECT name FROM birds').all()).toEqual([{ name: 'Heron' }])
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '\\_from\\_%' ESCAPE '\\'").all()).toEqual([])
    expect(after.store.state.schemaVersion).toBe(3)
  })

  test('an upgrade that was cut off goes on, also in a version that is newer still', async () => {
    const records = 1100
    const { world, becomes } = await newWorld(v1)
    const database = await newDatabase()
    const before = await world.device(database)
    const space = before.newSpace()
    const ids = Array.from({ length: records }, () => before.newId())
    const steps = ids.map((record, k): RecordStep => ({
      type: 'add',
      collection: 'notes',
      record,
      values: { title: `Note ${k}`, size: '1' },
    }))
    expect(before.store.write({ space, createsSpace: true, steps })).toMatchObject({ ok: true })
    await meet(before)
    await becomes(v2)
    await expect(world.device(failingAfter(database, 2))).rejects.toThrow('cut off')
    const left = Number(database.prepare('SELECT count(*) AS n FROM "_from_1_notes"').get()?.['n'])
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(records)
    const v3 = schema({
      version: 3,
      collections: { notes: collection({ heading: string(), size: number().optional(), short: string().optional() }) },
      upgrades: {
        ...v2.upgrades,
        2: inOrder(
          mapValue('notes', 'size', (size) => Number(size) + 0.5),
          deriveField('notes', 'heading', 'short', (heading) => (typeof heading === 'string' ? heading.slice(5) : null)),
        ),
      },
    })
    await becomes(v3)
    const after = await world.device(database)
    const rows = notes(after)
    expect(rows).toHaveLength(records)
    expect(new Set(rows.map(({ size }) => size))).toEqual(new Set([10.5]))
    expect(rows.map(({ short }) => Number(short)).sort((a, b) => a - b)).toEqual(ids.map((_, k) => k))
  })
})

/** Stops after so many transactions. */
function failingAfter(database: Database, transactions: number): Database {
  let left = transactions
  return {
    durability: database.durability,
    reserve: database.reserve,
    aside: database.aside,
    exec: (sql) => database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    transaction: (work) => {
      if (left-- === 0) throw new Error('cut off')
      return database.transaction(work)
    },
    bytes: () => database.bytes(),
    close: () => database.close(),
  }
}

describe('[M7] an app that is older than its hub', () => {
  test('keeps what it does not know, shows it when it has learnt it, and upgrades nothing twice', async () => {
    const { world, becomes } = await newWorld(v1)
    const [databaseA, databaseB] = [await newDatabase(), await newDatabase()]
    const [a1, b1] = [await world.device(databaseA), await world.device(databaseB)]
    const space = a1.newSpace()
    const [heron, egret] = ['Heron', 'Egret'].map((title) => add(a1, space, 'notes', { title, size: '1' }))
    if (heron === undefined || egret === undefined) throw new Error('two were added')
    await meet(a1, b1)
    await becomes(v2)
    const a2 = await world.device(databaseA)
    write(a2, space, 'set', 'notes', heron, { heading: 'Grey heron', size: 50, tags: ['reeds'] })
    add(a2, space, 'birds', { name: 'Wren' })
    const fresh = add(a2, space, 'notes', { heading: 'New', size: 5 })
    await meet(a2)
    write(b1, space, 'set', 'notes', egret, { size: '2' })
    await meet(b1, a2)
    expect(b1.errors).toEqual([])
    const b2 = await world.device(databaseB)
    const shown = [
      { id: egret, heading: 'Egret', size: 20, tags: '[]' },
      { id: heron, heading: 'Grey heron', size: 50, tags: '["reeds"]' },
      { id: fresh, heading: 'New', size: 5 },
    ]
    expect(notes(b2)).toMatchObject(shown)
    expect(databaseB.prepare('SELECT name FROM birds').all()).toEqual([{ name: 'Wren' }])
    await meet(b2, a2)
    for (const device of [a2, b2]) expect(notes(device)).toMatchObject(shown)
    expect(b2.store.state.spaces.get(space)).toMatchObject({ newerSince: null, rebuilding: false })
    expect(databaseB.prepare('SELECT * FROM _unknown').all()).toEqual([])
  })

  test('that reads a space for the first time upgrades none of it later', async () => {
    const { world } = await newWorld(v2)
    const a = await world.device()
    const space = a.newSpace()
    add(a, space, 'notes', { heading: 'Heron', size: 7, isSeen: true })
    add(a, space, 'birds', { name: 'Wren', wings: { left: 1 } })
    await meet(a)
    const database = await newDatabase()
    world.schema = v1
    const old = await world.device(database)
    await meet(old)
    expect(old.errors).toEqual([])
    world.schema = v2
    const after = await world.device(database)
    expect(notes(after)).toMatchObject([{ heading: 'Heron', size: 7, isSeen: 1 }])
    expect(database.prepare('SELECT name, wings FROM birds').all()).toEqual([{ name: 'Wren', wings: '{"left":1}' }])
    await meet(after)
    expect(notes(after)).toMatchObject([{ heading: 'Heron', size: 7, isSeen: 1, $state: 'synced' }])
  })

  test('is not stopped by a field that is of another kind now', async () => {
    const other = schema({
      version: 2,
      collections: { notes: collection({ title: set(string()), body: boolean().optional(), seen: json().optional() }) },
      upgrades: { 1: inOrder(dropField('notes', 'title'), dropField('notes', 'body'), dropField('notes', 'seen')) },
    })
    const { world, becomes } = await newWorld(v1)
    const [databaseA, databaseB] = [await newDatabase(), await newDatabase()]
    const [a1, b1] = [await world.device(databaseA), await world.device(databaseB)]
    const space = a1.newSpace()
    const record = add(a1, space, 'notes', { title: 'Heron' })
    await meet(a1, b1)
    await becomes(other)
    const a2 = await world.device(databaseA)
    write(a2, space, 'set', 'notes', record, { title: ['a', 'b'], body: true, seen: { by: 'ann' } })
    await meet(a2)
    write(b1, space, 'set', 'notes', record, { title: 'Egret', seen: true })
    await meet(b1, a2, b1)
    expect(b1.errors).toEqual([])
    expect(b1.store.state.spaces.get(space)).toMatchObject({ rebuilding: false })
    const b2 = await world.device(databaseB)
    await meet(b2, a2)
    for (const device of [a2, b2]) expect(rowOf(device, record)).toMatchObject({ title: '["a","b"]', body: 1, seen: '{"by":"ann"}' })
  })

  test('may not open a store that a newer one has used', async () => {
    const { world } = await newWorld(v2)
    const database = await newDatabase()
    const device = await world.device(database)
    const space = device.newSpace()
    add(device, space, 'notes', { heading: 'Heron' })
    world.schema = v1
    await expect(world.device(database)).rejects.toMatchObject({ code: 'schema.outdated' })
    world.schema = v2
    expect(notes(await world.device(database))).toMatchObject([{ heading: 'Heron', $state: 'pending' }])
  })
})

describe('[P7] what waits for another hub', () => {
  test('an app that is newer than its hub keeps its work until the hub is updated', async () => {
    const { world, becomes } = await newWorld(v1)
    const database = await newDatabase()
    const a1 = await world.device(database)
    const space = a1.newSpace()
    add(a1, space, 'notes', { title: 'Heron' })
    await meet(a1)
    world.schema = v2
    const a2 = await world.device(database)
    add(a2, space, 'notes', { heading: 'Egret' })
    add(a2, space, 'birds', { name: 'Wren' })
    await meet(a2)
    expect(a2.runner.status().waiting).toBe('hub.older')
    expect(notes(a2)).toMatchObject([
      { heading: 'Egret', $state: 'pending' },
      { heading: 'Heron', $state: 'synced' },
    ])
    await becomes(v2)
    const b = await world.device()
    await meet(a2, b)
    expect(liveOf(a2)).toEqual([])
    expect(notes(b)).toMatchObject([{ heading: 'Egret' }, { heading: 'Heron' }])
  })

  test('one number with two schemas holds everything back, and nothing is lost', async () => {
    const { world, becomes } = await newWorld(v1)
    const database = await newDatabase()
    const a = await world.device(database)
    const space = a.newSpace()
    add(a, space, 'notes', { title: 'Heron' })
    await becomes(schema({ version: 1, collections: { notes: collection({ title: string() }) } }))
    await meet(a)
    expect(a.runner.status().waiting).toBe('app.older')
    expect(notes(a)).toMatchObject([{ title: 'Heron', $state: 'pending' }])
    await becomes(v1)
    const b = await world.device()
    await meet(a, b)
    expect(notes(b)).toMatchObject([{ title: 'Heron' }])
  })
})
