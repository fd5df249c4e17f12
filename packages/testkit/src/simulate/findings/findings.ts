/** What one seed has shown, as plain data that goes from a worker to its main thread. */
import type { Mending } from '../../simulator/coverage.ts'
import { referenceOf } from '../../simulator/invariants/healed.ts'
import type { Failure, Observer } from '../../simulator/run.ts'
import type { Truth } from '../../simulator/truth.ts'
import type { World } from '../../simulator/world.ts'
import { type Meetings, meetingsIn } from './meetings.ts'
import { Scales, type Sizes } from './sizes.ts'

/** What became of the saves that were confirmed to people. */
export interface Kept {
  readonly saves: number
  /** Their author gave them up: discarded them, or put another change in their place. */
  readonly givenUp: number
  /** They were on one disk alone, and it was wiped or set back to an older copy. */
  readonly withTheirDisk: number
}

/** What can be told once everything has held. */
export interface Conclusion {
  readonly meetings: Meetings
  readonly sizes: Sizes
  readonly kept: Kept
}

/** What one seed has shown. */
export interface SeedFindings {
  readonly seed: number
  readonly failure: Failure | null
  readonly deviceMs: number
  readonly edits: number
  /** By who refused, code and field, as `Coverage.refuses` has it. */
  readonly refusals: ReadonlyMap<string, number>
  /** What people did about changes that the hub had refused. */
  readonly mendings: ReadonlyMap<Mending, number>
  /** Null where it failed. */
  readonly conclusion: Conclusion | null
}

export function onlooker(): Observer<Conclusion> {
  const scales = new Scales()
  return {
    begins: (world) => scales.begins(world),
    looks: (world) => scales.looks(world),
    concludes: async (world) => {
      const references = new Map([...world.hub.ledger.spaces.keys()].map((space) => [space, referenceOf(world, space)]))
      return {
        meetings: meetingsIn([...references.values()], world.app.device[2]),
        sizes: await scales.concludes(world, references),
        kept: keptIn(world),
      }
    },
  }
}

function keptIn({ truth, hub }: World): Kept {
  const saves = [...truth.saves.values()]
  const notWithTheHub = saves.filter(({ intent, space }) => !hub.ledger.applied(space, intent))
  const countIn = (intents: Truth['forgiven']): number => notWithTheHub.filter(({ intent }) => intents.has(intent)).length
  return { saves: saves.length, givenUp: countIn(truth.discarded), withTheirDisk: countIn(truth.forgiven) }
}
