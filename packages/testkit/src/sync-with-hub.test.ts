/** Real devices and the real hub, in one process: what a person saved arrives everywhere, whatever happens between them. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collection, counter, type RecordId, schema, type SchemaDefinition, set, type SpaceId, string, text } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { afterEach, describe, expect, test } from 'vitest'
import { nodeStorage } from '../../client/src/storage/node.ts'
import { type Device, HubWorld } from './test/hub-world.ts'

const appWith = (title = string()): SchemaDefinition =>
  schema({ version: 1, collections: { notes: collection({ title, body: text(), tags: set(string()), visits: counter() }) } })
const app = appWith()

const SECOND = 1000
const MINUTE = 60 * SECOND

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-sync-'))
  directories.push(directory)
  return directory
}

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

const visit = (device: Device, space: SpaceId, record: RecordId): void =>
  expect(device.store.write({ space, steps: [{ type: 'increment', collection: 'notes', record, field: 'visits', by: 1 }] })).toMatchObject({
    ok: true,
  })

const setTitle = (device: Device, space: SpaceId, record: RecordId, title: string): void =>
  expect(device.store.write({ space, steps: [{ type: 'set', collection: 'notes', record, values: { title } }] })).toMatchObject({
    ok: true,
  })

const editBody = (device: Device, space: SpaceId, record: RecordId, from: string, to: string): void =>
  expect(device.store.write({ space, steps: [{ type: 'edit', collection: 'notes', record, field: 'body', from, to }] })).toMatchObject({
    ok: true,
  })

/** Everything that the store has of its records, but what is only this device's own. */
const contentsOf = ({ store }: Device): unknown[] => store.state.database.prepare('SELECT *, 0 AS "$edited" FROM notes ORDER BY id').all()

const rowOf = ({ store }: Device, id: RecordId): Record<string, unknown> =>
  store.state.database.prepare('SELECT * FROM notes WHERE id = ?').get(id) ?? {}

const statusesOf = ({ store }: Device): string[] => [...store.state.changes.live].map(({ status }) => status)

/** Rounds until everyone has everything. */
async function meet(...devices: readonly Device[]): Promise<void> {
  for (let round = 0; round < 2; round += 1) for (const device of devices) await device.sync()
}

function expectSame(...devices: readonly Device[]): void {
  const [first, ...others] = devices
  for (const other of others) expect(contentsOf(other)).toEqual(first === undefined ? [] : contentsOf(first))
  expect(devices.flatMap(({ errors }) => errors)).toEqual([])
}

describe('converging', () => {
  test('[P1] what was written offline on three devices is the same on all, byte for byte, after they met the hub', async () => {
    const world = await new HubWorld(app).open()
    const [a, b, c] = [await world.device(), await world.device(), await world.device()]
    const space = a.newSpace()
    const heron = addNote(a, space, 'Heron')
    expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 1, waiting: 0 })
    expect(await b.sync()).toMatchObject({ outcome: 'complete', received: 1 })
    await c.sync()
    addNote(b, space, 'Nest')
    setTitle(c, space, heron, 'Grey heron')
    setTitle(a, space, heron, 'Great heron')
    addNote(a, space, 'Egret')
    await meet(a, b, c)
    expectSame(a, b, c)
    expect(contentsOf(a)).toHaveLength(3)
    expect(new Set(contentsOf(a).map((row) => (row as { $state: string }).$state))).toEqual(new Set(['synced']))
  })

  test('[P3] counters are exact: each visit counts once, whoever counted it', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    for (let k = 0; k < 7; k += 1) visit(a, space, record)
    for (let k = 0; k < 5; k += 1) visit(b, space, record)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject({ visits: 12 })
  })

  test('[M5] text edited on both sides at once keeps the words of both', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    for (const { store } of [a, b]) store.useText(yjsEditor(() => 7))
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    editBody(a, space, record, '', 'stood in the reeds')
    await meet(a, b)
    editBody(a, space, record, 'stood in the reeds', 'stood still in the reeds')
    editBody(b, space, record, 'stood in the reeds', 'stood in the tall reeds')
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ body: 'stood still in the tall reeds' })
  })

  test('[R15] a device loads Yjs when the first edited text arrives, and not before', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    a.store.useText(yjsEditor(() => 7))
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    expect(b.store.state.text).toBeNull()
    editBody(a, space, record, '', 'in the reeds')
    await meet(a, b)
    expect(b.store.state.text).not.toBeNull()
    expectSame(a, b)
  })

  test('[P2] five thousand changes that waited go through, in order', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    a.store.state.transact(() => {
      for (let k = 0; k < 5000; k += 1) addNote(a, space, `Note ${k}`)
    })
    const sent = await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + 10 * MINUTE }))
    expect(sent).toMatchObject({ outcome: 'complete', applied: 5000, refused: 0, waiting: 0 })
    await b.sync()
    expect(contentsOf(b)).toHaveLength(5000)
    expectSame(a, b)
  }, 60_000)
})

describe('lost answers', () => {
  test('[P4] the answer to a push is lost: the push goes again, and counts once', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    visit(a, space, record)
    let pushes = 0
    a.line.isSocketAllowed = false
    a.line.through = async (exchange, path) => {
      const answer = await exchange()
      return path === 'push' && ++pushes <= 2 ? { type: 'network' } : answer
    }
    expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 1 })
    expect(pushes).toBeGreaterThan(1)
    await meet(b, a)
    expect(rowOf(b, record)).toMatchObject({ visits: 1 })
    expectSame(a, b)
  })

  test('[P4] any exchange may be lost, before or after the hub, and the end is the same', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    let dice = 1
    const roll = (): number => (dice = (dice * 48271) % 2147483647) / 2147483647
    for (const { line } of [a, b])
      line.through = async (exchange) => {
        if (roll() < 0.2) return { type: 'network' }
        const answer = await exchange()
        return roll() < 0.3 ? { type: 'network' } : answer
      }
    for (let round = 0; round < 15; round += 1) {
      for (const device of [a, b]) {
        visit(device, space, record)
        addNote(device, space, `Round ${round}`)
        await world.time.result(device.runner.syncOnce({ deadline: world.time.nowMs + 20 * SECOND }))
      }
    }
    for (const { line } of [a, b]) line.through = (exchange) => exchange()
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject({ visits: 30 })
    expect(contentsOf(a)).toHaveLength(31)
  })

  test('[P3] the hub dies and comes back on its own file: nothing is lost, nothing counts twice', async () => {
    const path = join(newDirectory(), 'hub.db')
    const world = await new HubWorld(app).open(path)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    visit(a, space, record)
    a.line.through = async (exchange, path_) => {
      const answer = await exchange()
      if (path_ !== 'push') return answer
      a.line.through = (each) => each()
      await world.open(path)
      return { type: 'network' }
    }
    expect(await a.sync()).toMatchObject({ outcome: 'complete', waiting: 0 })
    await meet(b, a)
    expect(rowOf(b, record)).toMatchObject({ visits: 1 })
    expectSame(a, b)
  })
})

describe('who asks', () => {
  test('[S3] without a sign-in everything waits and nothing is lost; after it everything goes', async () => {
    const world = await new HubWorld(app).open()
    const a = await world.device()
    a.sign.account = null
    const space = a.newSpace()
    addNote(a, space, 'Heron')
    expect(await a.sync()).toMatchObject({ outcome: 'needs-sign-in', waiting: 1 })
    addNote(a, space, 'Nest')
    expect(a.runner.status()).toMatchObject({ connection: 'needs-sign-in' })
    a.sign.account = 'ann'
    a.runner.signedIn()
    expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 2, waiting: 0 })
    expect(a.store.state.account).toBe('ann')
  })

  test("[S3] a store sends only with its own account's sign-in", async () => {
    const world = await new HubWorld(app).open()
    const a = await world.device()
    const space = a.newSpace()
    addNote(a, space, 'Heron')
    await a.sync()
    addNote(a, space, 'Nest')
    a.sign.account = 'ben'
    a.runner.signedIn()
    expect(await a.sync()).toMatchObject({ outcome: 'needs-sign-in', waiting: 1 })
    a.sign.account = 'ann'
    a.runner.signedIn()
    expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 1 })
  })
})

describe('refusals and faults', () => {
  test('[P3] a change that the hub refuses becomes failed, and what follows goes', async () => {
    const strict = appWith(string().check((title) => (title === 'Dodo' ? 'There are none.' : null)))
    const world = await new HubWorld(app, { schema: strict }).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    addNote(a, space, 'Heron')
    const dodo = addNote(a, space, 'Dodo')
    addNote(a, space, 'Nest')
    expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 2, refused: 1, waiting: 0 })
    expect(statusesOf(a)).toEqual(['failed'])
    expect(rowOf(a, dodo)).toMatchObject({ $state: 'failed' })
    await b.sync()
    expect(contentsOf(b)).toHaveLength(2)
  })

  test('[P3] a change that breaks the hub is parked after five faults, and what follows goes', async () => {
    const fragile = appWith(
      string().check((title) => {
        if (title === 'Dodo') throw new Error('extinct')
        return null
      }),
    )
    const world = await new HubWorld(app, { schema: fragile }).open()
    const a = await world.device()
    const space = a.newSpace()
    for (const title of ['Heron', 'Egret', 'Dodo', 'Nest', 'Crane']) addNote(a, space, title)
    const sent = await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + 30 * MINUTE }))
    expect(sent).toMatchObject({ outcome: 'complete', applied: 4, refused: 1, waiting: 0 })
    expect([...a.store.state.changes.live].map(({ status, refused }) => [status, refused?.code])).toEqual([['failed', 'hub.fault']])
  })
})

describe('forks and restored hubs', () => {
  test('[P2] a device and its copy both go on: both get a new replica id, and everything arrives once', async () => {
    const world = await new HubWorld(app).open()
    const directory = newDirectory()
    const storage = nodeStorage({ directory })
    const a = await world.device(await storage.open('a'))
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await a.sync()
    visit(a, space, record)
    a.store.seal(space)
    a.store.state.database.close()
    copyFileSync(join(directory, 'a.db'), join(directory, 'b.db'))
    const [one, two] = [await world.device(await storage.open('a')), await world.device(await storage.open('b'))]
    const { replica } = one.store.state
    visit(one, space, record)
    visit(two, space, record)
    await meet(one, two)
    expectSame(one, two)
    // The visit before the copy is one intent on both.
    expect(rowOf(one, record)).toMatchObject({ visits: 3 })
    expect(new Set([replica, one.store.state.replica, two.store.state.replica]).size).toBeGreaterThan(1)
  })

  test('[Q3] the hub is restored from a backup: devices refill it, and nothing is lost or counted twice', async () => {
    const directory = newDirectory()
    const path = join(directory, 'hub.db')
    const world = await new HubWorld(app).open(path)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    await world.hub.close()
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(path + suffix, join(directory, `backup.db${suffix}`))
    visit(a, space, record)
    addNote(b, space, 'Nest')
    await world.open(path)
    await meet(a, b)
    visit(a, space, record)
    await world.open(join(directory, 'backup.db'))
    await meet(a, b)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ visits: 2 })
    expect(contentsOf(a)).toHaveLength(2)
  })

  test('[Q3] what the lost history had applied, and this device had not read yet, goes again', async () => {
    const directory = newDirectory()
    const path = join(directory, 'hub.db')
    const world = await new HubWorld(app).open(path)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    await world.hub.close()
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(path + suffix, join(directory, `backup.db${suffix}`))
    await world.open(path)
    addNote(b, space, 'Nest')
    await b.sync()
    visit(a, space, record)
    a.line.isSocketAllowed = false
    a.line.through = async (exchange, kind) => (kind === 'pull' ? { type: 'network' } : exchange())
    await a.sync()
    expect(statusesOf(a)).toEqual(['applied'])
    a.line.through = (exchange) => exchange()
    await world.open(join(directory, 'backup.db'))
    await meet(a, b)
    addNote(a, space, 'Crane')
    await meet(a, b)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ visits: 1 })
  })

  test('[Q3] a first load that a new epoch interrupts counts nothing twice', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    visit(a, space, record)
    for (let k = 0; k < 400; k += 1) addNote(a, space, `${k} ${'very '.repeat(200)}long`)
    await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + 10 * MINUTE }))
    let pulls = 0
    b.line.isSocketAllowed = false
    b.line.through = async (exchange, kind) => (kind === 'pull' && ++pulls > 1 ? { type: 'network' } : exchange())
    await b.sync()
    expect(contentsOf(b).length).toBeGreaterThan(10)
    expect(contentsOf(b).length).toBeLessThan(400)
    b.line.through = (exchange) => exchange()
    await world.open(':memory:', 'second-epoch')
    await meet(a, b, a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ visits: 1 })
    expect(contentsOf(b)).toHaveLength(401)
  })

  test('[Q4] a hub that no longer knows its cursors is read anew, beside what is shown', async () => {
    const path = join(newDirectory(), 'hub.db')
    const world = await new HubWorld(app).open(path)
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    visit(a, space, record)
    await meet(a, b)
    await world.hub.close()
    await world.open(path, 'first-epoch', 8)
    visit(a, space, record)
    addNote(b, space, 'Nest')
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ visits: 2, $state: 'synced' })
    expect(a.store.state.epoch).toBe('first-epoch')
  })

  test('[P6] a hub that lost everything and its key judges what it is offered as new', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    visit(a, space, record)
    addNote(a, space, 'Nest')
    await meet(a, b)
    await world.open(':memory:', 'second-epoch', 8)
    await meet(a, b, a, b)
    expectSame(a, b)
    expect(rowOf(b, record)).toMatchObject({ visits: 1, $state: 'synced' })
    expect(contentsOf(b)).toHaveLength(2)
  })

  test('[Q3] a hub that lost everything is refilled by its devices', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    visit(b, space, record)
    await meet(b, a)
    await world.open(':memory:', 'second-epoch')
    await meet(a, b)
    await meet(a, b)
    expectSame(a, b)
    expect(rowOf(a, record)).toMatchObject({ title: 'Heron', visits: 1, $state: 'synced' })
  })
})

describe('live', () => {
  test('[Q7] over live sockets a change is on the other device without anyone asking', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    a.runner.start()
    b.runner.start()
    await world.time.pass(10 * SECOND)
    const asked = { requests: 0 }
    b.line.through = (exchange) => {
      asked.requests += 1
      return exchange()
    }
    setTitle(a, space, record, 'Grey heron')
    await world.time.pass(3 * SECOND)
    setTitle(a, space, record, 'Great heron')
    await world.time.pass(3 * SECOND)
    expect(rowOf(b, record)).toMatchObject({ title: 'Great heron', $state: 'synced' })
    expect(asked.requests).toBe(0)
    expect(a.line.frames).toBeGreaterThan(4)
    expectSame(a, b)
    await a.runner.stop()
    await b.runner.stop()
  })

  test('[Q7] a socket that dies with a push on it loses nothing', async () => {
    const world = await new HubWorld(app).open()
    const a = await world.device()
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    a.runner.start()
    await world.time.pass(10 * SECOND)
    for (let k = 1; k <= 5; k += 1) {
      visit(a, space, record)
      a.store.seal(space)
      a.runner.sendNow()
      for (let turns = 0; turns < k; turns += 1) await new Promise((resolve) => void setImmediate(resolve))
      a.line.cut()
      await world.time.pass(20 * SECOND)
    }
    expect(statusesOf(a)).toEqual([])
    expect(rowOf(a, record)).toMatchObject({ visits: 5, $state: 'synced' })
    expect(a.errors).toEqual([])
    await a.runner.stop()
  })

  test('[Q7] where sockets never open, long polls bring the news', async () => {
    const world = await new HubWorld(app).open()
    const [a, b] = [await world.device(), await world.device()]
    a.line.isSocketAllowed = false
    b.line.isSocketAllowed = false
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a, b)
    a.runner.start()
    b.runner.start()
    await world.time.pass(2 * MINUTE)
    setTitle(a, space, record, 'Grey heron')
    await world.time.pass(5 * SECOND)
    expect(rowOf(b, record)).toMatchObject({ title: 'Grey heron' })
    await a.runner.stop()
    await b.runner.stop()
  })
})
