/**
 * What each asker may cost the hub: so much a second, and a burst besides. A leaky bucket as one number, the time at which all is paid that
 * the asker has cost (the generic cell rate algorithm, ITU-T I.371).
 *
 *   now ──── burst ────►│        paid at: before the line, the next exchange may begin; behind it, it waits until the line is there
 *
 * What an exchange costs is known when it is over. So one that may begin is answered whole, and what it cost too much is waited for before
 * the next one.
 */

/** How much an asker may cost, in units of about a byte that is read or written. */
export interface Rate {
  readonly perSecond: number
  /** At once, after a pause that is long enough. */
  readonly burst: number
}

/** Askers that have paid all are forgotten, so many with each exchange: sooner than new ones can come. */
const FORGOTTEN_AT_ONCE = 2

export class Allowance {
  readonly #unitMs: number
  readonly #burstMs: number
  /** When all is paid, in milliseconds; those who spent last are last. */
  readonly #paidAt = new Map<string, number>()

  constructor({ perSecond, burst }: Rate) {
    this.#unitMs = 1000 / perSecond
    this.#burstMs = burst * this.#unitMs
  }

  /** How many askers are remembered. */
  get size(): number {
    return this.#paidAt.size
  }

  /** For how long this asker has to wait; 0 where it need not. */
  waitMs(asker: string, nowMs: number): number {
    return Math.max(0, Math.ceil(this.#aheadMs(asker, nowMs) - this.#burstMs))
  }

  spend(asker: string, cost: number, nowMs: number): void {
    const aheadMs = this.#aheadMs(asker, nowMs) + cost * this.#unitMs
    this.#paidAt.delete(asker)
    this.#paidAt.set(asker, nowMs + aheadMs)
    this.#forget(nowMs)
  }

  /** Nobody waits for longer than a burst takes: neither for one great answer nor because the hub's clock was set back. */
  #aheadMs(asker: string, nowMs: number): number {
    const aheadMs = Math.max(0, (this.#paidAt.get(asker) ?? nowMs) - nowMs)
    if (aheadMs <= 2 * this.#burstMs) return aheadMs
    this.#paidAt.set(asker, nowMs + 2 * this.#burstMs)
    return 2 * this.#burstMs
  }

  #forget(nowMs: number): void {
    let left = FORGOTTEN_AT_ONCE
    for (const [asker, paidAt] of this.#paidAt) {
      if (left-- === 0) return
      if (paidAt <= nowMs) this.#paidAt.delete(asker)
    }
  }
}
