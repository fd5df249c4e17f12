/** A download of a device's store, and what a person sees of a store, to be compared. */
import type { CollectionDefinition, RecordId } from '@tombolo/core'
import { Describer } from '../../../client/src/engine/describe.ts'
import { Engine } from '../../../client/src/engine/engine.ts'
import type { Query, Row } from '../../../client/src/engine/port.ts'
import type { Imported } from '../../../client/src/engine/export/port.ts'
import { Overview } from '../../../client/src/engine/overview.ts'
import { Reader } from '../../../client/src/engine/reader.ts'
import { Store } from '../../../client/src/page/store.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import { realTimer } from '../../../client/src/tabs/channel.ts'
import { loadText } from '../../../client/src/test/local-store-kit.ts'
import type { Device } from './hub-world.ts'

/** A page of the device. */
export async function pageOf({ store }: Device): Promise<Store<never>> {
  const onError = (error: unknown): void => {
    throw error
  }
  const engine = new Engine({
    store,
    aside: memoryStorage(),
    sync: null,
    durability: 'disk',
    requestFrame: queueMicrotask,
    setTimer: realTimer,
    onError,
    loadText,
  })
  return await Store.open({ schema: store.state.schema as never, port: engine })
}

export async function downloadOf(device: Device): Promise<Blob> {
  const page = await pageOf(device)
  return await new Response(await page.exportAll()).blob()
}

export async function bringBack(device: Device, zip: Blob): Promise<Imported> {
  const page = await pageOf(device)
  return await page.importAll(zip)
}

/** Everything that a store shows. */
export interface Shown {
  readonly rows: readonly Row[]
  readonly outbox: readonly object[]
  readonly conflicts: readonly object[]
  readonly history: readonly object[]
  readonly spaces: readonly object[]
}

export function shownBy({ store: { state } }: Device): Shown {
  const describer = new Describer(state)
  const reader = new Reader(state)
  const collections = Object.values(state.schema.collections)
  const rows = collections.flatMap(({ name }) => [...reader.rows(allOf(name)), ...reader.rows({ ...allOf(name), deleted: true })])
  return {
    rows,
    // A store numbers its changes itself, and a copy cannot say that a change was never offered.
    outbox: describer.outbox().map((item) => ({ ...item, seq: 0, canDiscard: false })),
    conflicts: describer.conflicts(null),
    history: collections.flatMap((collection) => historyOf(describer, collection, rows)),
    spaces: new Overview(state).spaces(),
  }
}

function historyOf(describer: Describer, collection: CollectionDefinition, rows: readonly Row[]): object[] {
  const ids = rows.filter((row) => row['$collection'] === collection.name).map(({ id }) => id)
  return ids.map((id: RecordId) => ({ id, items: describer.history(collection, id) }))
}

const allOf = (collection: string): Query => ({
  collection,
  space: null,
  where: [],
  orderBy: [{ field: 'id', direction: 'asc' }],
  limit: null,
  offset: 0,
  search: null,
})
