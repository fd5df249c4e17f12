/** What the histories of texts share: a hub that refuses for a while, and two devices that write in one note. */
import { type RecordId, type SchemaDefinition, type SpaceId, string } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { expect } from 'vitest'
import { addNote, appWith, editBody, meet, worldOf } from './history-kit.ts'
import type { Device, HubWorld } from './hub-world.ts'

/** The schema of a hub that refuses the title 'Dodo' until the gate is open. */
export class Gate {
  isOpen = false
  readonly app: SchemaDefinition = appWith(string().check((title) => (title === 'Dodo' && !this.isOpen ? 'There are none.' : null)))
}

export interface Writers {
  readonly world: HubWorld
  readonly a: Device
  readonly b: Device
  readonly space: SpaceId
  readonly record: RecordId
}

/** Two devices that know one note, whose body says this. */
export async function twoWriters(hubApp: SchemaDefinition, body = ''): Promise<Writers> {
  const world = await worldOf(appWith(), hubApp)
  const [a, b] = [await world.device(), await world.device()]
  for (const [index, { store }] of [a, b].entries()) store.useText(yjsEditor(clientIds(1000 * (index + 1))))
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  if (body !== '') editBody(a, space, record, '', body)
  await meet(a, b)
  return { world, a, b, space, record }
}

const clientIds = (first: number): (() => number) => {
  let next = first
  return () => next++
}

/** One change: a title, and the body as it is and as it is to be. */
export function writeOn({ store }: Device, space: SpaceId, record: RecordId, title: string, from: string, to: string): void {
  const on = { collection: 'notes', record }
  const steps = [{ type: 'set', ...on, values: { title } } as const, { type: 'edit', ...on, field: 'body', from, to } as const]
  expect(store.write({ space, steps })).toMatchObject({ ok: true })
  store.seal(space)
}

/** One change of the body alone. */
export function typeOn(device: Device, space: SpaceId, record: RecordId, from: string, to: string): void {
  editBody(device, space, record, from, to)
  device.store.seal(space)
}
