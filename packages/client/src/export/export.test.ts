import { collection, counter, renameField, schema, set, string, text } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { forgetUnfinished } from '../engine/export/unfinished.ts'
import type { EnginePort } from '../engine/port.ts'
import type { SnapshotPage } from '../engine/export/port.ts'
import { UnknownRecords } from '../engine/unknown-records.ts'
import { manifestOf, unzipped } from '../test/export/zip-kit.ts'
import { judgeAll, openPage, type TestPage } from '../test/page/kit.ts'
import { portOver } from '../tabs/channel.ts'

const app = schema({
  version: 1,
  collections: { notes: collection({ title: string(), body: text(), tags: set(string()), visits: counter() }, { search: ['title'] }) },
})
type App = typeof app

const zipOf = async ({ store }: Pick<TestPage<App>, 'store'>): Promise<Blob> => new Response(await store.exportAll()).blob()

async function pageWithNotes(count: number, title: (index: number) => string = (index) => `Note ${index}`): Promise<TestPage<App>> {
  const page = await openPage(app)
  const project = await page.store.createSpace('Pond')
  for (let index = 0; index < count; index++) await page.store.write((w) => w.notes.add(project, { title: title(index) }))
  return page
}

/** Every line of a snapshot, with a pause for others before each page. */
async function readAll(engine: EnginePort, id: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
  const taken = await engine.read({ type: 'takeSnapshot', id })
  const lines: string[] = []
  for (const part of taken.type === 'takeSnapshot' ? taken.head.parts : []) {
    let after: SnapshotPage['next'] = null
    do {
      await between()
      const answer = await engine.read({ type: 'readSnapshot', id, part, after })
      if (answer.type !== 'readSnapshot') break
      lines.push(...answer.page.lines)
      after = answer.page.next
    } while (after !== null)
  }
  await engine.read({ type: 'dropSnapshot', id })
  return lines
}

describe('a download', () => {
  test('[E1] is of one moment, although the person goes on writing', async () => {
    const { engine, store, device } = await pageWithNotes(60, (index) => `${index} ${'long '.repeat(3000)}`)
    const [project] = await store.spaces()
    if (project === undefined) throw new Error('there is no project')
    const before = await readAll(engine, 'first')
    const notes = await store.db.notes.orderBy('id', 'desc').all()
    let turn = 0
    const after = await readAll(engine, 'second', async () => {
      const note = notes[turn++]
      if (note !== undefined) await store.write((w) => (turn % 3 === 0 ? w.notes.delete(note) : w.notes.set(note, { title: 'Later' })))
      await store.write((w) => w.notes.add(project, { title: 'Later still' }))
      if (turn === 3) judgeAll(device.store, project.id, { type: 'applied' })
    })
    expect(turn).toBeGreaterThan(6)
    expect(after).toEqual(before)
    expect(await readAll(engine, 'third')).not.toEqual(before)
  })

  test('[E1] comes in pages of bounded length, whatever the store holds', async () => {
    const { engine } = await pageWithNotes(300, () => 'long '.repeat(2000))
    await engine.read({ type: 'takeSnapshot', id: 'one' })
    const lengths: number[] = []
    let after: SnapshotPage['next'] = null
    do {
      const answer = await engine.read({ type: 'readSnapshot', id: 'one', part: 'outbox.ndjson', after })
      if (answer.type !== 'readSnapshot') break
      lengths.push(answer.page.lines.join('').length)
      after = answer.page.next
    } while (after !== null)
    expect(lengths.length).toBeGreaterThan(5)
    // A page ends with the sixteen rows in which it gets long enough.
    expect(Math.max(...lengths)).toBeLessThan(256 * 1024 + 16 * 11_000)
  })

  test('[E2] has the same names in the same order each time, and can be read without the app', async () => {
    const page = await pageWithNotes(1)
    const files = await unzipped(await zipOf(page))
    expect([...files.keys()]).toEqual([
      'README.txt',
      'spaces.ndjson',
      'records/$invite.ndjson',
      'records/$member.ndjson',
      'records/$space.ndjson',
      'records/notes.ndjson',
      'records-of-newer-apps.ndjson',
      'outbox.ndjson',
      'retained.ndjson',
      'history.ndjson',
      'manifest.json',
    ])
    expect(await unzipped(await zipOf(page))).toEqual(files)
    expect(JSON.parse(files.get('records/notes.ndjson') ?? '')).toMatchObject({
      state: 'pending',
      deleted: false,
      values: { title: 'Note 0', body: '', tags: [], visits: 0 },
    })
    expect(manifestOf(files)).toMatchObject({ format: 'tombolo-export', account: null, takenAt: expect.stringMatching(/^2026-/) })
    expect(files.get('README.txt')).toContain('any text editor')
  })

  test('[E1] says so when another download ends it, and when nobody has read it for long', async () => {
    const { store, engine, device } = await pageWithNotes(1)
    const interrupted = expect.objectContaining({ code: 'export.interrupted' })
    const read = (id: string): Promise<unknown> => engine.read({ type: 'readSnapshot', id, part: 'outbox.ndjson', after: null })
    await engine.read({ type: 'takeSnapshot', id: 'first' })
    await engine.read({ type: 'takeSnapshot', id: 'second' })
    await expect(read('first')).rejects.toEqual(interrupted)
    await expect(read('second')).resolves.toBeDefined()
    device.clock.ms += 11 * 60 * 1000
    await store.createSpace('Marsh')
    await expect(read('second')).rejects.toEqual(interrupted)
    const stream = await store.exportAll()
    await engine.read({ type: 'takeSnapshot', id: 'third' })
    await expect(new Response(stream).blob()).rejects.toMatchObject({ code: 'export.interrupted' })
  })

  test('that is given up leaves nothing behind', async () => {
    const { store, device } = await pageWithNotes(3, () => 'long '.repeat(50_000))
    const stream = await store.exportAll()
    await stream.cancel()
    await expect.poll(() => device.store.state.database.prepare('SELECT name FROM temp.sqlite_schema').all()).toEqual([])
  })
})

describe('bringing back', () => {
  test('[E4] counts nothing twice, however often it is asked for', async () => {
    const zip = await zipOf(await pageWithNotes(3))
    const { store, engine } = await openPage(app)
    expect(await store.importAll(zip)).toEqual({ spaces: 1, records: 3, changes: 4, known: 0 })
    expect(await store.importAll(zip)).toEqual({ spaces: 0, records: 0, changes: 0, known: 4 })
    const take = (step: object): Promise<unknown> => engine.write({ type: 'import', id: 'one', operationId: '', step } as never)
    const origin = { account: null, epoch: null, schema: { version: app.version, fingerprint: app.fingerprint } }
    await take({ type: 'begin', origin })
    const finished = await take({ type: 'finish' })
    expect(await take({ type: 'finish' })).toEqual(finished)
    expect(await store.db.notes.count()).toBe(3)
  })

  test('[E5] begins again when another tab takes over the store in between, and gives up where that does not end', async () => {
    const zip = await zipOf(await pageWithNotes(3))
    let turnsLost = 1
    const page: TestPage<App> = await openPage(app, (engine) =>
      portOver(engine, {
        write: (batch) => {
          const isLine = batch.type === 'import' && batch.step.type === 'lines'
          // A leader that opens the store forgets what was staged.
          if (isLine && turnsLost-- > 0) forgetUnfinished(page.device.store.state.database)
          return engine.write(batch)
        },
      }),
    )
    expect(await page.store.importAll(zip)).toMatchObject({ records: 3 })
    turnsLost = 100
    await expect(page.store.importAll(zip)).rejects.toMatchObject({ code: 'import.interrupted' })
  })

  test('[E5] a download of another account is refused; one of nobody yet is anybody’s', async () => {
    const own = await pageWithNotes(1)
    const nobodys = await zipOf(own)
    const [project] = await own.store.spaces()
    if (project === undefined) throw new Error('there is no project')
    judgeAll(own.device.store, project.id, { type: 'applied' })
    const adas = await zipOf(own)
    const other = await openPage(app)
    other.device.store.hub.heardTime(0, 'bob')
    await expect(other.store.importAll(adas)).rejects.toMatchObject({ code: 'import.account' })
    expect(await other.store.importAll(nobodys)).toMatchObject({ records: 1 })
    const fresh = await openPage(app)
    expect(await fresh.store.importAll(adas)).toMatchObject({ records: 1 })
    expect(fresh.device.store.state.account).toBe('ada')
  })

  test('[E3] [M7] what only newer apps know is kept, and comes back', async () => {
    const page = await pageWithNotes(1)
    const [project] = await page.store.spaces()
    if (project === undefined) throw new Error('there is no project')
    const record = { version: 4, life: { kind: 'register', entries: [], awaited: [], version: 4 }, fields: {} } as const
    const photo = { space: project.id, collection: 'photos', id: page.device.newId(), record, version: null }
    new UnknownRecords(page.device.store.state.database).put(photo)
    const copy = await openPage(app)
    await copy.store.importAll(await zipOf(page))
    expect(new UnknownRecords(copy.device.store.state.database).take('photos', 9)).toEqual([photo])
  })

  test('[E5] [M7] a download of an older app is upgraded, as a store is when it opens', async () => {
    const page = await pageWithNotes(2)
    const [project] = await page.store.spaces()
    const [note] = await page.store.db.notes.all()
    if (project === undefined || note === undefined) throw new Error('there is no note')
    judgeAll(page.device.store, project.id, { type: 'applied' })
    await page.store.write((w) => w.notes.set(note, { title: 'Unsent' }))
    const zip = await zipOf(page)
    const later = schema({
      version: 2,
      collections: { notes: collection({ name: string(), body: text(), tags: set(string()), visits: counter() }, { search: ['name'] }) },
      upgrades: { 1: renameField('notes', 'title', 'name') },
    })
    const { store, device } = await openPage(later)
    expect(await store.importAll(zip)).toMatchObject({ records: 2, changes: 1 })
    expect((await store.db.notes.orderBy('id').all()).map(({ name, $state }) => [name, $state])).toEqual([
      ['Unsent', 'pending'],
      ['Note 1', 'synced'],
    ])
    expect(await store.db.notes.search('unsent').all()).toHaveLength(1)
    const push = device.store.hub.nextPush(project.id, { bytesMax: 1e6, changesMax: 9 })
    expect(push?.changes.map(({ content }) => content.schemaVersion)).toEqual([1])
  })
})
