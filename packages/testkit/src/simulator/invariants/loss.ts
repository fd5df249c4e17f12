/** I-NOLOSS: every save that was confirmed is with the hub, on some device, or was given up by a person. */
import type { Intent } from '@tombolo/core'
import { holds } from '../broken.ts'
import type { World } from '../world.ts'

export async function nothingIsLost(world: World): Promise<void> {
  const held = new Set<Intent>()
  for (const device of world.devices) for (const intent of [...device.intents(), ...(await device.mirrored())]) held.add(intent)
  for (const { intent, space, device, atMs } of world.truth.owed()) {
    const isSomewhere = world.hub.ledger.applied(space, intent) || held.has(intent)
    holds(isSomewhere, 'I-NOLOSS', () => `${device} saved ${intent} at ${new Date(atMs).toISOString()}, and it is nowhere`)
  }
}
