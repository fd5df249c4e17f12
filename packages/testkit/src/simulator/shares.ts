/** What a history is made of: a simulation in which nobody ever meets anybody proves nothing. */
import { type Reference, referenceOf } from './invariants/healed.ts'
import type { SpaceLedger } from './hub/ledger.ts'
import type { Arrival } from './reference/writes.ts'
import { NOBODY, type Observer } from './run.ts'
import type { World } from './world.ts'

export interface Share {
  readonly of: number
  readonly had: number
}

export interface Shares {
  /** Writes of a field that another write of it neither saw nor was seen by. */
  readonly concurrent: Share
  /** Deletes that met an edit that had not seen them, or that they had not seen. */
  readonly deleteAgainstEdit: Share
  /** Changes that were refused. */
  readonly refused: Share
  /** Chains of a replica that began because another one forked. */
  readonly [name: string]: Share
}

interface PlaceWrite {
  readonly name: string
  readonly over: readonly string[]
  readonly value: unknown
}

/** For those who look on. Looked at in some seeds only: comparing all writes with all others is dear. */
export const SHARES: Observer<Shares | null> = { ...NOBODY, concludes: sharesIn }

const EVERY = 10

function sharesIn(world: World): Shares | null {
  if (world.plan.seed % EVERY !== 0) return null
  const spaces = [...world.hub.ledger.spaces]
  const references = spaces.map(([space]) => referenceOf(world, space))
  return sharesOf(
    references,
    spaces.map(([, ledger]) => ledger),
    world.devices.length,
  )
}

function sharesOf(references: readonly Reference[], ledgers: readonly SpaceLedger[], devices: number): Shares {
  const records = references.flatMap((reference) => [...reference.values()].map(({ written }) => written.arrivals))
  const fields = records.flatMap((arrivals) => [...fieldWrites(arrivals).values()])
  const lives = records.map(lifeWrites)
  const deletes = lives.flatMap((writes) => concurrencyOf(writes).filter(({ write }) => write.value === 'deleted'))
  const concurrent = fields.flatMap(concurrencyOf)
  const verdicts = ledgers.flatMap((ledger) => [...ledger.verdicts.values()])
  const replicas = new Set(ledgers.flatMap(({ ends }) => [...ends.keys()])).size
  return {
    concurrent: { of: concurrent.length, had: concurrent.filter(({ others }) => others.length > 0).length },
    deleteAgainstEdit: { of: deletes.length, had: deletes.filter(({ others }) => others.some(({ value }) => value === 'alive')).length },
    refused: { of: verdicts.length, had: verdicts.filter(({ outcome, attempt }) => outcome.type === 'rejected' || attempt > 0).length },
    forks: { of: replicas, had: Math.max(0, replicas - devices) },
  }
}

const lifeWrites = (arrivals: readonly Arrival[]): PlaceWrite[] =>
  arrivals.map(({ name, operations }) => ({ name, over: operations.lifeOver, value: operations.life }))

function fieldWrites(arrivals: readonly Arrival[]): Map<string, PlaceWrite[]> {
  const fields = new Map<string, PlaceWrite[]>()
  for (const { name, operations } of arrivals) {
    for (const operation of operations.fields) {
      if (operation.kind !== 'set') continue
      fields.set(operation.field, [...(fields.get(operation.field) ?? []), { name, over: operation.over, value: operation.value }])
    }
  }
  return fields
}

/** For each write the others that it neither saw, directly or through what it saw, nor was seen by. */
function concurrencyOf(writes: readonly PlaceWrite[]): readonly { readonly write: PlaceWrite; readonly others: readonly PlaceWrite[] }[] {
  const seen = new Map<string, Set<string>>()
  for (const { name, over } of writes) seen.set(name, new Set(over.flatMap((other) => [other, ...(seen.get(other) ?? [])])))
  const hasSeen = (a: PlaceWrite, b: PlaceWrite): boolean => seen.get(a.name)?.has(b.name) === true
  return writes.map((write) => ({
    write,
    others: writes.filter((other) => other !== write && !hasSeen(write, other) && !hasSeen(other, write)),
  }))
}
