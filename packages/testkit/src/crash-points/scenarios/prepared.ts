/** What scenarios begin with. */
import type { RecordId, SpaceId } from '@tombolo/core'
import type { Device } from '../device.ts'
import type { World } from '../world.ts'

export interface Known {
  readonly space: SpaceId
  readonly note: RecordId
}

/** Two devices that know one note, and a hub that has it. */
export async function aNote(world: World): Promise<Known> {
  const [ann, ben] = [world.device('ann'), world.device('ben')]
  const made = await ann.ask((store) => store.createSpace('Spring count'))
  if (made === undefined) throw new Error('no space was made')
  const note = await ann.add(made.id, 'Nest')
  await world.meet(ann.name, ben.name)
  return { space: made.id, note }
}

/** The same with one device alone. */
export async function aNoteAlone(world: World): Promise<Known> {
  const ann = world.device('ann')
  ann.isOnline = true
  const made = await ann.ask((store) => store.createSpace('Spring count'))
  if (made === undefined) throw new Error('no space was made')
  const note = await ann.add(made.id, 'Nest')
  await world.meet(ann.name)
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
