/**
 * Laws of the scheduler, whatever happens: random events and a scripted hub in virtual time.
 *
 * `World` is a shell in a hundred lines: it carries out every effect against a hub that answers, fails, lies or keeps silent, and tells
 * the scheduler what happened. It checks the laws that hold at every step as it goes.
 */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assert } from '../assert.ts'
import type { SpaceId } from '../ids.ts'
import type { SchedulerEffect, SchedulerEvent } from './events.ts'
import { failureOf, type Outcome } from './failure.ts'
import { BACKOFF_BACKGROUND_CAP_MS, PAUSE_RETRY_MS } from './limits.ts'
import { UNKNOWN_CONDITIONS } from './policy.ts'
import { schedule } from './scheduler.ts'
import { initialScheduler, type SchedulerState } from './state.ts'
import { connectionOf, nextTryAt, waitingOf } from './status.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const SPACES = ['a', 'b', 'c', 'd'] as readonly string[] as readonly SpaceId[]

type HubMood = 'up' | 'silent' | 'mute-to-pushes' | Outcome['type'] | 401 | 403 | 409 | 413 | 426 | 500 | 503

type ExchangeEffect = Extract<SchedulerEffect, { id: number; timeoutMs: number }>

/** What the device has in one space: sealed changes, changes still open, the version it holds; and where the hub's head is. */
interface Held {
  sealed: number
  open: number
  at: number
  head: number
}

class World {
  state: SchedulerState = initialScheduler({ signedIn: true })
  now = 1_700_000_000_000
  mood: HubMood = 'up'
  latencyMs = 80
  sockets = true
  timerAt: number | null = null
  live = false
  files = 0
  jobs = 0
  readonly held = new Map<SpaceId, Held>(SPACES.map((space) => [space, { sealed: 0, open: 0, at: 0, head: 0 }]))
  readonly flying = new Map<number, ExchangeEffect>()
  readonly count: Partial<Record<SchedulerEffect['type'], number>> = {}
  /** What is on its way to the device. */
  private mail: { at: number; tell: () => void }[] = []
  private seed: number
  private steps = 0

  constructor(seed: number) {
    this.seed = seed
    for (const space of SPACES) this.tell({ type: 'spaceOpened', space, at: 0, queued: false, wanted: false })
    this.tell({ type: 'started' })
  }

  tell(event: SchedulerEvent): void {
    const step = schedule(this.state, event, { now: this.now, random: this.random() })
    this.state = step.state
    this.checkStep(step.effects)
    for (const effect of step.effects) this.carryOut(effect)
    this.checkState()
  }

  /** Lets virtual time pass: every timer and every answer in its order. */
  run(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = this.mail.toSorted((a, b) => a.at - b.at)[0]
      const at = Math.min(next?.at ?? Number.POSITIVE_INFINITY, this.timerAt ?? Number.POSITIVE_INFINITY)
      if (at > end) break
      this.now = Math.max(this.now, at)
      if (next?.at === at) {
        this.mail = this.mail.filter((each) => each !== next)
        next.tell()
      } else {
        this.timerAt = null
        this.tell({ type: 'timerFired' })
      }
    }
    this.now = end
  }

  write(space: SpaceId, typing: boolean): void {
    this.of(space).open += 1
    this.tell({ type: 'wrote', space, typing })
  }

  queue(lane: 'files' | 'jobs'): void {
    this[lane] += 1
    this.tell({ type: 'queued', lane })
  }

  /** Someone else wrote: the hub's head moves, and the live socket says so. */
  publish(space: SpaceId): void {
    this.of(space).head += 1
    if (this.live) this.tell({ type: 'headsSeen', heads: [{ space, head: this.of(space).head }] })
  }

  /** All faults end, as far as the world can help it. */
  heal(): void {
    this.mood = 'up'
    this.sockets = true
    this.latencyMs = 80
    // What was said before is still on its way; only then does someone sign in.
    this.run(10 * SECOND)
    if (!this.state.signedIn) this.tell({ type: 'signedIn' })
  }

  get isDrained(): boolean {
    return this.files + this.jobs === 0 && [...this.held.values()].every(({ sealed, open, at, head }) => sealed + open === 0 && at === head)
  }

  private carryOut(effect: SchedulerEffect): void {
    this.count[effect.type] = (this.count[effect.type] ?? 0) + 1
    switch (effect.type) {
      case 'seal':
        for (const space of effect.spaces) this.seal(space)
        return
      case 'abort':
        this.flying.delete(effect.id)
        return
      case 'setTimer':
        this.timerAt = effect.at
        return
      case 'clearTimer':
        this.timerAt = null
        return
      case 'openLive':
        this.later(this.latencyMs, () => this.socket())
        return
      case 'closeLive':
        this.live = false
        return
      case 'recover':
        this.later(20, () => this.tell({ type: 'resumed', space: effect.space }))
        return
      case 'report':
        return
      default:
        this.flying.set(effect.id, effect)
        this.answerLater(effect)
    }
  }

  private socket(): void {
    this.live = this.sockets && this.mood === 'up'
    this.tell(this.live ? { type: 'liveOpened' } : { type: 'liveClosed' })
  }

  private answerLater(effect: ExchangeEffect): void {
    if (this.mood === 'silent' || (this.mood === 'mute-to-pushes' && effect.type === 'push')) return
    const { mood } = this
    this.later(effect.type === 'longPoll' && mood === 'up' ? effect.holdMs : this.latencyMs, () => {
      if (this.flying.delete(effect.id)) this.answer(effect, mood)
    })
  }

  private answer(effect: ExchangeEffect, mood: HubMood): void {
    if (mood === 'up' || mood === 'mute-to-pushes') return this.serve(effect)
    const outcome: Outcome = typeof mood === 'number' ? { type: 'answered', status: mood } : ({ type: mood } as Outcome)
    const rest = mood === 503 ? { retryAfterMs: 30 * SECOND } : effect.type === 'push' ? { changes: this.of(effect.space).sealed } : {}
    this.tell({ type: 'exchangeFailed', id: effect.id, failure: failureOf(outcome), ...rest })
  }

  private serve(effect: ExchangeEffect): void {
    const { progress, more, ...at } = this.result(effect)
    this.tell({ type: 'exchangeSucceeded', id: effect.id, progress, more, ...at, bytes: 600, durationMs: this.latencyMs })
    if (effect.type === 'hello' || effect.type === 'longPoll') this.tellHeads()
    // The answer to a push says the head too.
    if (effect.type === 'push') this.tell({ type: 'headsSeen', heads: [{ space: effect.space, head: this.of(effect.space).head }] })
  }

  private result(effect: ExchangeEffect): { progress: boolean; more: boolean; at?: number } {
    switch (effect.type) {
      case 'push': {
        const held = this.of(effect.space)
        const taken = Math.min(held.sealed, effect.maxChanges, 3)
        held.sealed -= taken
        held.head += taken
        return { progress: taken > 0, more: held.sealed > 0 }
      }
      case 'pull': {
        const held = this.of(effect.space)
        const moved = Math.min(held.head - held.at, 2)
        held.at += moved
        return { progress: moved > 0, more: held.at < held.head, at: held.at }
      }
      case 'sendFiles':
        this.files = Math.max(0, this.files - 1)
        return { progress: true, more: this.files > 0 }
      case 'sendJobs':
        this.jobs = 0
        return { progress: true, more: false }
      case 'check':
        return { progress: true, more: false }
      case 'hello':
      case 'longPoll':
        return { progress: false, more: false }
    }
  }

  private tellHeads(): void {
    this.tell({ type: 'headsSeen', heads: SPACES.map((space) => ({ space, head: this.of(space).head })) })
  }

  private seal(space: SpaceId): void {
    const held = this.of(space)
    held.sealed += held.open
    held.open = 0
  }

  private later(ms: number, tell: () => void): void {
    this.mail.push({ at: this.now + ms, tell })
  }

  private of(space: SpaceId): Held {
    const held = this.held.get(space)
    if (held === undefined) throw new Error(`no space ${space}`)
    return held
  }

  private random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0
    return this.seed / 2 ** 32
  }

  // Laws of every step

  /** [S4] At most one of each kind begins per event, pulls as far as the fan-out goes: no event can start a storm. */
  private checkStep(effects: readonly SchedulerEffect[]): void {
    const of = (...types: readonly SchedulerEffect['type'][]): number => effects.filter(({ type }) => types.includes(type)).length
    assert(of('push', 'sendFiles', 'sendJobs') <= 1, 'one sending exchange begins')
    assert(of('pull') <= 4, 'pulls within the fan-out')
    for (const type of ONCE) assert(of(type) <= 1, `one ${type}`)
    assert(of('seal') <= 2, 'what is due, and what is offered')
  }

  private checkState(): void {
    const { state, flying } = this
    assert([...flying.values()].filter(isSending).length <= 1, '[S4] one push, file part or batch of jobs at a time')
    assert(state.inFlight.length === flying.size && state.inFlight.every(({ id }) => flying.has(id)), 'it knows what is in flight')
    assert(!state.running || !state.signedIn || this.timerAt !== null, 'something will wake it')
    assert(state.signedIn || ['needs-sign-in', 'blocked'].includes(connectionOf(state)), '[S3] a missing sign-in shows')
    this.steps += 1
    assert(this.steps % 50 > 0 || isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state), 'its state is plain JSON')
  }
}

const ONCE = ['check', 'hello', 'longPoll', 'openLive', 'closeLive', 'setTimer', 'clearTimer', 'report'] as const

const isSending = ({ type }: ExchangeEffect): boolean => type === 'push' || type === 'sendFiles' || type === 'sendJobs'

// What may happen

type Happening = (world: World) => void

const space = fc.constantFrom(...SPACES)
const mood = fc.constantFrom<HubMood>(
  'up',
  'up',
  'silent',
  'mute-to-pushes',
  'network',
  'not-the-hub',
  'aborted',
  401,
  403,
  409,
  413,
  426,
  500,
  503,
)
const hint = fc.constantFrom<SchedulerEvent>(
  { type: 'online' },
  { type: 'offline' },
  { type: 'visible' },
  { type: 'hidden' },
  { type: 'signedIn' },
  { type: 'signedOut' },
  { type: 'timerFired' },
  { type: 'liveClosed' },
  { type: 'sendNow', lanes: ['changes', 'files', 'jobs'] },
  { type: 'stopped' },
  { type: 'exchangeSucceeded', id: 3, progress: true, more: true, bytes: 1, durationMs: 1 },
  { type: 'exchangeFailed', id: 999_999, failure: failureOf({ type: 'network' }) },
)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(space, fc.boolean()).map(
      ([where, typing]) =>
        (world: World) =>
          world.write(where, typing),
    ),
  },
  { weight: 2, arbitrary: space.map((where) => (world: World) => world.publish(where)) },
  { weight: 1, arbitrary: fc.constantFrom('files' as const, 'jobs' as const).map((lane) => (world: World) => world.queue(lane)) },
  {
    weight: 1,
    arbitrary: fc.tuple(space, fc.constantFrom(0, 5_000, 500_000)).map(
      ([where, ms]) =>
        (world: World) =>
          world.tell({ type: 'checkPlanned', space: where, at: world.now + ms }),
    ),
  },
  { weight: 3, arbitrary: mood.map((next) => (world: World) => void (world.mood = next)) },
  { weight: 1, arbitrary: fc.boolean().map((sockets) => (world: World) => void (world.sockets = sockets)) },
  { weight: 1, arbitrary: fc.constantFrom(5, 80, 900, 4000).map((latencyMs) => (world: World) => void (world.latencyMs = latencyMs)) },
  {
    weight: 3,
    arbitrary: hint.map((event) => (world: World) => {
      const known = event.type !== 'exchangeSucceeded' || !world.flying.has(event.id)
      if (known) world.tell(event)
      if (event.type === 'stopped') world.tell({ type: 'started' })
    }),
  },
  { weight: 6, arbitrary: fc.constantFrom(10, 300, 2_500, 40_000, 400_000, 5_000_000).map((ms) => (world: World) => world.run(ms)) },
)

const history = fc.tuple(fc.nat(), fc.array(happening, { maxLength: 40 }))

const live = ([seed, happenings]: readonly [number, readonly Happening[]]): World => {
  const world = new World(seed)
  for (const happens of happenings) happens(world)
  return world
}

// The longest waits that heal by themselves: a background backoff, a pause, and the exchanges under way when the world healed.
const HEALED_WITHIN_MS = BACKOFF_BACKGROUND_CAP_MS + 2 * PAUSE_RETRY_MS + 10 * MINUTE

describe('laws', () => {
  test('[S1][S4] whatever happened, when the world heals everything is sent and read within bounded time', () => {
    fc.assert(
      fc.property(history, (past) => {
        const world = live(past)
        world.heal()
        world.run(HEALED_WITHIN_MS)
        expect({ held: [...world.held.values()], files: world.files, jobs: world.jobs, drained: world.isDrained }).toMatchObject({
          drained: true,
        })
      }),
      { numRuns: 300 },
    )
  })

  test('[S2] a hint or a person makes it far quicker: a minute after the network is back', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, hours) => {
        const world = new World(seed)
        world.run(SECOND)
        world.mood = 'network'
        for (const where of SPACES) world.write(where, false)
        world.run(hours * HOUR)
        world.heal()
        world.tell({ type: 'online' })
        world.run(MINUTE)
        expect(world.isDrained).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test.each<[HubMood, number]>([
    ['network', 90],
    ['not-the-hub', 90],
    ['silent', 90],
    [500, 160],
    [503, 160],
    [403, 160],
    [409, 260],
    [426, 20],
    [401, 20],
    ['aborted', 800],
  ])('[S2] a hub that keeps saying %s is asked fewer than %i times in two hours', (badMood, most) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const world = new World(seed)
        world.run(SECOND)
        for (const where of SPACES) world.publish(where)
        world.mood = badMood
        for (const where of SPACES) world.write(where, false)
        const before = world.state.turn
        world.run(2 * HOUR)
        expect(world.state.turn - before).toBeLessThan(most)
      }),
      { numRuns: 20 },
    )
  })

  test('[S2] a device with nothing to do asks for heads now and then, and for nothing else', () => {
    const world = new World(1)
    world.run(MINUTE)
    const before = world.state.turn
    world.run(HOUR)
    expect(world.state.turn - before).toBeLessThanOrEqual(13)
    world.tell({ type: 'hidden' })
    const hidden = world.state.turn
    world.run(4 * HOUR)
    expect(world.state.turn - hidden).toBeLessThanOrEqual(17)
  })

  test("[S1] 'Will try again at …' is kept: by then the changes are offered, or the probe before them", () => {
    fc.assert(
      fc.property(history, space, (past, where) => {
        const world = live(past)
        world.mood = 'network'
        world.run(2 * MINUTE)
        const promised = nextTryAt(world.state, where)
        if (promised === null || world.flying.size > 0) return
        const before = world.state.turn
        world.run(Math.max(0, promised - world.now))
        expect(world.state.turn).toBeGreaterThan(before)
      }),
      { numRuns: 300 },
    )
  })

  test('[S5] whatever waits says why: a reason at any time, and a time unless something else must happen', () => {
    fc.assert(
      fc.property(history, (past) => {
        const world = live(past)
        const now = world.state.now - world.state.aheadMs
        const waits = SPACES.map((where) => waitingOf(world.state, where)).filter((waiting) => waiting !== null)
        expect(waits.filter(({ nextTryAt: at }) => at !== null && at <= now)).toEqual([])
        const timeless = waits.filter(({ nextTryAt: at, reason }) => at === null && reason !== 'sign-in')
        expect(world.flying.size === 0 ? timeless : []).toEqual([])
      }),
    )
  })

  test('[S4] no space starves: each one of many is served in turn', () => {
    const world = new World(7)
    world.run(SECOND)
    for (let k = 0; k < 60; k += 1) for (const where of SPACES) world.write(where, false)
    world.queue('files')
    world.queue('jobs')
    world.run(1000)
    for (const { sealed } of world.held.values()) expect(sealed).toBeLessThan(60)
    world.run(MINUTE)
    expect(world.isDrained).toBe(true)
  })

  test('[S4] files and jobs go while changes never end', () => {
    const world = new World(9)
    world.run(SECOND)
    world.queue('files')
    world.queue('jobs')
    for (let k = 0; k < 400; k += 1) {
      world.write('a' as SpaceId, false)
      world.run(40)
    }
    expect(world.files + world.jobs).toBe(0)
  })

  test('[C1] clocks that jump neither stop it nor make it race', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.integer({ min: -10 * HOUR, max: 10 * HOUR }), { maxLength: 20 }), (seed, jumps) => {
        const world = new World(seed)
        for (const jump of jumps) {
          world.write('a' as SpaceId, false)
          const before = world.state.turn
          const timer = world.timerAt
          world.now += jump
          // A platform's timer runs on its own clock: it fires after the same delay, whatever the clock says.
          if (timer !== null) world.timerAt = Math.max(world.now, timer + jump)
          world.run(30 * SECOND)
          expect(world.state.turn - before).toBeLessThan(40)
        }
        world.run(5 * MINUTE)
        expect(world.held.get('a' as SpaceId)).toMatchObject({ sealed: 0, open: 0 })
      }),
      { numRuns: 100 },
    )
  })

  test('[S5] conditions and policies come and go: what they held goes when they allow it', () => {
    const world = new World(11)
    world.run(SECOND)
    world.tell({ type: 'conditionsChanged', conditions: { ...UNKNOWN_CONDITIONS, metered: true } })
    world.queue('files')
    world.run(HOUR)
    expect(world.files).toBe(1)
    world.tell({ type: 'conditionsChanged', conditions: { ...UNKNOWN_CONDITIONS, metered: false } })
    world.run(SECOND)
    expect(world.files).toBe(0)
  })
})
