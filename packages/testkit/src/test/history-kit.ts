/** What the histories share: an app, two devices that know one record, and what they say of it. */
import {
  collection,
  counter,
  type Json,
  oneOf,
  type RecordId,
  type Refusal,
  type Result,
  schema,
  type SchemaDefinition,
  set,
  type SpaceId,
  string,
  text,
} from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { expect } from 'vitest'
import type { OwnChange } from '../../../client/src/engine/own-change.ts'
import type { RecordStep, Row } from '../../../client/src/engine/port.ts'
import { Reader } from '../../../client/src/engine/reader.ts'
import type { Written } from '../../../client/src/engine/writer.ts'
import { type Device, HubWorld } from './hub-world.ts'

export const appWith = (title = string(), onDelete: 'edit-wins' | 'delete-wins' | 'review' = 'edit-wins'): SchemaDefinition =>
  schema({
    version: 1,
    collections: {
      notes: collection(
        {
          title,
          body: text(),
          tags: set(string()),
          visits: counter(),
          quality: oneOf('poor', 'good', 'fair').review().optional(),
        },
        { onDelete },
      ),
    },
  })

/** The app of a hub that refuses a title, which its devices do not know. */
export const noDodo: SchemaDefinition = appWith(string().check((title) => (title === 'Dodo' ? 'There are none.' : null)))

/** One save of one step on one note. */
export function save(
  device: Device,
  space: SpaceId,
  record: RecordId,
  type: RecordStep['type'],
  step: Readonly<Record<string, Json>>,
): Result<Written, Refusal> {
  const one = { type, collection: 'notes', record, ...step } as unknown as RecordStep
  return device.store.write({ space, createsSpace: true, steps: [one] })
}

export function addNote(device: Device, space: SpaceId, title: string): RecordId {
  const record = device.newId()
  expect(save(device, space, record, 'add', { values: { title } })).toMatchObject({ ok: true })
  return record
}

export const setTitle = (device: Device, space: SpaceId, record: RecordId, title: string): void =>
  expect(save(device, space, record, 'set', { values: { title } })).toMatchObject({ ok: true })

export const visit = (device: Device, space: SpaceId, record: RecordId): void =>
  expect(save(device, space, record, 'increment', { field: 'visits', by: 1 })).toMatchObject({ ok: true })

export const editBody = (device: Device, space: SpaceId, record: RecordId, from: string, to: string): void =>
  expect(save(device, space, record, 'edit', { field: 'body', from, to })).toMatchObject({ ok: true })

export const withText = (...devices: readonly Device[]): void =>
  devices.forEach(({ store }, index) => store.useText(yjsEditor(() => 7 + index)))

export const rowOf = ({ store }: Device, id: RecordId): Record<string, unknown> =>
  store.state.database.prepare('SELECT * FROM notes WHERE id = ?').get(id) ?? {}

/** What was refused, as the row of the record tells it. */
export const failedOf = ({ store }: Device, id: RecordId): Row['$failed'] => new Reader(store.state).record('notes', id)?.$failed ?? null

const contentsOf = ({ store }: Device): unknown[] => store.state.database.prepare('SELECT *, 0 AS "$edited" FROM notes ORDER BY id').all()

export const liveOf = ({ store }: Device): OwnChange[] => [...store.state.changes.live]

/** Rounds until everyone has everything. */
export async function meet(...devices: readonly Device[]): Promise<void> {
  for (let round = 0; round < 2; round += 1) for (const device of devices) await device.sync()
}

export interface TwoWithNote {
  readonly a: Device
  readonly b: Device
  readonly space: SpaceId
  readonly record: RecordId
}

/** Two devices that know one note. */
export async function twoWithNote(world: HubWorld): Promise<TwoWithNote> {
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  await meet(a, b)
  return { a, b, space, record }
}

export function expectSame(...devices: readonly Device[]): void {
  const [first, ...others] = devices
  for (const other of others) expect(contentsOf(other)).toEqual(first === undefined ? [] : contentsOf(first))
  expect(devices.flatMap(({ errors }) => errors)).toEqual([])
}

export async function worldOf(app: SchemaDefinition, hubApp: SchemaDefinition = app): Promise<HubWorld> {
  return new HubWorld(app, { schema: hubApp }).open()
}
