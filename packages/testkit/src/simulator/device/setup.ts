/** What the shipped store is given by a simulated device. */
import type { Connectivity, EngineSetup, Storage } from '@tombolo/client/testing'
import type { App, Release } from '../app.ts'
import { sha256 } from '../hash.ts'
import type { Line } from '../network/line.ts'
import type { DevicePlan } from '../plan.ts'
import type { Dice } from '../random.ts'
import type { Disk } from './disk.ts'
import type { Life } from './life.ts'

const FRAME_MS = 16

/** Whose store it is. */
interface Owner {
  readonly appVersion: Release
  readonly dice: Dice
  readonly disk: Disk
  readonly line: Line
  readonly mirror: EngineSetup['mirror']
  readonly name: string
  readonly plan: DevicePlan
  readonly world: { readonly app: App; reported(owner: { readonly name: string }, error: unknown): void }
  nowMs(): number
}

/** For one run of its process. */
export function setupOf(device: Owner, life: Life, connectivity: Connectivity): EngineSetup {
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
