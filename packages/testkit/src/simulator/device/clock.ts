/** A device's own clock: it may be set, and it may run fast or slow. */
export class DeviceClock {
  #sinceMs: number
  #aheadMs = 0
  #rate = 1

  constructor(trueMs: number) {
    this.#sinceMs = trueMs
  }

  at(trueMs: number): number {
    return Math.round(trueMs + this.#ahead(trueMs))
  }

  isWrong(trueMs: number): boolean {
    return Math.abs(this.#ahead(trueMs)) > WRONG_MS
  }

  step(trueMs: number, byMs: number): void {
    this.#begin(trueMs, this.#ahead(trueMs) + byMs, this.#rate)
  }

  run(trueMs: number, rate: number): void {
    this.#begin(trueMs, this.#ahead(trueMs), rate)
  }

  mend(trueMs: number): void {
    this.#begin(trueMs, 0, 1)
  }

  #ahead(trueMs: number): number {
    return this.#aheadMs + (trueMs - this.#sinceMs) * (this.#rate - 1)
  }

  #begin(trueMs: number, aheadMs: number, rate: number): void {
    this.#sinceMs = trueMs
    this.#aheadMs = aheadMs
    this.#rate = rate
  }
}

/** Less is within what the hub takes for no mistake. */
const WRONG_MS = 60_000
