/** I-BOUND: a device has few exchanges under way, and asks less often than the backoff allows. */
/** Whoever asks. */
export interface Asker {
  readonly owner: { readonly name: string }
  readonly inFlight: number
}

/** A push or pull for each of two spaces, a hello and a long poll; and what was given up and has not been noticed. */
const IN_FLIGHT_MAX = 8
/** The shortest wait after a failure is 100 ms, and successes end in rest. Reading on from where nothing was read on from yet is progress, and does not count. */
const PER_MINUTE_MAX = 400

interface Minute {
  readonly startMs: number
  count: number
  /** From where something was read. */
  readonly cursors: Set<string>
}

export class Bounds {
  readonly #nowMs: () => number
  readonly #breaks: (what: string) => void
  readonly #minutes = new WeakMap<Asker, Minute>()

  constructor(nowMs: () => number, breaks: (what: string) => void) {
    this.#nowMs = nowMs
    this.#breaks = breaks
  }

  /** `cursor`: from where it reads on; null: it does not. */
  exchange(line: Asker, cursor: string | null): void {
    if (line.inFlight > IN_FLIGHT_MAX) this.#breaks(`${line.owner.name} has ${line.inFlight} exchanges under way`)
    const minute = this.#minuteOf(line)
    if (cursor !== null && !minute.cursors.has(cursor)) return void minute.cursors.add(cursor)
    minute.count += 1
    if (minute.count === PER_MINUTE_MAX) this.#breaks(`${line.owner.name} asks ${minute.count} times in a minute`)
  }

  #minuteOf(line: Asker): Minute {
    const nowMs = this.#nowMs()
    const minute = this.#minutes.get(line)
    if (minute !== undefined && nowMs < minute.startMs + 60_000) return minute
    const next = { startMs: nowMs, count: 0, cursors: new Set<string>() }
    this.#minutes.set(line, next)
    return next
  }
}
