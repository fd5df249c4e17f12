/** A browser that refuses files: the database is in memory, and the copy of the outbox is all that outlives a tab. */
import type { RecordId, SpaceId } from '@tombolo/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { EnginePort, WriteAnswer } from '../engine/port.ts'
import { memoryMirror, type OutboxMirror } from '../storage/mirror.ts'
import { memoryStorage } from '../storage/node.ts'
import { type Database, type Storage, StorageError } from '../storage/port.ts'
import { BLIND } from '../sync/connectivity.ts'
import { FakeHub } from '../test/fake-hub.ts'
import { seededRandom, sha256 } from '../test/local-store-kit.ts'
import { notes } from '../test/sync-kit.ts'
import { VirtualTime } from '../test/virtual-time.ts'
import { openEngine } from './open-engine.ts'

const SPACE = '018f0000-0000-7000-8000-00000000000a' as SpaceId
const HERON = '018f0000-0000-7000-8000-000000000001' as RecordId
/** How long the browser takes to keep an item. */
const SLOW_MS = 5_000

const opened: EnginePort[] = []
afterEach(async () => {
  for (const port of opened.splice(0)) await port.close().catch(() => {})
})

let devices = 0

/** `isAlive`: a tab that is killed does nothing more. */
async function open(time: VirtualTime, hub: FakeHub, mirror: OutboxMirror, isAlive: () => boolean = () => true): Promise<EnginePort> {
  const { port } = await openEngine({
    name: 'store',
    schema: notes,
    storage: refusingFiles(),
    mirror,
    transport: async () => hub,
    connectivity: BLIND,
    hash: sha256,
    random: seededRandom(++devices),
    nowMs: () => time.nowMs,
    setTimer: (run, delayMs) => time.setTimer(() => isAlive() && run(), delayMs),
    requestFrame: queueMicrotask,
    onError: () => {},
  })
  opened.push(port)
  return port
}

/** The same save each time, as a page asks for it again that got no answer. */
function visit(port: EnginePort): Promise<WriteAnswer> {
  const add = { type: 'add', collection: 'notes', record: HERON, values: { title: 'Heron' } } as const
  const count = { type: 'increment', collection: 'notes', record: HERON, field: 'visits', by: 1 } as const
  return port.write({ type: 'write', space: SPACE, createsSpace: true, steps: [add, count], operationId: 'visit-1' })
}

function putting(mirror: OutboxMirror, put: OutboxMirror['put']): OutboxMirror {
  return { ...mirror, put }
}

describe('[P3] [P7] where the browser refuses files', () => {
  test('nothing is sent before the copy of the outbox has it', async () => {
    const time = new VirtualTime()
    const hub = new FakeHub(time, notes)
    const kept = memoryMirror()
    const slow = putting(kept, async (items) => {
      await new Promise<void>((resolve) => void time.setTimer(resolve, SLOW_MS))
      await kept.put(items)
    })
    const port = await open(time, hub, slow)
    const answer = visit(port)
    await time.pass(SLOW_MS - 1)
    expect(hub.count('push')).toBe(0)
    await time.until(() => hub.applied.size === 1)
    expect(await answer).toMatchObject({ ok: true })
  })

  test('a tab that dies when the hub has a save, and has not answered for it, leaves a copy: who asks again has saved it once', async () => {
    const time = new VirtualTime()
    const hub = new FakeHub(time, notes)
    const kept = memoryMirror()
    let isDead = false
    const never = new Promise<never>(() => undefined)
    const slow = putting(kept, async (items) => {
      await new Promise<void>((resolve) => void time.setTimer(resolve, SLOW_MS))
      await (isDead ? never : kept.put(items))
    })
    hub.instead = (asked, honest) => {
      if (asked.path !== 'push' || isDead) return undefined
      honest()
      isDead = true
      return never
    }
    const port = await open(time, hub, slow, () => !isDead)
    void visit(port)
    await time.until(() => isDead)
    opened.pop()
    const next = await open(time, hub, kept)
    expect(await visit(next)).toMatchObject({ ok: true })
    await time.pass(60_000)
    expect([...hub.applied.values()]).toEqual([1])
  })

  test('what the copy of the outbox does not take is sent all the same: with the hub it is safer than in memory alone', async () => {
    const time = new VirtualTime()
    const hub = new FakeHub(time, notes)
    const full = putting(memoryMirror(), () => Promise.reject(new StorageError('storage.full', new Error('the quota is used'))))
    const port = await open(time, hub, full)
    await expect(visit(port)).rejects.toMatchObject({ code: 'storage.unkept' })
    await time.until(() => hub.applied.size === 1)
  })

  test('a browser that never says whether it took the copy holds up no push, and is not taken for a hub that cannot be reached', async () => {
    const time = new VirtualTime()
    const hub = new FakeHub(time, notes)
    const mute = putting(memoryMirror(), () => new Promise<never>(() => undefined))
    const port = await open(time, hub, mute)
    // Closing it would wait for the copy.
    opened.pop()
    let connections: string[] = []
    port.status(({ connection }) => connections.push(connection))
    await time.until(() => connections.includes('live'), 60_000)
    connections = []
    void visit(port)
    await time.until(() => hub.applied.size === 1, 60_000)
    expect(new Set(connections)).toEqual(new Set(['live']))
  })
})

function refusingFiles(): Storage {
  const storage = memoryStorage()
  return { ...storage, open: async (name) => inMemory(await storage.open(name)) }
}

function inMemory(database: Database): Database {
  return {
    durability: 'memory',
    reserve: database.reserve,
    aside: database.aside,
    exec: (sql) => database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    transaction: (work) => database.transaction(work),
    bytes: () => database.bytes(),
    close: () => database.close(),
  }
}
