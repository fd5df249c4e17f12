/** I-BOUND: a device has few exchanges under way, and asks less often than the backoff allows. */
import type { Line } from '../network/line.ts'
import type { World } from '../world.ts'

/** A push or pull for each of two spaces, a hello and a long poll; and what was given up and has not been noticed. */
const IN_FLIGHT_MAX = 8
/** The shortest wait after a failure is 100 ms, and successes end in rest. */
const PER_MINUTE_MAX = 400

interface Minute {
  startMs: number
  count: number
}

export class Bounds {
  readonly #world: World
  readonly #minutes = new WeakMap<Line, Minute>()

  constructor(world: World) {
    this.#world = world
  }

  exchange(line: Line): void {
    const { nowMs } = this.#world.agenda
    if (line.inFlight > IN_FLIGHT_MAX) this.#world.breaks('I-BOUND', `${line.owner.name} has ${line.inFlight} exchanges under way`)
    const minute = this.#minutes.get(line)
    if (minute === undefined || nowMs >= minute.startMs + 60_000) return void this.#minutes.set(line, { startMs: nowMs, count: 1 })
    minute.count += 1
    if (minute.count === PER_MINUTE_MAX) this.#world.breaks('I-BOUND', `${line.owner.name} asks ${minute.count} times in a minute`)
  }
}
