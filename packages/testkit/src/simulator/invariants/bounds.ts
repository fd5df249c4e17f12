/** I-BOUND: a device has few exchanges under way, and asks less often than the backoff allows. */
/** Whoever asks. */
export interface Asker {
  readonly owner: { readonly name: string }
  readonly inFlight: number
}

/** A push or pull for each of two spaces, a hello and a long poll; and what was given up and has not been noticed. */
const IN_FLIGHT_MAX = 8
/** The shortest wait after a failure is 100 ms, and successes end in rest; a first load may be of a thousand pages where they are small. */
const PER_MINUTE_MAX = 400
const SMALL_PAGES_PER_MINUTE_MAX = 2_000
const SMALL_BYTES = 10_000

interface Minute {
  startMs: number
  count: number
}

export class Bounds {
  readonly #nowMs: () => number
  readonly #breaks: (what: string) => void
  readonly #perMinuteMax: number
  readonly #minutes = new WeakMap<Asker, Minute>()

  constructor({ pageBytes }: { readonly pageBytes: number }, nowMs: () => number, breaks: (what: string) => void) {
    this.#nowMs = nowMs
    this.#breaks = breaks
    this.#perMinuteMax = pageBytes < SMALL_BYTES ? SMALL_PAGES_PER_MINUTE_MAX : PER_MINUTE_MAX
  }

  exchange(line: Asker): void {
    const nowMs = this.#nowMs()
    if (line.inFlight > IN_FLIGHT_MAX) this.#breaks(`${line.owner.name} has ${line.inFlight} exchanges under way`)
    const minute = this.#minutes.get(line)
    if (minute === undefined || nowMs >= minute.startMs + 60_000) return void this.#minutes.set(line, { startMs: nowMs, count: 1 })
    minute.count += 1
    if (minute.count === this.#perMinuteMax) this.#breaks(`${line.owner.name} asks ${minute.count} times in a minute`)
  }
}
