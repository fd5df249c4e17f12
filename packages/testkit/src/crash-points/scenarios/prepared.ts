/** What scenarios begin with. */
import type { RecordId, SpaceId } from '@tombolo/core'
import type { Device } from '../device.ts'
import type { World } from '../world.ts'

export interface Known {
  readonly space: SpaceId
  readonly note: RecordId
}

/** Two devices that know one note, and a hub that has it. */
export const aNote = (world: World): Promise<Known> => aNoteAmong(world, 'ann', 'ben')

/** The same with one device alone. */
export const aNoteAlone = (world: World): Promise<Known> => aNoteAmong(world, 'ann')

async function aNoteAmong(world: World, author: string, ...others: readonly string[]): Promise<Known> {
  const device = world.device(author)
  device.isOnline = true
  const made = await device.ask((store) => store.createSpace('Spring count'))
  if (made === undefined) throw new Error('no space was made')
  const note = await device.add(made.id, 'Nest')
  await world.meet(author, ...others)
  return { space: made.id, note }
}

export async function aNoteWithBody(world: World): Promise<Known> {
  const known = await aNote(world)
  await world.device('ann').type(known.space, known.note, 'in the reeds')
  await world.meet('ann', 'ben')
  return known
}

/** A device without a connection. */
export function offline(world: World, name = 'ann'): Device {
  const device = world.device(name)
  device.isOnline = false
  return device
}
