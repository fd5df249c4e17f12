/** A device with a sync runner, a fake hub, and time that the test moves. */
import { collection, counter, type RecordId, schema, type SchemaDefinition, type SpaceId, string, text } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { expect } from 'vitest'
import { LocalStore } from '../engine/local-store.ts'
import { loadSeldom } from '../load-seldom.ts'
import { Repair } from '../seldom.ts'
import { memoryStorage } from '../storage/node.ts'
import type { Storage } from '../storage/port.ts'
import type { SyncOptions } from '../sync/options.ts'
import { SyncRunner } from '../sync/runner.ts'
import { FakeHub } from './fake-hub.ts'
import { loadText, seededRandom, sha256, type TestDevice } from './local-store-kit.ts'
import { VirtualTime } from './virtual-time.ts'

export const notes: SchemaDefinition = schema({
  version: 1,
  collections: { notes: collection({ title: string(), body: text(), visits: counter() }) },
})

export interface SyncDevice extends Pick<TestDevice, 'store'> {
  readonly runner: SyncRunner
  readonly errors: unknown[]
  readonly space: SpaceId
  /** This device's own clock minus the true one. */
  readonly clock: { aheadMs: number }
}

export interface SyncScene extends SyncDevice {
  readonly time: VirtualTime
  readonly hub: FakeHub
  another(options?: Partial<DeviceOptions>): Promise<SyncDevice>
}

const SPACE = '018f0000-0000-7000-8000-00000000000a' as SpaceId

/** `storage`: where its databases are; default in memory. */
export async function openScene(options: Partial<SyncOptions> = {}, storage: Storage = memoryStorage()): Promise<SyncScene> {
  const time = new VirtualTime()
  const hub = new FakeHub(time, notes)
  let seed = 0
  const another = (more: Partial<DeviceOptions> = {}): Promise<SyncDevice> => openDevice(time, hub, ++seed, { storage, ...more })
  return { time, hub, another, ...(await another(options)) }
}

type DeviceOptions = Partial<SyncOptions> & { readonly storage: Storage }

async function openDevice(time: VirtualTime, hub: FakeHub, seed: number, { storage, ...options }: DeviceOptions): Promise<SyncDevice> {
  const random = seededRandom(seed)
  const clock = { aheadMs: 0 }
  const nowMs = (): number => time.nowMs + clock.aheadMs
  const store = await LocalStore.open(await storage.open(`device-${seed}`), notes, {
    nowMs,
    random,
    hash: sha256,
    loadText,
    loadUpgrade: loadSeldom,
  })
  store.useRepair(Repair)
  const errors: unknown[] = []
  const runner = new SyncRunner({
    store,
    transport: hub,
    loadText: async () => yjsEditor(() => seed),
    ...options,
    ports: {
      nowMs,
      setTimer: time.setTimer,
      random: () => (random(1)[0] ?? 0) / 256,
      onError: (error) => errors.push(error),
      ...options.ports,
    },
  })
  return { store, runner, errors, space: SPACE, clock }
}

let records = 0
const nextRecord = (): RecordId => `018f0000-0000-7000-8000-${String(++records).padStart(12, '0')}` as RecordId

/** Saves a note. A label makes it go at once; without one it waits for a pause, as typing does. */
export function addNote({ store }: SyncDevice, title: string, space: SpaceId = SPACE, operationId?: string): RecordId {
  const record = nextRecord()
  const steps = [{ type: 'add', collection: 'notes', record, values: { title } } as const]
  expect(store.write({ space, createsSpace: true, steps, ...(operationId === undefined ? {} : { operationId }) })).toMatchObject({
    ok: true,
  })
  return record
}

/** Saves a note whose change is sealed at once. */
export function addSealed(device: SyncDevice, title: string, space: SpaceId = SPACE): RecordId {
  const record = addNote(device, title, space)
  device.store.seal(space)
  return record
}

export const titlesOf = ({ store }: SyncDevice): readonly unknown[] =>
  store.state.database
    .prepare('SELECT title FROM notes WHERE "$deleted" = 0 ORDER BY title')
    .all()
    .map((row) => row['title'])

export const unsent = ({ store }: SyncDevice): number =>
  [...store.state.changes.live].filter(({ status }) => status === 'unsealed' || status === 'queued').length
