/** A disk that fails: whoever is told that a save was refused finds nothing of it, now or later. */
import { collection, counter, mintRecordId, mintSpaceId, schema, string } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { gatedStorage } from '../../../testkit/src/storage/gated-storage.ts'
import { memoryStorage } from '../storage/node.ts'
import { StorageError } from '../storage/port.ts'
import { loadText, seededRandom, sha256, START_MS } from '../test/local-store-kit.ts'
import { Engine } from './engine.ts'
import { HubHalf } from './hub-half.ts'
import { LocalStore } from './local-store.ts'
import { loadSeldom } from '../load-seldom.ts'
import type { StoreStatus, WriteAnswer, WriteBatch } from './port.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string(), visits: counter() }) } })

/** A store on a disk that a test tells to fail. */
async function open() {
  /** How many operations pass, and how many fail after them. */
  const disk = { passing: 0, failing: 0 }
  const before = (): void => {
    if (disk.passing-- > 0 || disk.failing-- <= 0) return
    throw new StorageError('storage.io', new Error('planted'))
  }
  const database = await gatedStorage(memoryStorage(), { before, after: () => undefined }, 'disk').open('device')
  const random = seededRandom(1)
  const store = await LocalStore.open(database, app, { nowMs: () => START_MS, random, hash: sha256, loadText, loadUpgrade: loadSeldom })
  store.useHub(HubHalf)
  const errors: unknown[] = []
  const frames: (() => void)[] = []
  const timers: (() => void)[] = []
  const engine = new Engine({
    store,
    aside: memoryStorage(),
    sync: null,
    durability: 'disk',
    requestFrame: (run) => void frames.push(run),
    setTimer: (run) => (timers.push(run), () => undefined),
    onError: (error) => errors.push(error),
    loadText,
  })
  const [space, record] = [mintSpaceId(START_MS, random), mintRecordId(START_MS, random)]
  let operations = 0
  const on = { collection: 'notes', record } as const
  const batch = (step: object): WriteBatch => ({
    operationId: String((operations += 1)),
    type: 'write',
    space,
    createsSpace: true,
    steps: [{ ...on, ...step } as never],
  })
  const add = (): WriteBatch => batch({ type: 'add', values: { title: 'Heron' } })
  const visit = (): WriteBatch => batch({ type: 'increment', field: 'visits', by: 1 })
  const runFrames = (): void => [...timers.splice(0), ...frames.splice(0)].forEach((run) => run())
  return { disk, store, engine, space, record, add, visit, errors, runFrames }
}

describe('[P1] a disk that fails for a while', () => {
  // A visit takes fewer than ten operations; what fails beyond them fails whoever puts memory right.
  const points = Array.from({ length: 10 }, (_, passing) => [1, 2, 3].map((failing) => ({ passing, failing }))).flat()

  test.each(points)('from operation $passing on, $failing times: what it refused is not in what is sent later', async (point) => {
    const { disk, store, engine, space, add, visit } = await open()
    expect(await engine.write(add())).toMatchObject({ ok: true })
    Object.assign(disk, point)
    const answers: WriteAnswer[] = []
    for (let tries = 0; tries < 5; tries += 1) answers.push(await engine.write(visit()))
    const codes = new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.code])))
    expect(codes).toEqual(new Set(['storage.io']))
    store.seal(space)
    const [change] = store.hub.nextPush(space, { bytesMax: 1e6, changesMax: 10 })?.changes ?? []
    const visits = change?.content.operations.flatMap(({ fields }) => fields).find(({ field }) => field === 'visits')
    expect(visits).toMatchObject({ by: answers.filter(({ ok }) => ok).length })
  })

  test('a status that cannot be counted is reported, and told when it can', async () => {
    const { disk, engine, add, errors, runFrames } = await open()
    const told: StoreStatus[] = []
    engine.status((status) => told.push(status))
    await engine.write(add())
    disk.failing = 1
    runFrames()
    expect(errors).toMatchObject([{ code: 'storage.io' }])
    // A moment later, and the frame that it asks for.
    runFrames()
    runFrames()
    expect(told.at(-1)).toMatchObject({ toSend: 1 })
    expect(told).toHaveLength(2)
  })

  test('room that cannot be counted is held when it can', async () => {
    const { disk, store, engine, add } = await open()
    disk.failing = 2
    expect(await engine.write(add())).toMatchObject({ code: 'storage.io' })
    expect(await store.state.room.hold()).toBe(false)
    expect(await store.state.room.hold()).toBe(true)
    expect(store.state.room.isFull).toBe(false)
  })
})
