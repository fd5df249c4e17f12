/** One point of a scenario: the k-th operation of a side, and what goes wrong there. */
import BetterSqlite3 from 'better-sqlite3'
import { StorageError } from '../../../client/src/storage/port.ts'
import { type Failures, STORAGE_FAULTS, type StorageFault, StorageFaults, takesRoom } from '../storage/faults.ts'
import type { OperationKind } from '../storage/gate.ts'
import { NETWORK_FAULTS, type NetworkFault, NetworkFaults } from './network-faults.ts'

/** `mirror`: of a device's outbox, beside its database. */
export type Side = 'device' | 'mirror' | 'hub' | 'network'
export type Fault = StorageFault | NetworkFault

export interface Point {
  readonly side: Side
  /** Counted from 1. */
  readonly at: number
  readonly fault: Fault
}

/** What the plan throws. Whatever else is thrown is a bug. */
export class Planted extends Error {
  override readonly name = 'Planted'
}

/** What each side meets in one run; with no point, everything is only counted. */
export class Plan {
  readonly device: StorageFaults
  readonly mirror: StorageFaults
  readonly hub: StorageFaults
  readonly network: NetworkFaults

  constructor(point: Point | null) {
    const on = (side: Side): { readonly at: number; readonly fault: never } => ({
      at: point?.side === side ? point.at : 0,
      fault: (point?.fault ?? 'fails once') as never,
    })
    this.device = new StorageFaults(on('device'), DEVICE_FAILURES)
    this.mirror = new StorageFaults(on('mirror'), DEVICE_FAILURES)
    this.hub = new StorageFaults(on('hub'), {
      io: () => hubError('disk I/O error', 'SQLITE_IOERR'),
      full: () => hubError('database or disk is full', 'SQLITE_FULL'),
    })
    this.network = new NetworkFaults(on('network'))
  }

  get #sides(): readonly (StorageFaults | NetworkFaults)[] {
    return [this.device, this.mirror, this.hub, this.network]
  }

  arm(): void {
    for (const side of this.#sides) side.arm()
  }

  heal(): void {
    for (const side of this.#sides) side.heal()
  }

  /** Every point of what was counted. */
  points(): readonly Point[] {
    const storage = (['device', 'mirror', 'hub'] as const).flatMap((side) =>
      this[side].operations.flatMap(({ kind }, index) => faultsAt(kind).map((fault) => ({ side, at: index + 1, fault }))),
    )
    const network = this.network.messages.flatMap((_, index) =>
      NETWORK_FAULTS.map((fault): Point => ({ side: 'network', at: index + 1, fault })),
    )
    return [...storage, ...network]
  }

  /** What the operation of a point is, for whoever reads of its failure. */
  describe({ side, at }: Point): string {
    if (side === 'network') return this.network.messages[at - 1] ?? ''
    const operation = this[side].operations[at - 1]
    return operation === undefined ? '' : operation.text.replaceAll(/\s+/g, ' ').slice(0, 120)
  }
}

const DEVICE_FAILURES: Failures = {
  io: () => new StorageError('storage.io', new Planted('the disk fails')),
  full: () => new StorageError('storage.full', new Planted('the disk is full')),
}

const hubError = (message: string, code: string): Error =>
  Object.assign(new BetterSqlite3.SqliteError(message, code), { cause: new Planted(message) })

/** Whether a process dies after a statement or before the next one makes a difference only where something is on the disk meanwhile. */
function faultsAt(kind: OperationKind): readonly StorageFault[] {
  const isEnd = kind === 'commit' || kind === 'script' || kind === 'remove'
  return STORAGE_FAULTS.filter((fault) => (fault !== 'is full' || takesRoom(kind)) && (fault !== 'dies after' || isEnd))
}

/** Whether the plan is what this error comes from. */
export function isPlanted(error: unknown): boolean {
  if (error instanceof Planted) return true
  return error instanceof Error && error.cause !== undefined && isPlanted(error.cause)
}
