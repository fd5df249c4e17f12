/**
 * I-GAP: the hub finds a gap or a fork in the chain of a device only where something went back to what it was, or there are two of it: a
 * remedy would mend it all the same, and hide what made it necessary.
 */
const DISAGREEMENTS: ReadonlySet<string> = new Set(['push.gap', 'push.fork'])

export class Chains {
  readonly #breaks: (what: string) => void
  #isDiverged = false

  constructor(breaks: (what: string) => void) {
    this.#breaks = breaks
  }

  /** The hub or a device went back to a copy, or is there twice. */
  diverge(): void {
    this.#isDiverged = true
  }

  /** What the hub said to a device. */
  hears(device: string, code: string): void {
    if (!this.#isDiverged && DISAGREEMENTS.has(code)) this.#breaks(`${device} hears ${code}, and nothing went back or was copied`)
  }
}
