/** What the shipped store is given by a simulated device. */
import { type Connectivity, type EngineSetup, type Storage } from '@tombolo/client/testing'
import { sha256 } from '../hash.ts'
import type { Device } from './device.ts'
import type { Life } from './life.ts'

const FRAME_MS = 16

/** For one run of its process. */
export function setupOf(device: Device, life: Life, connectivity: Connectivity): EngineSetup {
  const { appVersion, dice, line, mirror, plan, world } = device
  const storage: Partial<Storage> = { open: async () => device.disk.connect(life), remove: async () => undefined }
  return {
    name: 'store',
    schema: world.app.device[appVersion],
    storage: storage as Storage,
    mirror,
    transport: async () => line.transport(life),
    connectivity,
    policy: { changes: { wifiOnly: plan.isFrugal } },
    hash: sha256,
    random: dice.bytes,
    nowMs: () => device.nowMs(),
    setTimer: life.setTimer,
    requestFrame: (run) => void life.setTimer(run, FRAME_MS),
    onError: (error) => life.isAlive && world.reported(device, error),
  }
}
