/** A device whose database is damaged: what was not sent comes back, whatever byte of the file has changed. */
import { afterEach, describe, expect, test } from 'vitest'
import type { RecordId, SpaceId } from '@tombolo/core'
import type { EnginePort, ReadAnswer, StoreStatus, WriteAnswer } from '../engine/port.ts'
import { memoryMirror, type OutboxMirror } from '../storage/mirror.ts'
import type { Storage } from '../storage/port.ts'
import { BLIND } from '../sync/connectivity.ts'
import { FakeHub } from '../test/fake-hub.ts'
import { seededRandom, sha256 } from '../test/local-store-kit.ts'
import { diskStorage, TestDisk } from '../test/storage/disk.ts'
import { notes } from '../test/sync-kit.ts'
import { VirtualTime } from '../test/virtual-time.ts'
import { openEngine } from './open-engine.ts'

const SPACE = '018f0000-0000-7000-8000-00000000000a' as SpaceId
/** The default of SQLite in WebAssembly. */
const PAGE_BYTES = 8192

interface Device {
  readonly port: EnginePort
  readonly write: (title: string) => Promise<WriteAnswer>
  /** Asks again for the nth write of all devices. */
  readonly again: (n: number) => Promise<WriteAnswer>
  readonly titles: () => Promise<readonly unknown[]>
  readonly status: () => Promise<StoreStatus>
}

class World {
  readonly time = new VirtualTime()
  readonly hub = new FakeHub(this.time, notes)
  readonly mirror: OutboxMirror = memoryMirror()
  readonly errors: unknown[] = []
  isOnline = false
  #devices = 0
  #records = 0

  async open(storage: Storage, { mirror = null, onBroken }: { mirror?: OutboxMirror | null; onBroken?: () => void } = {}): Promise<Device> {
    const { port } = await openEngine({
      name: 'store',
      schema: notes,
      storage,
      mirror,
      transport: this.isOnline ? async () => this.hub : null,
      connectivity: BLIND,
      hash: sha256,
      random: seededRandom(++this.#devices),
      nowMs: () => this.time.nowMs,
      setTimer: this.time.setTimer,
      requestFrame: queueMicrotask,
      onError: (error) => this.errors.push(error),
      ...(onBroken === undefined ? {} : { onBroken }),
    })
    opened.push(port)
    return {
      port,
      write: (title) => this.#write(port, title, ++this.#records),
      again: (n) => this.#write(port, 'again', n),
      titles: async () => rowsOf(await port.read({ type: 'query', query: ALL })).map((row) => row['title']),
      status: () => new Promise((resolve) => port.status(resolve)),
    }
  }

  #write(port: EnginePort, title: string, n: number): Promise<WriteAnswer> {
    const record = `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}` as RecordId
    const steps = [{ type: 'add', collection: 'notes', record, values: { title } } as const]
    return port.write({
      type: 'write',
      space: SPACE,
      createsSpace: true,
      steps,
      operationId: `operation-${n}`,
      intent: `form-${n}`,
    })
  }
}

const ALL = {
  collection: 'notes',
  space: null,
  where: [],
  orderBy: [{ field: 'id', direction: 'asc' }],
  limit: null,
  offset: 0,
  search: null,
} as const

const rowsOf = (answer: ReadAnswer): readonly Readonly<Record<string, unknown>>[] => (answer.type === 'rows' ? answer.rows : [])

const opened: EnginePort[] = []
afterEach(async () => {
  for (const port of opened.splice(0)) await port.close().catch(() => {})
})

/** A closed store: some notes that the hub has, and some that nobody else has. */
async function closedStore(world: World, disk: TestDisk, mirror: OutboxMirror | null = null): Promise<void> {
  world.isOnline = true
  const synced = await world.open(diskStorage(disk))
  for (let n = 0; n < 30; n++) await synced.write(`sent ${n}`)
  await world.time.until(() => world.hub.applied.size === 30)
  await synced.port.close()
  world.isOnline = false
  const offline = await world.open(diskStorage(disk), { mirror })
  for (let n = 0; n < 30; n++) await offline.write(`unsent ${n}`)
  await offline.port.close()
}

function flip(bytes: Uint8Array, from: number, count: number): void {
  for (let at = from; at < from + count; at++) bytes[at] = ~(bytes[at] ?? 0)
}

const unsentIn = (titles: readonly unknown[]): readonly unknown[] => titles.filter((title) => String(title).startsWith('unsent'))

/** Uses the store as a person does, and opens it again where it fails, until it does not. */
async function inUse(world: World, disk: TestDisk, options: Parameters<World['open']>[1] = {}): Promise<Device> {
  for (let tries = 0; tries < 6; tries++) {
    let isBroken = false
    // A status that cannot be counted is not told, and is an error in the background.
    const device = await world.open(diskStorage(disk), { ...options, onBroken: () => (isBroken = true) })
    const hasWorked = await Promise.all([device.titles(), device.write('after')]).then(
      ([, answer]) => answer.ok,
      () => false,
    )
    await world.time.pass(120_000)
    if (hasWorked && !isBroken) return device
    await device.port.close()
  }
  throw new Error('the store breaks again and again')
}

const isWhole = async (disk: TestDisk): Promise<boolean> => {
  try {
    const database = await diskStorage(disk).openAside('store')
    try {
      return database.prepare('PRAGMA integrity_check(1)').values()[0]?.[0] === 'ok'
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

describe('[P7] a database that is damaged is set aside', () => {
  test('what was not sent is in the new one, and goes out once; the rest comes from the hub; the person is told', async () => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    flip(disk.bytesOf('/store.db'), pageOf(disk, 'unsent 7') * PAGE_BYTES, 100)
    world.isOnline = true
    const device = await inUse(world, disk)
    const { recovered } = await device.status()
    expect(recovered).toMatchObject({ cause: 'damaged', setAside: ['store'] })
    const lost = recovered?.unreadable ?? 0
    expect(lost).toBeGreaterThan(0)
    await world.time.until(() => world.hub.applied.size >= 60 - lost)
    expect(new Set(world.hub.applied.values())).toEqual(new Set([1]))
    expect(unsentIn(await device.titles())).toHaveLength(30 - lost)
    expect((await device.titles()).filter((title) => String(title).startsWith('sent'))).toHaveLength(30)
  })

  test('[Q3] what a hub put back has lost and the damaged one had retained goes again, for the new one has no cursor that proves it', async () => {
    const [world, disk] = [new World(), new TestDisk()]
    world.isOnline = true
    const before = await world.open(diskStorage(disk))
    for (let n = 0; n < 30; n++) await before.write(`sent ${n}`)
    await world.time.pass(60_000)
    expect((await before.status()).toSend).toBe(0)
    await before.port.close()
    world.hub.fallBack(SPACE, 20)
    const other = await world.open(diskStorage(new TestDisk()))
    for (let n = 0; n < 20; n++) await other.write(`grown ${n}`)
    await world.time.until(() => world.hub.head(SPACE) === 40)
    await other.port.close()
    flip(disk.bytesOf('/store.db'), 0, 8)
    const device = await inUse(world, disk)
    expect((await device.titles()).filter((title) => String(title).startsWith('sent'))).toHaveLength(30)
    expect(JSON.stringify(world.hub.log(SPACE)).match(/"sent \d+"/g)).toHaveLength(30)
  })

  test('whoever looked at an unsent change before, and keeps a copy of it now, gets that one: the new store has other numbers', async () => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    const before = await world.open(diskStorage(disk))
    const list = await before.port.read({ type: 'outbox' })
    const item = list.type === 'outbox' ? list.items.find(({ records }) => records[0]?.title === 'unsent 20') : undefined
    await before.port.close()
    await altered(disk, `UPDATE _change SET content = replace(content, 'unsent 7"', 'unsent 8"') WHERE content LIKE '%unsent 7"%'`)
    const device = await inUse(world, disk)
    if (item === undefined) throw new Error('it is not listed')
    const answer = await device.port.read({ type: 'export', intent: item.intent })
    expect(answer.type === 'export' && answer.json).toContain('"unsent 20"')
    const now = await device.port.read({ type: 'outbox' })
    const same = now.type === 'outbox' ? now.items.find(({ seq }) => seq === item.seq) : undefined
    expect(same?.intent).not.toBe(item.intent)
  })

  test('its file can be read by the person, and is removed when they put it away', async () => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    flip(disk.bytesOf('/store.db'), 0, 8)
    const device = await inUse(world, disk)
    const answer = await device.port.read({ type: 'setAside', file: 'store' })
    expect(answer.type === 'setAside' && answer.bytes.length).toBe(disk.bytesOf('/store.db').length)
    await device.port.write({ type: 'putAway', operationId: 'put away' })
    expect((await device.status()).recovered).toBeNull()
    expect([...disk.files.keys()].filter((path) => path.endsWith('.db'))).toEqual(['/store+2.db'])
    await device.port.close()
    expect((await (await world.open(diskStorage(disk))).status()).recovered).toBeNull()
  })

  test('a form that was saved before is not saved again, and a batch that is asked for again is known', async () => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    flip(disk.bytesOf('/store.db'), pageOf(disk, 'sent 3') * PAGE_BYTES, 100)
    const device = await inUse(world, disk)
    const before = await device.titles()
    await device.again(31)
    expect(await device.titles()).toEqual(before)
  })

  test.each([
    [
      'a letter of an unsent change',
      `UPDATE _change SET content = replace(content, 'unsent 7"', 'unsent 8"') WHERE content LIKE '%unsent 7"%'`,
    ],
    ['the name of its space', `UPDATE _change SET space = replace(space, '00a', '00b') WHERE content LIKE '%unsent 7"%'`],
    ['its standing', `UPDATE _change SET status = 'quevd' WHERE content LIKE '%unsent 7"%'`],
  ])('%s, which no check of SQLite finds: it is found when the store is opened, and costs this change alone', async (_what, sql) => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    await altered(disk, sql)
    world.isOnline = true
    const device = await inUse(world, disk)
    // Its standing says nothing of what it is: it is sent.
    const lost = sql.includes('status') ? 0 : 1
    expect((await device.status()).recovered).toMatchObject({ cause: 'damaged', unreadable: lost })
    expect(unsentIn(await device.titles())).toHaveLength(30 - lost)
    await world.time.until(() => world.hub.applied.size === 61 - lost)
  })

  test.each([
    ['a column', `replace(sql, 'asked TEXT', 'asjed TEXT') WHERE name = '_change'`],
    ['a table', `replace(sql, '_change', '_chaoge'), name = '_chaoge', tbl_name = '_chaoge' WHERE name = '_change'`],
  ])('the name of %s of unsent changes, which no check of SQLite finds: all of them are rescued', async (_what, change) => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    await altered(disk, `UPDATE sqlite_schema SET sql = ${change}`)
    const device = await inUse(world, disk)
    expect((await device.status()).recovered).toMatchObject({ cause: 'damaged', setAside: ['store'] })
    expect(unsentIn(await device.titles())).toHaveLength(30)
  })

  test('an interrupted rescue is done again; after three damaged files the store does not open, and says why', async () => {
    const [world, disk] = [new World(), new TestDisk()]
    await closedStore(world, disk)
    flip(disk.bytesOf('/store.db'), 0, 8)
    const unfinished = await diskStorage(disk).renew('store')
    unfinished.close()
    const device = await inUse(world, disk)
    expect(unsentIn(await device.titles())).toHaveLength(30)
    expect([...disk.files.keys()].filter((path) => path.endsWith('.db'))).toEqual(['/store.db', '/store+2.db'])
    await device.port.close()
    const breakNewest = (): void => flip(disk.bytesOf([...disk.files.keys()].findLast((path) => path.endsWith('.db')) ?? ''), 0, 8)
    for (let times = 0; times < 2; times++) {
      breakNewest()
      await (await world.open(diskStorage(disk))).port.close()
    }
    breakNewest()
    const files = [...disk.files.keys()]
    await expect(world.open(diskStorage(disk))).rejects.toMatchObject({ code: 'storage.corrupt' })
    await expect(world.open(diskStorage(disk))).rejects.toMatchObject({ code: 'storage.corrupt' })
    expect([...disk.files.keys()]).toEqual(files)
  })

  test.each([
    ['on Node', false],
    ['in a browser, which has a copy of the outbox', true],
  ])(
    'whichever page is damaged, and wherever, %s: never a loop, no unsent change lost that could be read, no wrong rows that a check finds',
    async (_where, hasMirror) => {
      const [world, pristine] = [new World(), new TestDisk()]
      await closedStore(world, pristine, hasMirror ? world.mirror : null)
      const outbox = await world.mirror.all()
      const pages = pristine.bytesOf('/store.db').length / PAGE_BYTES
      let rebuilt = 0
      for (let page = 0; page < pages; page++)
        for (const [from, count] of DAMAGES) {
          const disk = copyOf(pristine)
          flip(disk.bytesOf('/store.db'), page * PAGE_BYTES + from, count)
          const wasWhole = await isWhole(copyOf(disk))
          const mirror = hasMirror ? memoryMirror() : null
          await mirror?.put(outbox)
          const device = await inUse(world, disk, { mirror })
          const { recovered } = await device.status()
          const lost = 30 - unsentIn(await device.titles()).length
          const allowed = hasMirror ? 0 : onPage(pristine, page)
          const isNoticed = recovered !== null
          expect({ page, from, isNoticed: isNoticed || wasWhole, isLost: isNoticed && lost > allowed }).toEqual({
            page,
            from,
            isNoticed: true,
            isLost: false,
          })
          if (isNoticed) rebuilt += 1
          await device.port.close()
        }
      expect(rebuilt).toBeGreaterThan(pages)
    },
    120_000,
  )
})

/** Changes what SQLite holds to be right: its own checks find nothing. */
async function altered(disk: TestDisk, sql: string): Promise<void> {
  const database = await diskStorage(disk).openAside('store')
  expect(database.prepare(sql).run()).toBe(1)
  database.close()
}

/** From where in a page, and how many bytes. */
const DAMAGES = [
  [0, 8],
  [5000, 60],
] as const

function copyOf(disk: TestDisk): TestDisk {
  const copy = new TestDisk()
  for (const [path, { bytes, size, room }] of disk.files) copy.files.set(path, { bytes: bytes.slice(), size, room })
  return copy
}

const textOf = (disk: TestDisk, page: number): string =>
  new TextDecoder('latin1').decode(disk.bytesOf('/store.db').subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES))

/** How many unsent changes have some of their bytes on a page, at most. */
function onPage(disk: TestDisk, page: number): number {
  return textOf(disk, page).split('unsent').length - 1 + 2
}

/** The page with the content of a change: where its text stands in JSON. */
function pageOf(disk: TestDisk, text: string): number {
  const bytes = new TextDecoder('latin1').decode(disk.bytesOf('/store.db'))
  return Math.floor(bytes.indexOf(`"${text}"`) / PAGE_BYTES)
}
