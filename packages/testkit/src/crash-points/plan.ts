/** One point of a scenario: the k-th operation of a side, and what goes wrong there. */
import BetterSqlite3 from 'better-sqlite3'
import { StorageError } from '../../../client/src/storage/port.ts'
import { STORAGE_FAULTS, type StorageFault, StorageFaults } from '../storage/faults.ts'
import { NETWORK_FAULTS, type NetworkFault, NetworkFaults } from './network-faults.ts'

export type Side = 'device' | 'hub' | 'network'
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
  readonly hub: StorageFaults
  readonly network: NetworkFaults

  constructor(point: Point | null) {
    const on = (side: Side): { readonly at: number; readonly fault: never } => ({
      at: point?.side === side ? point.at : 0,
      fault: (point?.fault ?? 'fails once') as never,
    })
    this.device = new StorageFaults(on('device'), {
      io: () => new StorageError('storage.io', new Planted('the disk fails')),
      full: () => new StorageError('storage.full', new Planted('the disk is full')),
    })
    this.hub = new StorageFaults(on('hub'), {
      io: () => hubError('disk I/O error', 'SQLITE_IOERR'),
      full: () => hubError('database or disk is full', 'SQLITE_FULL'),
    })
    this.network = new NetworkFaults(on('network'))
  }

  arm(): void {
    for (const side of [this.device, this.hub, this.network]) side.arm()
  }

  heal(): void {
    for (const side of [this.device, this.hub, this.network]) side.heal()
  }

  /** Every point of what was counted. */
  points(): readonly Point[] {
    const storage = (['device', 'hub'] as const).flatMap((side) =>
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

const hubError = (message: string, code: string): Error =>
  Object.assign(new BetterSqlite3.SqliteError(message, code), { cause: new Planted(message) })

/** A disk that is full still reads. Whether a process dies after a statement or before the next one makes a difference after a commit only. */
function faultsAt(kind: string): readonly StorageFault[] {
  const isWrite = kind !== 'read' && kind !== 'begin' && kind !== 'open'
  const isEnd = kind === 'commit' || kind === 'script'
  return STORAGE_FAULTS.filter((fault) => (fault !== 'is full' || isWrite) && (fault !== 'dies after' || isEnd))
}

/** Whether the plan is what this error comes from. */
export function isPlanted(error: unknown): boolean {
  if (error instanceof Planted) return true
  return error instanceof Error && error.cause !== undefined && isPlanted(error.cause)
}
