/**
 * A storm of retries, in virtual time: many devices, each with the scheduler as it is shipped, lose their hub for a while. When it is back,
 * they must not come all at once, and must all have sent soon [S2].
 *
 *   steady ──► outage ──► the hub is back: requests are counted by the second, until nothing waits
 */
import {
  failureOf,
  initialScheduler,
  schedule,
  type SchedulerEffect,
  type SchedulerEvent,
  type SchedulerState,
  type SpaceId,
} from '@tombolo/core'

export interface StormOptions {
  readonly devices: number
  readonly seed: number
  readonly outageMs: number
  /** Requests that the hub takes in a second, as a share of the steady rate; above, it answers 503 with `Retry-After`. */
  readonly capacity?: number
}

export interface Storm {
  /** Requests in a second: on average before the outage, and at most after it. */
  readonly steady: number
  readonly peak: number
  /** From the end of the outage until no change of that time waited any more. */
  readonly drainedMs: number
  /** Requests that came before the time that the hub had asked for. */
  readonly early: number
  readonly refused: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const WARM_UP_MS = 10 * MINUTE_MS
const STEADY_MS = 10 * MINUTE_MS
/** Someone saves every two minutes on average. */
const SAVE_EVERY_MS = 2 * MINUTE_MS
const ROUND_TRIP_MS = 100
const RETRY_AFTER_MS = 20 * SECOND_MS
/** Times are rounded up to this. */
const TICK_MS = 50
const SPACE = '0193e4d2-7c00-7a11-8a22-3b4c5d6e7f80' as SpaceId

export function retryStorm({ devices, seed, outageMs, capacity = Number.POSITIVE_INFINITY }: StormOptions): Storm {
  const storm = new World(devices, seed, capacity)
  storm.run(WARM_UP_MS)
  const steady = storm.countRequests(STEADY_MS) / (STEADY_MS / SECOND_MS)
  storm.isHubUp = false
  storm.loseSockets()
  storm.run(outageMs)
  return storm.recover(steady)
}

const PEAK_MAX = 3
const DRAINED_MAX_MS = 15 * MINUTE_MS

/** What is wrong with a storm, in words. */
export function stormFaults({ steady, peak, drainedMs, early }: Storm): readonly string[] {
  return [
    ...(peak > PEAK_MAX * steady ? [`devices came at ${peak} a second after the outage, ${steady} before`] : []),
    ...(drainedMs > DRAINED_MAX_MS ? [`changes waited for ${drainedMs} ms after the outage`] : []),
    ...(early > 0 ? [`${early} requests came before the time that the hub had asked for`] : []),
  ]
}

class World {
  isHubUp = true
  readonly #devices: SimulatedDevice[]
  readonly #roll: () => number
  readonly #capacity: number
  /** What happens at each tick. */
  readonly #agenda = new Map<number, (() => void)[]>()
  #tick = 0
  #requests = 0
  #takenAtOnce = Number.POSITIVE_INFINITY
  #takenThisSecond = 0
  #early = 0
  #refused = 0

  constructor(devices: number, seed: number, capacity: number) {
    this.#roll = quickDice(seed)
    this.#capacity = capacity
    this.#devices = Array.from({ length: devices }, () => new SimulatedDevice(this))
    for (const device of this.#devices) this.in(this.#roll() * MINUTE_MS, () => device.begin())
  }

  get nowMs(): number {
    return this.#tick * TICK_MS
  }

  roll(): number {
    return this.#roll()
  }

  in(delayMs: number, run: () => void): void {
    const tick = this.#tick + Math.max(1, Math.ceil(delayMs / TICK_MS))
    const there = this.#agenda.get(tick)
    if (there === undefined) this.#agenda.set(tick, [run])
    else there.push(run)
  }

  /** A device begins a request; `notBefore`: when it was asked to come back. */
  begun(notBefore: number): void {
    if (this.nowMs < notBefore) this.#early += 1
  }

  /** A request reaches the hub, if it is up. */
  request(): 'answered' | 'busy' | 'lost' {
    if (!this.isHubUp) return 'lost'
    this.#requests += 1
    if (this.#takenThisSecond >= this.#takenAtOnce) {
      this.#refused += 1
      return 'busy'
    }
    this.#takenThisSecond += 1
    return 'answered'
  }

  run(durationMs: number): void {
    for (const end = this.#tick + durationMs / TICK_MS; this.#tick < end;) this.#step()
  }

  countRequests(durationMs: number): number {
    const before = this.#requests
    this.run(durationMs)
    return this.#requests - before
  }

  loseSockets(): void {
    for (const device of this.#devices) device.lostSocket()
  }

  recover(steady: number): Storm {
    this.#takenAtOnce = this.#capacity * steady
    this.isHubUp = true
    const backAt = this.nowMs
    const waiting = new Set(this.#devices.filter((device) => device.waitsSince < backAt))
    let peak = 0
    while (waiting.size > 0 && this.nowMs - backAt < 24 * 60 * MINUTE_MS) {
      peak = Math.max(peak, this.countRequests(SECOND_MS))
      for (const device of waiting) if (device.waitsSince >= backAt) waiting.delete(device)
    }
    return { steady, peak, drainedMs: this.nowMs - backAt, early: this.#early, refused: this.#refused }
  }

  #step(): void {
    this.#tick += 1
    if (this.nowMs % SECOND_MS === 0) this.#takenThisSecond = 0
    const now = this.#agenda.get(this.#tick) ?? []
    this.#agenda.delete(this.#tick)
    for (const run of now) run()
  }
}

/** Mulberry32: a storm draws tens of millions of numbers. */
function quickDice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A device as its hub sees it: the scheduler, and a shell that does nothing but report. */
class SimulatedDevice {
  /** When the oldest change was saved that was not sent; none: Infinity. */
  waitsSince = Number.POSITIVE_INFINITY
  readonly #world: World
  #state: SchedulerState = initialScheduler({ signedIn: true })
  #timerAt = 0
  #notBefore = 0
  #version = 0

  constructor(world: World) {
    this.#world = world
  }

  begin(): void {
    this.#tell({ type: 'spaceOpened', space: SPACE, at: 0, queued: false, wanted: false }, { type: 'started' })
    this.#saveLater()
  }

  lostSocket(): void {
    if (this.#state.live.phase !== 'closed') this.#tell({ type: 'liveClosed' })
  }

  #saveLater(): void {
    this.#world.in(-Math.log(1 - this.#world.roll()) * SAVE_EVERY_MS, () => {
      this.waitsSince = Math.min(this.waitsSince, this.#world.nowMs)
      this.#tell({ type: 'wrote', space: SPACE, typing: false })
      this.#saveLater()
    })
  }

  #tell(...events: readonly SchedulerEvent[]): void {
    for (const event of events) {
      const { state, effects } = schedule(this.#state, event, { now: this.#world.nowMs, random: this.#world.roll() })
      this.#state = state
      for (const effect of effects) this.#carryOut(effect)
    }
  }

  #carryOut(effect: SchedulerEffect): void {
    switch (effect.type) {
      case 'setTimer':
        return this.#setTimer(effect.at)
      case 'clearTimer':
        this.#timerAt = 0
        return
      case 'openLive':
        return this.#openLive()
      case 'hello':
      case 'pull':
      case 'push':
      case 'longPoll':
        return this.#ask(effect)
      default:
        return
    }
  }

  #setTimer(at: number): void {
    this.#timerAt = at
    this.#world.in(at - this.#world.nowMs, () => this.#timerAt === at && this.#tell({ type: 'timerFired' }))
  }

  #openLive(): void {
    this.#world.begun(this.#notBefore)
    this.#world.in(ROUND_TRIP_MS, () => {
      const isOpen = this.#world.request() === 'answered'
      this.#world.in(ROUND_TRIP_MS, () => this.#tell({ type: isOpen && this.#world.isHubUp ? 'liveOpened' : 'liveClosed' }))
    })
  }

  #ask(effect: Extract<SchedulerEffect, { readonly timeoutMs: number }>): void {
    const { type, id } = effect
    const begunAt = this.#world.nowMs
    this.#world.begun(this.#notBefore)
    this.#world.in(ROUND_TRIP_MS / 2, () => {
      const outcome = this.#world.request()
      const heldMs = type === 'longPoll' && outcome === 'answered' ? effect.holdMs : 0
      this.#world.in(heldMs + ROUND_TRIP_MS / 2, () => this.#heard(type, id, outcome, begunAt))
    })
  }

  #heard(type: SchedulerEffect['type'], id: number, outcome: 'answered' | 'busy' | 'lost', begunAt: number): void {
    if (outcome === 'lost') return this.#tell({ type: 'exchangeFailed', id, failure: failureOf({ type: 'network' }) })
    if (outcome === 'busy') {
      this.#notBefore = this.#world.nowMs + RETRY_AFTER_MS
      const failure = failureOf({ type: 'answered', status: 503, class: 'retryable', code: 'hub.busy' })
      return this.#tell({ type: 'exchangeFailed', id, failure, retryAfterMs: RETRY_AFTER_MS })
    }
    if (type === 'push') {
      const isAll = this.waitsSince <= begunAt
      if (isAll) this.waitsSince = Number.POSITIVE_INFINITY
      this.#version += 1
      this.#tell({ type: 'cursorMoved', space: SPACE, at: this.#version })
    }
    this.#tell({
      type: 'exchangeSucceeded',
      id,
      progress: type === 'push',
      more: false,
      at: this.#version,
      bytes: 500,
      durationMs: ROUND_TRIP_MS,
    })
  }
}
