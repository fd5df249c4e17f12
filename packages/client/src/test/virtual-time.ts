/**
 * Time that stands still until a test moves it. What runs in real turns of the event loop (a hub in this process) is waited for;
 * then the next timer fires at once.
 */
import { START_MS } from './local-store-kit.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

export class VirtualTime {
  nowMs: number = START_MS
  #timers: readonly Timer[] = []
  #busy = 0

  readonly setTimer = (run: () => void, delayMs: number): (() => void) => {
    const timer = { at: this.nowMs + delayMs, run }
    this.#timers = [...this.#timers, timer]
    return () => (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  /** Time stands still while this is under way. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#busy += 1
    try {
      return await work
    } finally {
      this.#busy -= 1
    }
  }

  /** Lets everything happen that can happen without time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet = this.#busy === 0 ? quiet + 1 : 0) await turn()
  }

  /** Lets time pass, timer by timer, until this is so. */
  async until(isSo: () => boolean, limitMs: number = 24 * 60 * 60 * 1000): Promise<void> {
    const end = this.nowMs + limitMs
    for (await this.settle(); !isSo(); await this.settle()) {
      if (!this.#fireNext(end)) throw new Error('that never happens')
    }
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.nowMs + ms
    for (await this.settle(); this.#fireNext(end); await this.settle());
    this.nowMs = end
  }

  /** The result of what needs time. */
  async result<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const watch = async (): Promise<void> => {
      await Promise.allSettled([work])
      isDone = true
    }
    void watch()
    await this.until(() => isDone)
    return work
  }

  #fireNext(end: number): boolean {
    const next = this.#timers.reduce<Timer | null>((first, timer) => (first === null || timer.at < first.at ? timer : first), null)
    if (next === null || next.at > end) return false
    this.#timers = this.#timers.filter((timer) => timer !== next)
    this.nowMs = Math.max(this.nowMs, next.at)
    next.run()
    return true
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
