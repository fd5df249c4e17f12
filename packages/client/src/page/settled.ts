/**
 * Waits until a change is settled: judged by the hub, or discarded by the person. Asks the store again whenever its status changes, and
 * only while somebody waits.
 */
import type { Intent } from '@tombolo/core'
import type { SettledOutcome, Stop } from '../engine/port.ts'
import { TomboloError } from './errors.ts'
import type { PortClient } from './port-client.ts'

/** The outcome of a change. A refusal is an outcome, not an exception: the change is in the outbox, to be retried, amended or discarded. */
export type Settled = Exclude<SettledOutcome, { type: 'waiting' }>

interface Waiter {
  readonly resolve: (outcome: Settled) => void
  readonly reject: (error: unknown) => void
}

export class Settler {
  readonly #client: PortClient
  readonly #waiters = new Map<Intent, Waiter[]>()
  #stopStatus: Stop | null = null
  #isAsking = false
  #askAgain = false

  constructor(client: PortClient) {
    this.#client = client
  }

  /** @throws TomboloError `store.closed` when the store closes before. */
  wait(intent: Intent): Promise<Settled> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(intent, [...(this.#waiters.get(intent) ?? []), { resolve, reject }])
      this.#stopStatus ??= this.#client.liveStatus().subscribe(() => void this.#ask())
      void this.#ask()
    })
  }

  close(): void {
    const error = new TomboloError('store.closed', 'The store was closed before the answer.')
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.reject(error)
    this.#waiters.clear()
    this.#rest()
  }

  async #ask(): Promise<void> {
    this.#askAgain = this.#isAsking
    if (this.#isAsking) return
    this.#isAsking = true
    do {
      this.#askAgain = false
      for (const intent of this.#waiters.keys()) await this.#askOne(intent)
      // The status may have changed while the answers arrived.
    } while (this.#askAgain)
    this.#isAsking = false
    if (this.#waiters.size === 0) this.#rest()
  }

  async #askOne(intent: Intent): Promise<void> {
    try {
      const { outcome } = await this.#client.read({ type: 'settled', intent })
      if (outcome.type !== 'waiting') this.#finish(intent, (waiter) => waiter.resolve(outcome))
    } catch (error) {
      this.#finish(intent, (waiter) => waiter.reject(error))
    }
  }

  #finish(intent: Intent, tell: (waiter: Waiter) => void): void {
    for (const waiter of this.#waiters.get(intent) ?? []) tell(waiter)
    this.#waiters.delete(intent)
  }

  #rest(): void {
    this.#stopStatus?.()
    this.#stopStatus = null
  }
}
