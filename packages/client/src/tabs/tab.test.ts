import { collection, mintRecordId, mintSpaceId, schema, string } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import type { Query, WatchEvent, WriteAnswer } from '../engine/port.ts'
import { PartMissing } from '../platform/load-part.ts'
import { StorageError } from '../storage/port.ts'
import { seededRandom, START_MS } from '../test/local-store-kit.ts'
import { app } from '../test/tabs/lab/schema.ts'
import { type TestTab, World, type WorldOptions } from '../test/tabs/world.ts'

const random = seededRandom(5)
const space = mintSpaceId(START_MS, random)
const notes: Query = { collection: 'notes', space, where: [], orderBy: [], limit: null, offset: 0, search: null }

const newWorld = (options: Partial<WorldOptions> = {}): World => new World({ schema: app, chance: () => 0, ...options })

const write = ({ tab }: TestTab, title: string): Promise<WriteAnswer> =>
  tab.relay.write({
    operationId: '',
    type: 'write',
    space,
    createsSpace: true,
    steps: [{ type: 'add', collection: 'notes', record: mintRecordId(START_MS, random), values: { title } }],
  })

function watch({ tab }: TestTab): WatchEvent[] {
  const events: WatchEvent[] = []
  tab.relay.watch({ type: 'query', query: notes }, (event) => events.push(event))
  return events
}

const titlesOf = (event: WatchEvent | undefined): unknown[] =>
  event?.type === 'rows' ? event.rows.map((row) => row['title']) : event?.type === 'delta' ? event.upserted.map((row) => row['title']) : []

async function twoTabs(options?: Partial<WorldOptions>): Promise<{ world: World; leader: TestTab; follower: TestTab }> {
  const world = newWorld(options)
  const leader = world.open()
  await world.until(() => leader.tab.role === 'leader')
  const follower = world.open()
  await world.until(() => follower.tab.role === 'follower')
  return { world, leader, follower }
}

test('the first tab leads, the second follows, and each sees at once what the other writes', async () => {
  const { world, leader, follower } = await twoTabs()
  const [seenByLeader, seenByFollower] = [watch(leader), watch(follower)]
  await world.until(() => seenByFollower.length === 1)
  await world.result(write(leader, 'Heron'))
  await world.result(write(follower, 'Bittern'))
  await world.settle()
  expect(seenByLeader.map(titlesOf)).toEqual([[], ['Heron'], ['Bittern']])
  expect(seenByFollower.map(titlesOf)).toEqual([[], ['Heron'], ['Bittern']])
})

describe('the next leader', () => {
  test('is asked again what nobody answered', async () => {
    const { world, leader, follower } = await twoTabs()
    const saved = write(follower, 'Heron')
    world.crash(leader)
    expect(await world.result(saved)).toMatchObject({ ok: true })
    expect(follower.tab.role).toBe('leader')
  })

  test('carries out no batch that the last one has carried out without saying so', async () => {
    const { world, leader, follower } = await twoTabs()
    const seen = watch(leader)
    const saved = write(follower, 'Heron')
    await world.until(() => titlesOf(seen.at(-1)).length > 0)
    world.crash(leader)
    expect(await world.result(saved)).toMatchObject({ ok: true })
    expect(await world.result(follower.tab.relay.read({ type: 'count', query: notes }))).toEqual({ type: 'count', count: 1 })
  })

  test('tells a page only what is different', async () => {
    const { world, leader, follower } = await twoTabs()
    const events = watch(follower)
    await world.result(write(follower, 'Heron'))
    await world.until(() => events.length === 2)
    void leader.tab.leave()
    await world.until(() => follower.tab.role === 'leader')
    await world.settle()
    expect(events).toHaveLength(2)
    await world.result(write(follower, 'Bittern'))
    await world.settle()
    expect(titlesOf(events[2])).toEqual(['Bittern'])
  })

  test('tells what was written while a page was away', async () => {
    const { world, leader, follower } = await twoTabs()
    const events = watch(follower)
    await world.until(() => events.length === 1)
    void follower.tab.leave()
    await world.result(write(leader, 'Heron'))
    follower.tab.returnHere()
    await world.until(() => events.length === 2)
    expect(events[1]?.type).toBe('delta')
    expect(titlesOf(events[1])).toEqual(['Heron'])
  })

  test('waits until a worker that is about to end lets go of the file, and meanwhile answers nobody', async () => {
    const { world, leader, follower } = await twoTabs({ chance: () => 0.999 })
    world.crash(leader)
    expect(world.isFileHeld).toBe(true)
    expect(await world.result(write(follower, 'Heron'))).toMatchObject({ ok: true })
    expect(world.faults).toEqual([])
  })
})

test('a leader that hangs is asked again, and what it had been told is done once', async () => {
  const { world, leader, follower } = await twoTabs()
  world.freeze(leader)
  const saved = write(follower, 'Heron')
  await world.pass(10_000)
  world.thaw(leader)
  expect(await world.result(saved)).toMatchObject({ ok: true })
  await world.settle()
  expect(await world.result(follower.tab.relay.read({ type: 'count', query: notes }))).toEqual({ type: 'count', count: 1 })
})

test('a page in the cache of the browser leads nobody, and follows when it is back', async () => {
  const { world, leader, follower } = await twoTabs()
  await world.result(leader.tab.leave())
  await world.until(() => follower.tab.role === 'leader')
  leader.tab.returnHere()
  await world.until(() => leader.tab.role === 'follower')
  expect(await world.result(write(leader, 'Heron'))).toMatchObject({ ok: true })
})

test('a leader forgets a follower that died', async () => {
  const { world, follower } = await twoTabs()
  watch(follower)
  await world.settle()
  const before = world.listeners
  world.crash(follower)
  await world.settle()
  // Its two ends of channels, and the leader's end of their link.
  expect(world.listeners).toBe(before - 3)
})

describe('a tab that cannot open the store', () => {
  const corrupt = new StorageError('storage.corrupt', new Error('the file is damaged'))

  test('says why, and has no empty one instead', async () => {
    const world = newWorld()
    world.openFailure = corrupt
    const { tab } = world.open()
    await expect(world.result(tab.relay.open())).rejects.toMatchObject({ name: 'StorageError', code: 'storage.corrupt' })
    await expect(world.result(tab.relay.read({ type: 'spaces' }))).rejects.toMatchObject({ code: 'storage.corrupt' })
  })

  test('lets the next one try, and follows it', async () => {
    const world = newWorld()
    world.openFailure = corrupt
    const first = world.open()
    await expect(world.result(first.tab.relay.open())).rejects.toMatchObject({ code: 'storage.corrupt' })
    world.openFailure = null
    const second = world.open()
    await world.until(() => second.tab.role === 'leader')
    await world.until(() => first.tab.role === 'follower')
    expect(await world.result(write(first, 'Heron'))).toMatchObject({ ok: true })
  })

  test('leads when the one that could has gone: its file is well', async () => {
    const world = newWorld()
    world.openFailure = corrupt
    const first = world.open()
    await expect(world.result(first.tab.relay.open())).rejects.toMatchObject({ code: 'storage.corrupt' })
    world.openFailure = null
    const second = world.open()
    await world.until(() => first.tab.role === 'follower')
    void second.tab.leave()
    expect(await world.result(write(first, 'Heron'))).toMatchObject({ ok: true })
    expect(first.tab.role).toBe('leader')
  })

  test.each(['storage.io', 'storage.full'] as const)('for now (%s) says so, and opens it when the device is well again', async (code) => {
    const { world, leader, follower } = await twoTabs()
    const seen = watch(follower)
    await world.result(write(follower, 'Heron'))
    world.openFailure = new StorageError(code, new Error('the disk is not well'))
    world.crash(leader)
    await world.until(() => seen.at(-1)?.type === 'failed')
    await expect(world.result(write(follower, 'Bittern'))).rejects.toMatchObject({ code })
    await world.pass(60_000)
    await expect(world.result(write(follower, 'Bittern'))).rejects.toMatchObject({ code })
    world.openFailure = null
    await world.until(() => follower.tab.role === 'leader')
    expect(await world.result(write(follower, 'Dunlin'))).toMatchObject({ ok: true })
    await world.settle()
    expect(seen.slice(-2).map(titlesOf)).toEqual([['Heron'], ['Dunlin']])
    expect(world.faults).toEqual([])
  })

  test('does not try again where that would not help', async () => {
    const world = newWorld()
    world.openFailure = corrupt
    const { tab } = world.open()
    await expect(world.result(tab.relay.open())).rejects.toMatchObject({ code: 'storage.corrupt' })
    await world.pass(3_600_000)
    expect(world.leaders).toBe(1)
  })

  test('because SQLite cannot be loaded says so after a while, but follows whoever could', async () => {
    const world = newWorld()
    world.loadFailure = new PartMissing(new Error('no network'))
    const first = world.open()
    await expect(world.result(first.tab.relay.open())).rejects.toMatchObject({ code: 'store.part' })
    world.loadFailure = null
    const second = world.open()
    await world.until(() => second.tab.role === 'leader')
    world.loadFailure = new PartMissing(new Error('no network'))
    await world.until(() => first.tab.role === 'follower')
    expect(await world.result(first.tab.relay.open())).toMatchObject({ durability: 'disk' })
    void second.tab.leave()
    await world.until(() => first.tab.role === 'none')
    await expect(world.result(first.tab.relay.read({ type: 'spaces' }))).rejects.toMatchObject({ code: 'store.part' })
  })

  test('[P1] because SQLite cannot be loaded loads it again: what the page asks from then on is done', async () => {
    const world = newWorld()
    world.loadFailure = new PartMissing(new Error('no network'))
    const tab = world.open()
    const seen = watch(tab)
    await expect(world.result(write(tab, 'Heron'))).rejects.toMatchObject({ code: 'store.part' })
    await world.pass(60_000)
    expect(tab.tab.role).toBe('none')
    world.loadFailure = null
    await world.pass(10_000)
    expect(tab.tab.role).toBe('leader')
    expect(await world.result(write(tab, 'Bittern'))).toMatchObject({ ok: true })
    await world.settle()
    expect(seen.map(titlesOf).at(-1)).toEqual(['Bittern'])
  })
})

test('a file that the device fails to write is opened again; whoever wrote is told, and the next write is saved', async () => {
  const { world, leader, follower } = await twoTabs()
  const seen = watch(follower)
  await world.until(() => seen.length === 1)
  world.writeFailures.push(new StorageError('storage.io', new Error('the handle went bad')))
  expect(await world.result(write(leader, 'Heron'))).toMatchObject({ ok: false, code: 'storage.io' })
  expect(await world.result(write(leader, 'Bittern'))).toMatchObject({ ok: true })
  await world.settle()
  expect(seen.map(titlesOf)).toEqual([[], ['Bittern']])
  expect(world.leaders).toBe(2)
  expect(world.faults).toEqual([])
})

test('a tab that could not open the store tries again every ten seconds, however often another one led in between', async () => {
  const { world, leader, follower } = await twoTabs()
  let others = leader
  const fail = async (): Promise<void> => {
    world.openFailure = new StorageError('storage.io', new Error('the disk is not well'))
    world.crash(others)
    await world.settle()
  }
  for (let k = 0; k < 3; k += 1) {
    await fail()
    expect(follower.tab.role).toBe('none')
    world.openFailure = null
    const next = world.open()
    await world.until(() => follower.tab.role === 'follower', 5000)
    others = next
  }
  await fail()
  const before = world.leaders
  await world.pass(60_000)
  expect(world.leaders - before).toBe(6)
})

test('a tab of another build is refused with both schemas named, and leads when the other is gone', async () => {
  const { world, leader } = await twoTabs()
  const newer = schema({ version: 2, collections: { notes: collection({ title: string() }) }, upgrades: { 1: {} } as never })
  const other = world.open(newer)
  await expect(world.result(other.tab.relay.open())).rejects.toMatchObject({
    name: 'SchemaMismatch',
    code: 'schema.mismatch',
    message: expect.stringMatching(/version 2 .* version 1 /) as string,
  })
  for (const tab of world.live) if (tab !== other) world.crash(tab)
  await world.until(() => other.tab.role === 'leader')
  expect(leader.tab.role).not.toBe('follower')
})

test('the engine hears whether a person sees any of its pages', async () => {
  const { world, leader, follower } = await twoTabs()
  expect(leader.seen).toEqual([true])
  leader.tab.look(false)
  await world.settle()
  expect(leader.seen).toEqual([true])
  follower.tab.look(false)
  await world.settle()
  expect(leader.seen).toEqual([true, false])
  follower.tab.look(true)
  await world.settle()
  expect(leader.seen).toEqual([true, false, true])
  world.crash(follower)
  await world.settle()
  expect(leader.seen).toEqual([true, false, true, false])
})

test('a store that was closed answers nothing more', async () => {
  const { world, follower } = await twoTabs()
  await world.result(follower.tab.leave())
  await follower.tab.relay.close()
  await expect(follower.tab.relay.read({ type: 'spaces' })).rejects.toMatchObject({ code: 'store.closed' })
})

describe('where the browser refuses files', () => {
  test('a save is in the mirror when it is answered, sealed; and the next leader has it', async () => {
    const { world, leader, follower } = await twoTabs({ disk: 'memory' })
    expect(await world.result(leader.tab.relay.open())).toMatchObject({ durability: 'outbox-only' })
    await world.result(write(follower, 'Heron'))
    expect((await world.mirror.all()).map(({ key }) => key.split('/')[0])).toEqual(['change', 'operation'])
    world.crash(leader)
    const seen = watch(follower)
    await world.until(() => titlesOf(seen.at(-1)).length > 0)
    expect(titlesOf(seen.at(-1))).toEqual(['Heron'])
  })

  test('the unsent work is still there after all tabs were gone', async () => {
    const { world, leader, follower } = await twoTabs({ disk: 'memory' })
    await world.result(write(follower, 'Heron'))
    for (const tab of [leader, follower]) world.crash(tab)
    const later = world.open()
    expect(await world.result(later.tab.relay.read({ type: 'count', query: notes }))).toEqual({ type: 'count', count: 1 })
    expect(await world.result(later.tab.relay.read({ type: 'spaces' }))).toMatchObject({ spaces: [{ id: space }] })
  })

  test('[P1] a save that the mirror does not take is told as not kept yet: it is there, and is kept as soon as that is possible', async () => {
    const { world, leader } = await twoTabs({ disk: 'memory' })
    const count = async (): Promise<unknown> => world.result(leader.tab.relay.read({ type: 'count', query: notes }))
    world.mirrorFailure = new StorageError('storage.io', new Error('IndexedDB is not well'))
    await expect(world.result(write(leader, 'Heron'))).rejects.toMatchObject({ code: 'storage.unkept' })
    expect(await world.result(write(leader, 7 as unknown as string))).toMatchObject({ ok: false, code: 'value.type' })
    expect(await count()).toEqual({ type: 'count', count: 1 })
    await world.pass(60_000)
    expect(await count()).toEqual({ type: 'count', count: 1 })
    expect(world.leaders).toBe(1)
    world.mirrorFailure = null
    await world.pass(60_000)
    expect((await world.mirror.all()).map(({ key }) => key.split('/')[0])).toEqual(['change', 'operation'])
  })
})
