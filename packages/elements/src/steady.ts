/**
 * Delays changes of shown and spoken texts, so that short flickers of the state are not noticed.
 *
 * - The chip says 'Connecting…' only after a while; until then it says that all is sent, because nothing waits.
 * - A screen reader speaks only texts that have lasted a moment: saving a note while online is silent, although '1 to send' appears
 *   briefly.
 */
import type { Summary } from './summary.ts'

/** 'Connecting…' is shown after this long. */
export const CONNECTING_SHOWN_MS = 2_500
/** The chip's text is spoken after it has lasted this long; 'Connecting…' only after longer. */
export const SPOKEN_MS = 1_000
export const CONNECTING_SPOKEN_MS = 8_000

/** How long a summary must last before it is spoken. */
export const spokenAfterMs = ({ kind }: Summary): number => (kind === 'connecting' ? CONNECTING_SPOKEN_MS : SPOKEN_MS)

/** Follows another value once that has stopped changing for a time. Without an initial value, the first one is taken at once. */
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
