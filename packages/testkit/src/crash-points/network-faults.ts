/**
 * What goes wrong on the way between devices and hub at the k-th message. A message is an exchange over HTTP, or one frame of a socket.
 *
 * A socket delivers in order or not at all: where a frame is lost, so is the socket. After a frame that timed out the socket is silent.
 */

/** `dead from here on`: nothing gets through until the way is healed. */
export const NETWORK_FAULTS = ['request lost', 'answer lost', 'timed out', 'dead from here on'] as const
export type NetworkFault = (typeof NETWORK_FAULTS)[number]

export class NetworkFaults {
  /** What was counted. */
  readonly messages: string[] = []
  readonly #at: number
  readonly #fault: NetworkFault
  #isArmed = false
  #isHealed = false

  constructor({ at, fault }: { readonly at: number; readonly fault: NetworkFault }) {
    this.#at = at
    this.#fault = fault
  }

  arm(): void {
    this.#isArmed = true
  }

  heal(): void {
    this.#isHealed = true
  }

  /** Nothing gets through now. */
  get isDead(): boolean {
    return !this.#isHealed && this.#fault === 'dead from here on' && this.#at > 0 && this.messages.length >= this.#at
  }

  /** Counts a message; what befalls it, or null. */
  befalls(message: string): NetworkFault | null {
    if (!this.#isArmed || this.#isHealed) return null
    this.messages.push(message)
    if (this.isDead) return 'dead from here on'
    return this.messages.length === this.#at ? this.#fault : null
  }
}
