/**
 * Calm: what is shown and what is spoken follow the state, but not its flicker.
 *
 * - The chip says 'Connecting…' only when that takes a while; until then it says that all is sent, for nothing waits.
 * - A screen reader hears what has stood still for a moment: saving a note while online says nothing, although '1 to send' comes and goes.
 */
import type { Summary } from './summary.ts'

/** 'Connecting…' is shown after this long. */
export const CONNECTING_SHOWN_MS = 2_500
/** The chip's words are spoken when they have stood this long; 'Connecting…' must be trouble before it is. */
export const SPOKEN_MS = 1_000
export const CONNECTING_SPOKEN_MS = 8_000

/** How long a summary must last before it is spoken. */
export const spokenAfterMs = ({ kind }: Summary): number => (kind === 'connecting' ? CONNECTING_SPOKEN_MS : SPOKEN_MS)

/** A value that follows another one after it has stood still. Without an initial value, the first is taken at once. */
export class Steady<T> {
  value: T | undefined
  readonly #onChange: () => void
  readonly #isSame: (a: T, b: T) => boolean
  #next: T | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(onChange: () => void, isSame: (a: T, b: T) => boolean, initial?: T) {
    this.#onChange = onChange
    this.#isSame = isSame
    this.value = initial
  }

  offer(next: T, afterMs: number): void {
    if (this.value === undefined) this.value = next
    if (this.#isSame(this.value, next)) return this.stop()
    if (this.#next !== undefined && this.#isSame(this.#next, next)) return
    this.stop()
    this.#next = next
    this.#timer = setTimeout(() => this.#settle(next), afterMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#next = undefined
  }

  #settle(next: T): void {
    this.value = next
    this.#next = undefined
    this.#onChange()
  }
}
