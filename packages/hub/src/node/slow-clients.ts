/**
 * Ends exchanges whose client is too slow, so that nobody holds a connection and its memory for hours. Only the time counts in which the hub
 * waits for the client: for the rest of a body, or for its answer to be taken. The rate is an average, so that a short stall costs a device
 * on a poor line nothing.
 */

/** What the hub waits for. */
export type Awaited = 'body' | 'answer'

/** One request and its answer on a connection. */
export interface ClientExchange {
  /** Null while the hub is at work. */
  readonly awaited: () => Awaited | null
  /** Bytes received for it, and handed to the platform to be sent, which does not tell how many of these are there. */
  readonly bytes: () => number
  readonly end: (awaited: Awaited) => void
}

export interface Patience {
  readonly bytesPerSecond: number
  /** The rate counts after this time: connections are slow to start, and what is small needs no rate. */
  readonly graceMs: Readonly<Record<Awaited, number>>
}

interface Waiting {
  readonly awaited: Awaited
  readonly sinceMs: number
}

export class SlowClients {
  readonly #patience: Patience
  readonly #exchanges: Map<ClientExchange, Waiting | null> = new Map()

  constructor(patience: Patience) {
    this.#patience = patience
  }

  watch(exchange: ClientExchange): void {
    this.#exchanges.set(exchange, null)
  }

  forget(exchange: ClientExchange): void {
    this.#exchanges.delete(exchange)
  }

  /** Looks at every exchange; called again and again. `nowMs`: on a clock that never goes back. */
  look(nowMs: number): void {
    for (const [exchange, waiting] of this.#exchanges) {
      const awaited = exchange.awaited()
      if (awaited === null) this.#exchanges.set(exchange, null)
      else if (waiting?.awaited !== awaited) this.#exchanges.set(exchange, { awaited, sinceMs: nowMs })
      else if (exchange.bytes() < this.#leastBytes(waiting, nowMs)) exchange.end(awaited)
    }
  }

  #leastBytes({ awaited, sinceMs }: Waiting, nowMs: number): number {
    const { bytesPerSecond, graceMs } = this.#patience
    return ((nowMs - sinceMs - graceMs[awaited]) / 1000) * bytesPerSecond
  }
}
