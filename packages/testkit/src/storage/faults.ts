/**
 * What goes wrong with a database at the k-th operation: once, for a while, until the process starts again, or the process dies.
 *
 * One plan counts the operations of all databases of a kind (all devices', or the hub's), so that each k is one point of a scenario. What it
 * does to a process lasts as long as that process does: a database that is opened anew works.
 */
import { type Operation, type OperationKind, ProcessDied, type StorageGate } from './gate.ts'

/**
 * `fails once`, `fails five times`: reads and writes alike, then it works again. `fails until reopened`: until the process starts again.
 * `is full`: what writes is refused until there is room. `dies before`, `dies after`: the process, around this operation.
 */
export const STORAGE_FAULTS = ['fails once', 'fails five times', 'fails until reopened', 'is full', 'dies before', 'dies after'] as const
export type StorageFault = (typeof STORAGE_FAULTS)[number]

/** The exceptions that a database of this kind throws. */
export interface Failures {
  readonly io: () => Error
  readonly full: () => Error
}

export interface StoragePlan {
  /** Counted from 1; 0: nothing goes wrong, the operations are only counted. */
  readonly at: number
  readonly fault: StorageFault
}

export class StorageFaults {
  readonly #plan: StoragePlan
  readonly #failures: Failures
  /** The operations that were counted. */
  readonly operations: Operation[] = []
  #isArmed = false
  #isHealed = false
  #struck: ProcessGate | null = null

  constructor(plan: StoragePlan, failures: Failures) {
    this.#plan = plan
    this.#failures = failures
  }

  /** From here on operations are counted. */
  arm(): void {
    this.#isArmed = true
  }

  /** Nothing goes wrong any more, but for processes that have to start again. */
  heal(): void {
    this.#isHealed = true
  }

  /** The gate of one process; `died` is called when the plan ends it. */
  gateOf(died: () => void): ProcessGate {
    return new ProcessGate(
      (gate, operation) => this.#before(gate, operation),
      (gate, operation) => this.#after(gate, operation),
      died,
    )
  }

  #before(gate: ProcessGate, operation: Operation): void {
    if (this.#isArmed && !this.#isHealed) this.operations.push(operation)
    const since = this.operations.length - this.#plan.at
    if (this.#plan.at === 0 || since < 0) return
    if (since === 0 && !this.#isHealed && this.#struck === null) this.#struck = gate
    if (gate !== this.#struck) return
    this.#strike(gate, operation, since)
  }

  #strike(gate: ProcessGate, { kind }: Operation, since: number): void {
    switch (this.#plan.fault) {
      case 'fails once':
        if (since === 0 && !this.#isHealed) throw this.#failures.io()
        return
      case 'fails five times':
        if (since < 5 && !this.#isHealed) throw this.#failures.io()
        return
      case 'fails until reopened':
        gate.isBroken = true
        throw this.#failures.io()
      case 'is full':
        if (!this.#isHealed && takesRoom(kind)) throw this.#failures.full()
        return
      case 'dies before':
        return gate.die()
      case 'dies after':
        return
    }
  }

  #after(gate: ProcessGate, _operation: Operation): void {
    if (this.#plan.fault === 'dies after' && gate === this.#struck) gate.die()
  }
}

/** A disk that is full still reads, and lets go of files. */
export const takesRoom = (kind: OperationKind): boolean => kind !== 'read' && kind !== 'begin' && kind !== 'open' && kind !== 'remove'

/** Where one process meets its database. */
export class ProcessGate implements StorageGate {
  isDead = false
  /** The database fails until this process ends. */
  isBroken = false
  readonly #onBefore: (gate: ProcessGate, operation: Operation) => void
  readonly #onAfter: (gate: ProcessGate, operation: Operation) => void
  readonly #died: () => void

  constructor(
    onBefore: (gate: ProcessGate, operation: Operation) => void,
    onAfter: (gate: ProcessGate, operation: Operation) => void,
    died: () => void,
  ) {
    this.#onBefore = onBefore
    this.#onAfter = onAfter
    this.#died = died
  }

  before(operation: Operation): void {
    if (this.isDead) throw new ProcessDied()
    this.#onBefore(this, operation)
  }

  after(operation: Operation): void {
    this.#onAfter(this, operation)
  }

  die(): never {
    this.isDead = true
    this.#died()
    throw new ProcessDied()
  }
}
