/**
 * The power goes at the k-th write or flush of a device that sends what was saved, takes the answers, and is updated to a later version of
 * its app: what was saved is at the hub once, whatever the disk kept of what was not flushed.
 */
import type { RecordId, SchemaDefinition, SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { temporaryDatabase } from '../../../../hub/src/test/database.ts'
import { type Device, HubWorld } from '../../test/hub-world.ts'
import { app, laterApp } from '../app.ts'
import { KEEPS, PowerDisk } from './power-disk.ts'
import { openOn } from './power-vfs.ts'

interface Scene {
  readonly world: HubWorld
  /** The hub's database. */
  readonly hub: string
  readonly space: SpaceId
  readonly note: RecordId
  /** What the disk holds before the power goes. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

const deviceOn = async (world: HubWorld, disk: PowerDisk): Promise<Device> => await world.device(await openOn(disk))

const visit = ({ store }: Device, { space, note }: Pick<Scene, 'space' | 'note'>): boolean =>
  store.write({ space, steps: [{ type: 'increment', collection: 'notes', record: note, field: 'visits', by: 1 }] }).ok

/** A device that has met the hub, and has saved three visits since. */
async function scene(): Promise<Scene> {
  const hub = temporaryDatabase()
  const world = await new HubWorld(app).open(hub)
  const disk = new PowerDisk(0)
  const device = await deviceOn(world, disk)
  const [space, note] = [device.newSpace(), device.newId()]
  const add = { type: 'add', collection: 'notes', record: note, values: { title: 'Nest' } } as const
  expect(device.store.write({ space, createsSpace: true, steps: [add] })).toMatchObject({ ok: true })
  await device.sync()
  for (let count = 0; count < 3; count += 1) {
    visit(device, { space, note })
    device.store.seal(space)
  }
  device.store.state.database.close()
  return { world, hub, space, note, files: disk.afterLoss(() => 'whole') }
}

/** The hub and the device run this app from here on; the device sends, as far as the power lasts. */
async function act({ world, hub, files }: Scene, schema: SchemaDefinition, offAt: number): Promise<PowerDisk> {
  const disk = new PowerDisk(offAt, files)
  await world.hub.close()
  world.schema = schema
  await world.open(hub)
  try {
    const device = await deviceOn(world, disk)
    await device.sync()
    await device.sync()
    device.store.state.database.close()
  } catch {
    // The power is off.
  }
  return disk
}

/** How many visits a new device hears of, once this disk has met the hub. */
async function visitsAfter({ world, note }: Scene, files: ReadonlyMap<string, Uint8Array>): Promise<number> {
  const device = await deviceOn(world, new PowerDisk(0, files))
  expect(device.store.state.database.prepare('PRAGMA integrity_check').values()).toEqual([['ok']])
  await device.sync()
  device.store.state.database.close()
  const other = await world.device()
  await other.sync()
  await world.hub.close()
  return Number(other.store.state.database.prepare('SELECT visits FROM notes WHERE id = ?').get(note)?.['visits'])
}

/** In `npm test` three of the operations; all of them with `npm run crash-points -- --all`. */
const ALL = process.env['TOMBOLO_CRASH_POINTS'] === 'all'

test.each([
  ['sends', app],
  ['is updated, and sends', laterApp],
])(
  '[P1] [P3] [M7] the power goes at any write or flush of a device that %s: what was saved is at the hub, once',
  async (_, schema) => {
    const { operations } = await act(await scene(), schema, 0)
    expect(operations).toBeGreaterThan(15)
    for (let offAt = 1; offAt <= operations; offAt += ALL ? 1 : Math.ceil(operations / 3))
      for (const [kept, keep] of Object.entries(KEEPS)) {
        const one = await scene()
        const disk = await act(one, schema, offAt)
        expect({ offAt, kept, visits: await visitsAfter(one, disk.afterLoss(keep)) }).toEqual({ offAt, kept, visits: 3 })
      }
  },
  600_000,
)
