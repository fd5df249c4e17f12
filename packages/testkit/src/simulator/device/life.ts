/**
 * One run of a device's process. What it waits for comes only while it lives, and late while it is frozen: then everything at once.
 */
import type { Agenda } from '../agenda.ts'

interface Callback {
  run: (() => void) | null
}

export class Life {
  isAlive = true
  readonly #agenda: Agenda
  #held: Callback[] | null = null

  constructor(agenda: Agenda) {
    this.#agenda = agenda
  }

  get isFrozen(): boolean {
    return this.#held !== null
  }

  readonly setTimer = (run: () => void, delayMs: number): (() => void) => {
    const callback: Callback = { run }
    const cancel = this.#agenda.after(delayMs, () => this.#comes(callback))
    return () => {
      callback.run = null
      cancel()
    }
  }

  /** What comes from outside, now. */
  comes(run: () => void): void {
    this.#comes({ run })
  }

  freeze(): void {
    this.#held ??= []
  }

  /** Returns how much was late. */
  thaw(): number {
    const held = this.#held ?? []
    this.#held = null
    let late = 0
    for (const callback of held) {
      if (callback.run !== null) late++
      this.#comes(callback)
    }
    return late
  }

  end(): void {
    this.isAlive = false
    this.#held = null
  }

  #comes(callback: Callback): void {
    if (!this.isAlive) return
    if (this.#held !== null) {
      this.#held.push(callback)
      return
    }
    const { run } = callback
    callback.run = null
    run?.()
  }
}
