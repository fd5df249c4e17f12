/**
 * What each asker may cost the hub: so much a second, and a burst besides. A leaky bucket as one number, the time at which all is paid that
 * the asker has cost (the generic cell rate algorithm, ITU-T I.371).
 *
 *   now ──── burst ────►│        paid at: before the line, the next exchange may begin; behind it, it waits until the line is there
 *
 * An exchange that may begin is answered whole, and what it cost too much is waited for before the next one. Time never goes back here.
 */

/** How much an asker may cost, in units of about a byte that is read or written. */
export interface Rate {
  readonly perSecond: number
  /** At once, after a pause that is long enough. */
  readonly burst: number
}

/** With each exchange at most one asker is new: looking at two each time keeps up. */
const LOOKED_AT = 2

export class Allowance {
  readonly #unitMs: number
  readonly #burstMs: number
  /** When all is paid, in milliseconds. Those looked at longest ago come first. */
  readonly #paidAt = new Map<string, number>()

  /** @throws RangeError for a rate that would let nothing or everything in. */
  constructor({ perSecond, burst }: Rate) {
    const isRate = Number.isFinite(perSecond) && perSecond > 0 && Number.isFinite(burst) && burst > 0
    if (!isRate) throw new RangeError(`a rate is above 0 and finite, also its burst: ${perSecond} a second, ${burst} at once`)
    this.#unitMs = 1000 / perSecond
    this.#burstMs = burst * this.#unitMs
  }

  /** How many askers are remembered. */
  get size(): number {
    return this.#paidAt.size
  }

  /** For how long this asker has to wait; 0 where it need not. */
  waitMs(asker: string, nowMs: number): number {
    return Math.max(0, Math.ceil((this.#paidAt.get(asker) ?? 0) - nowMs - this.#burstMs))
  }

  /** `cost` below 0 gives back what was reserved. */
  spend(asker: string, cost: number, nowMs: number): void {
    const from = Math.max(nowMs, this.#paidAt.get(asker) ?? 0)
    this.#paidAt.set(asker, from + cost * this.#unitMs)
    this.#forget(nowMs)
  }

  /** Forgets askers that have paid all; the others go to the end. */
  #forget(nowMs: number): void {
    let left = LOOKED_AT
    for (const [asker, paidAt] of this.#paidAt) {
      if (left-- === 0) return
      this.#paidAt.delete(asker)
      if (paidAt > nowMs) this.#paidAt.set(asker, paidAt)
    }
  }
}
