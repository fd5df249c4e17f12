/** A disk for a device, whose process dies with it. */
import type { DevicePlan } from '../plan.ts'
import type { Surroundings } from '../surroundings.ts'
import { Disk, type DiskEvents } from './disk.ts'
import type { Life } from './life.ts'

/** Whose process it is. */
interface Owner {
  crash(life: Life): void
  openLater(): void
  refusals: number
}

interface NewDisk {
  readonly disk: Disk
  /** Tells whose process dies with it. */
  readonly belongsTo: (owner: Owner) => void
}

export async function newDisk(world: Surroundings, plan: DevicePlan, image: Uint8Array | null): Promise<NewDisk> {
  let owner: Owner | null = null
  const events: DiskEvents = {
    killed: (life) => {
      world.coverage.meets('kill in transaction')
      world.trace.note(plan.name, 'is killed in a transaction')
      owner?.crash(life)
      owner?.openLater()
    },
    refused: (code) => {
      if (owner !== null) owner.refusals += 1
      world.coverage.meets(code === 'storage.full' ? 'quota' : 'storage error')
    },
    intruded: () => world.breaks('I-FENCE', `${plan.name}: a process writes that does not hold the disk`),
  }
  const disk = await Disk.open(image, plan.mirrored ? 'memory' : 'disk', events)
  return { disk, belongsTo: (device) => (owner = device) }
}
