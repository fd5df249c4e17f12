/**
 * Counts open connections, and limits them: in all, and from one address.
 *
 *   opened ──► idle ──busy──► busy ──idle──► idle …          closed
 *
 * When all places are taken, the connection that has been idle longest makes room. So sockets that send nothing, or a request without end,
 * do not keep devices out: a device sends its request at once, and is busy before its turn comes.
 */

/** The most connections at a time. */
export interface ConnectionLimits {
  readonly total: number
  readonly perAddress: number
}

export class Connections<C> {
  readonly #limits: ConnectionLimits
  readonly #close: (connection: C) => void
  /** Open connections, each with the address that it counts for. */
  readonly #open: Map<C, string | null> = new Map()
  readonly #countOf: Map<string, number> = new Map()
  /** In the order in which they became idle. */
  readonly #idle: Set<C> = new Set()

  /** `close` closes a connection; `closed` is then called for it as for any other. */
  constructor(limits: ConnectionLimits, close: (connection: C) => void) {
    this.#limits = limits
    this.#close = close
  }

  get size(): number {
    return this.#open.size
  }

  /** Takes a connection in, or closes it. `address`: null is not limited by address. */
  opened(connection: C, address: string | null): void {
    const { total, perAddress } = this.#limits
    const isCrowd = address !== null && (this.#countOf.get(address) ?? 0) >= perAddress
    if (isCrowd || (this.#open.size >= total && !this.#makeRoom())) return this.#close(connection)
    this.#open.set(connection, address)
    this.#idle.add(connection)
    if (address !== null) this.#countOf.set(address, (this.#countOf.get(address) ?? 0) + 1)
  }

  /** The head of a request has come. */
  busy(connection: C): void {
    this.#idle.delete(connection)
  }

  /** The answer has gone. */
  idle(connection: C): void {
    if (this.#open.has(connection)) this.#idle.add(connection)
  }

  closed(connection: C): void {
    const address = this.#open.get(connection)
    this.#open.delete(connection)
    this.#idle.delete(connection)
    if (address === null || address === undefined) return
    const left = (this.#countOf.get(address) ?? 0) - 1
    if (left > 0) this.#countOf.set(address, left)
    else this.#countOf.delete(address)
  }

  #makeRoom(): boolean {
    const [longest] = this.#idle
    if (longest === undefined) return false
    // Its place is free at once, whenever the close is told.
    this.closed(longest)
    this.#close(longest)
    return true
  }
}
