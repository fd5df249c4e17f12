/** Scenes: one device, told event by event what happened, in virtual time. The laws that hold in every scene are in laws.test.ts. */
import { describe, expect, test } from 'vitest'
import { assert } from '../assert.ts'
import type { SpaceId } from '../ids.ts'
import type { SchedulerEffect, SchedulerEvent } from './events.ts'
import { failureOf, type Outcome } from './failure.ts'
import { DEFAULT_POLICY, UNKNOWN_CONDITIONS } from './policy.ts'
import { schedule } from './scheduler.ts'
import { observe } from './signal.ts'
import { initialScheduler, type SchedulerState } from './state.ts'
import { blindSpots, connectionOf, nextTryAt, waitingOf, waitingOfLane } from './status.ts'
import { stalledOf } from './watch.ts'

const [A, B, C] = ['space-a', 'space-b', 'space-c'] as const as readonly string[] as readonly [SpaceId, SpaceId, SpaceId]
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const MORNING = 1_700_000_000_000

type EffectOf<Type extends SchedulerEffect['type']> = Extract<SchedulerEffect, { type: Type }>

class Device {
  state: SchedulerState = initialScheduler({ signedIn: true })
  now = MORNING
  random = 0.5
  effects: readonly SchedulerEffect[] = []

  tell(...events: readonly SchedulerEvent[]): this {
    this.effects = events.flatMap((event) => {
      const step = schedule(this.state, event, { now: this.now, random: this.random })
      this.state = step.state
      return step.effects
    })
    return this
  }

  /** The effects of the last `tell`, without timers and reports. */
  get did(): readonly string[] {
    return this.effects
      .filter(({ type }) => !type.endsWith('Timer') && type !== 'report')
      .map((each) => ('space' in each ? `${each.type} ${each.space}` : each.type))
  }

  effect<Type extends SchedulerEffect['type']>(type: Type): EffectOf<Type> {
    const found = this.effects.find((each): each is EffectOf<Type> => each.type === type)
    if (found === undefined) throw new Error(`no ${type} among ${JSON.stringify(this.effects)}`)
    return found
  }

  flying(type: string, space?: SpaceId): number {
    const found = this.state.inFlight.find(
      ({ task }) => task.type === type && (space === undefined || ('space' in task && task.space === space)),
    )
    if (found === undefined) throw new Error(`no ${type} in flight`)
    return found.id
  }

  succeed(type: string, rest: { progress?: boolean; more?: boolean; at?: number; space?: SpaceId } = {}): this {
    const { progress = true, more = false, space, ...at } = rest
    return this.tell({ type: 'exchangeSucceeded', id: this.flying(type, space), progress, more, bytes: 400, durationMs: 50, ...at })
  }

  fail(type: string, outcome: Outcome, rest: { retryAfterMs?: number; changes?: number; space?: SpaceId } = {}): this {
    const { space, ...more } = rest
    return this.tell({ type: 'exchangeFailed', id: this.flying(type, space), failure: failureOf(outcome), ...more })
  }

  wait(ms: number): this {
    this.now += ms
    return this
  }

  /** Lets time pass, with a hub that answers every hello and long poll, until this is done. */
  until(effect: string): this {
    for (let k = 0; k < 200 && !this.did.includes(effect); k += 1) {
      if (this.did.includes('hello')) this.succeed('hello', { progress: false })
      else if (this.did.includes('longPoll')) this.wait(25 * SECOND).succeed('longPoll', { progress: false })
      else this.untilTimer()
    }
    assert(this.did.includes(effect), `${effect} never came`)
    return this
  }

  /** Lets time pass, with a hub that says nothing, until this is done. */
  silentUntil(effect: string): this {
    while (!this.did.includes(effect)) this.untilTimer()
    return this
  }

  /** Lets time pass until the timer that was asked for fires. */
  untilTimer(): this {
    this.now = this.state.timerAt ?? this.now
    return this.tell({ type: 'timerFired' })
  }
}

const open = (space: SpaceId, at = 0): SchedulerEvent => ({ type: 'spaceOpened', space, at, queued: false, wanted: false })
const wrote = (space: SpaceId, typing = false): SchedulerEvent => ({ type: 'wrote', space, typing })
const queued = (lane: 'files' | 'jobs'): SchedulerEvent => ({ type: 'queued', lane })

/** A device that has said hello and holds three spaces; the socket stands. */
function connected(): Device {
  const device = new Device().tell(open(A), open(B), open(C), { type: 'started' })
  return device.succeed('hello').tell({ type: 'liveOpened' }).wait(10)
}

/** A device whose hub stopped answering. */
function disconnected(): Device {
  const device = connected().tell({ type: 'liveClosed' }, wrote(A))
  while (device.state.hub.reach !== 'lost') {
    for (const { task } of device.state.inFlight) device.fail(task.type, { type: 'network' })
    device.untilTimer()
  }
  return device.silentUntil('hello')
}

describe('starting and connecting', () => {
  test('[S1] at the start only the probe goes: nothing is believed before a valid answer', () => {
    const device = new Device().tell(open(A), wrote(A), { type: 'started' })
    expect(device.did).toEqual(['hello'])
    expect(connectionOf(device.state)).toBe('connecting')
    expect(device.succeed('hello').did).toEqual(['seal', 'push space-a', 'openLive'])
    expect(connectionOf(device.state)).toBe('live')
  })

  test('[S1] a captive portal is offline: it answers, and nothing of it is believed', () => {
    const device = new Device().tell(open(A), wrote(A), { type: 'started' }).fail('hello', { type: 'not-the-hub' })
    expect(connectionOf(device.state)).toBe('offline')
    expect(waitingOf(device.state, A)).toEqual({ reason: 'offline', tries: 0, nextTryAt: device.now + 500 })
    expect(device.untilTimer().did).toEqual(['hello'])
    expect(waitingOf(device.state, A)).toEqual({ reason: 'offline', tries: 0, nextTryAt: null })
  })

  test('[S1] the hint offline stops nothing for good: probes go on, and a valid answer overrules the hint', () => {
    const device = connected().tell({ type: 'offline' })
    expect(connectionOf(device.state)).toBe('offline')
    expect(device.did).toEqual(['closeLive'])
    expect(device.untilTimer().did).toEqual(['hello'])
    device.succeed('hello')
    expect(connectionOf(device.state)).toBe('live')
  })

  test('[S1] the hint offline, said again and again, does not put the probe off', () => {
    const device = connected().tell({ type: 'offline' })
    const probeAt = device.state.timerAt
    device.random = 0.99
    expect(device.wait(100).tell({ type: 'offline' }).state.timerAt).toBe(probeAt)
  })

  test('[S1] the hint online tries at once, however long the backoff was, but not twice in a second', () => {
    const device = disconnected()
    for (let k = 0; k < 8; k += 1) device.fail('hello', { type: 'network' }).silentUntil('hello')
    device.fail('hello', { type: 'network' }).wait(5 * SECOND)
    expect(device.tell({ type: 'online' }).did).toEqual(['hello'])
    device.fail('hello', { type: 'network' }).wait(200)
    expect(device.tell({ type: 'online' }).did).toEqual([])
    expect(device.state.timerAt).toBe(device.now + 800)
  })

  test('[S1] a late answer to an exchange that was given up still proves the connection', () => {
    const device = new Device().tell(open(A), { type: 'started' })
    const late = device.flying('hello')
    device.wait(16 * SECOND).tell({ type: 'timerFired' })
    expect(connectionOf(device.state)).toBe('offline')
    device.tell({ type: 'exchangeSucceeded', id: late, progress: true, more: false, bytes: 400, durationMs: 16 * SECOND })
    expect(connectionOf(device.state)).toBe('live')
  })
})

describe('sending', () => {
  test('[S4] one push at a time, whatever many spaces want', () => {
    const device = connected().tell(wrote(A), wrote(B), wrote(C))
    expect(device.did).toEqual(['seal', 'push space-a'])
    expect(device.succeed('push').did).toEqual(['seal', 'push space-b'])
  })

  test('[S4] spaces take turns: one with much to send does not hold up the others', () => {
    const device = connected().tell(wrote(A), wrote(B))
    device.succeed('push', { more: true })
    expect(device.did).toEqual(['seal', 'push space-b'])
    expect(device.succeed('push', { more: true }).did).toEqual(['push space-a'])
    expect(device.succeed('push', { more: true }).did).toEqual(['push space-b'])
  })

  test('[P1] a write goes at once and is sealed by going; a write during the push goes next', () => {
    const device = connected().tell(wrote(A))
    expect(device.did).toEqual(['seal', 'push space-a'])
    expect(device.tell(wrote(A)).did).toEqual([])
    expect(device.succeed('push').did).toEqual(['seal', 'push space-a'])
  })

  test('[P1] what someone is typing is sealed and sent after a pause of 2 s', () => {
    const device = connected().tell(wrote(A, true)).wait(1500).tell(wrote(A, true))
    expect(device.did).toEqual([])
    expect(waitingOf(device.state, A)).toEqual({ reason: 'typing', tries: 0, nextTryAt: device.now + 2000 })
    expect(device.untilTimer().did).toEqual(['seal', 'push space-a'])
    expect(device.now).toBe(MORNING + 10 + 3500)
  })

  test('[P1] a push that goes while someone types leaves alone what they type', () => {
    const device = connected().tell(wrote(A)).tell(wrote(A, true))
    expect(device.succeed('push', { more: true }).did).toEqual(['push space-a'])
  })

  test('[P1] going hidden seals everything and sends it at once', () => {
    const device = connected().tell(wrote(A, true), wrote(B, true))
    device.tell({ type: 'hidden' })
    expect(device.effect('seal').spaces).toEqual([A, B])
    expect(device.did).toEqual(['seal', 'push space-a'])
  })

  test('[P1] sealing needs no network and no sign-in', () => {
    const device = new Device().tell({ type: 'signedOut' }, { type: 'started' }, wrote(A, true))
    expect(device.untilTimer().did).toEqual(['seal'])
  })

  test('[S4] changes go before files, files before jobs', () => {
    const device = connected().tell(wrote(A), queued('jobs'), queued('files'), wrote(B))
    expect(device.succeed('push').did).toEqual(['seal', 'push space-b'])
    expect(device.succeed('push').did).toEqual(['sendFiles'])
    expect(device.succeed('files').did).toEqual(['sendJobs'])
  })

  test('[S4] a lane that let many others pass goes first once: nothing starves', () => {
    const device = connected().tell(wrote(A), queued('files'))
    let pushes = 1
    while (!device.succeed('push', { more: true }).did.includes('sendFiles')) pushes += 1
    expect(pushes).toBeLessThan(20)
    expect(device.succeed('files', { more: true }).did).toEqual(['push space-a'])
  })

  test('[P4] a silent exchange is an unknown outcome: given up and sent again', () => {
    const device = connected().tell(wrote(A))
    const { id, timeoutMs } = device.effect('push')
    device.wait(timeoutMs).tell({ type: 'timerFired' })
    expect(device.effect('abort').id).toBe(id)
    expect(waitingOf(device.state, A)).toEqual({ reason: 'retry', tries: 1, nextTryAt: device.now + 500 })
    expect(device.untilTimer().did).toContain('push space-a')
  })

  test('[P3] a push that the hub fails on is halved until one change stands alone, and grows again', () => {
    const device = connected().tell(wrote(A))
    const limits: number[] = []
    for (const changes of [100, 50, 25, 12, 6, 3, 1]) {
      device.fail('push', { type: 'answered', status: 500 }, { changes })
      device.until('push space-a')
      limits.push(device.effect('push').maxChanges)
    }
    expect(limits).toEqual([50, 25, 12, 6, 3, 1, 1])
    expect(device.succeed('push', { more: true }).effect('push').maxChanges).toBe(2)
  })

  test('[S3] too large: the same in smaller pushes; one alone waits for a person', () => {
    const device = connected().tell(wrote(A)).fail('push', { type: 'answered', status: 413 }, { changes: 2 })
    device.until('push space-a')
    expect(device.effect('push').maxChanges).toBe(1)
    device.fail('push', { type: 'answered', status: 413 }, { changes: 1 })
    expect(waitingOf(device.state, A)).toMatchObject({ reason: 'refused', nextTryAt: device.now + HOUR })
    expect(device.tell({ type: 'resumed', space: A }).did).toEqual([])
    expect(nextTryAt(device.state, A)).toBe(device.now + 500)
  })
})

describe('reading', () => {
  test('[Q7] a head beyond what the device has is pulled; one that it has is not', () => {
    const device = connected().tell({ type: 'headsSeen', heads: [{ space: A, head: 5 }, { space: B, head: 0 }] }) // prettier-ignore
    expect(device.did).toEqual(['pull space-a'])
    expect(device.succeed('pull', { at: 5 }).did).toEqual([])
  })

  test('[Q7] a delta that reaches the head makes the pull needless', () => {
    const device = connected().tell({ type: 'headsSeen', heads: [{ space: A, head: 5 }] })
    device.succeed('pull', { at: 5 })
    expect(device.tell({ type: 'cursorMoved', space: A, at: 6 }, { type: 'headsSeen', heads: [{ space: A, head: 6 }] }).did).toEqual([])
  })

  test('[Q7] a head heard during a pull that did not bring it is pulled next', () => {
    const device = connected().tell({ type: 'headsSeen', heads: [{ space: A, head: 5 }] })
    device.tell({ type: 'headsSeen', heads: [{ space: A, head: 6 }] })
    expect(device.succeed('pull', { at: 5 }).did).toEqual(['pull space-a'])
  })

  test('[Q7] a hint that lies costs one empty pull and no loop', () => {
    const device = connected().tell({ type: 'headsSeen', heads: [{ space: A, head: 99 }] })
    expect(device.succeed('pull', { progress: false, at: 0 }).did).toEqual([])
    expect(device.state.spaces[0]?.pull.wanted).toBe(false)
  })

  test('[Q7] a head heard during a pull that brought nothing is not forgotten', () => {
    const device = connected().tell({ type: 'headsSeen', heads: [{ space: A, head: 5 }] })
    device.tell({ type: 'headsSeen', heads: [{ space: A, head: 6 }] }).succeed('pull', { progress: false, at: 0 })
    expect(device.until('pull space-a').now).toBe(MORNING + 10 + 500)
  })

  test('[S2] an answer that moves nothing although more is there is no progress: it backs off', () => {
    const device = connected().tell({ type: 'headsSeen', heads: [{ space: A, head: 5 }] })
    expect(device.succeed('pull', { progress: false, more: true }).did).toEqual([])
    expect(device.untilTimer().did).toEqual(['pull space-a'])
  })

  test('[S6] pulls run side by side only as far as the signal carries', () => {
    const heads = [A, B, C].map((space) => ({ space, head: 5 }))
    const device = connected().tell({ type: 'headsSeen', heads })
    expect(device.state.signal.level).toBe('fair')
    expect(device.did).toEqual(['pull space-a', 'pull space-b'])
    expect(device.succeed('pull', { at: 5 }).did).toEqual(['pull space-c'])
  })
})

describe('failures', () => {
  test('[S2] a failing space slows itself and no other', () => {
    const device = connected().tell(wrote(A), wrote(B))
    expect(device.fail('push', { type: 'answered', status: 500 }).did).toEqual(['seal', 'push space-b'])
    expect(waitingOf(device.state, A)).toEqual({ reason: 'retry', tries: 1, nextTryAt: device.now + 500 })
    expect(connectionOf(device.state)).toBe('live')
  })

  test('[S2] one space that the hub fails on says nothing about the hub; several in a row do', () => {
    const one = connected().tell(wrote(A))
    for (let k = 0; k < 5; k += 1) one.fail('push', { type: 'answered', status: 500 }).until('push space-a')
    expect(one.state.hub.failures).toBe(0)
    const many = connected().tell(wrote(A), wrote(B))
    while (many.state.hub.reach === 'open') {
      if (many.state.inFlight.some(({ task }) => task.type === 'push')) many.fail('push', { type: 'answered', status: 500 })
      else many.untilTimer()
    }
    expect(many.state.hub).toMatchObject({ reach: 'shut', failures: 3 })
  })

  test('[S2] after three failures in a row only the probe goes, whatever waits', () => {
    const device = disconnected().tell(wrote(A), wrote(B), { type: 'headsSeen', heads: [{ space: C, head: 4 }] })
    for (let k = 0; k < 10; k += 1) {
      device.fail('hello', { type: 'network' })
      while (!device.did.includes('hello')) expect(['seal', 'hello']).toEqual(expect.arrayContaining([...device.untilTimer().did]))
    }
  })

  test('[S2] after the outage one exchange at a time goes until something makes progress', () => {
    const device = disconnected().tell(wrote(B), { type: 'headsSeen', heads: [{ space: C, head: 4 }] })
    device.wait(10 * MINUTE).succeed('hello', { progress: false })
    expect(device.did.filter((each) => /push|pull/.test(each))).toHaveLength(1)
    const first = device.state.inFlight.find(({ task }) => task.type === 'push' || task.type === 'pull')
    device.succeed(first?.task.type ?? 'push', { at: 4 })
    expect(device.did.filter((each) => /push|pull/.test(each))).toHaveLength(2)
  })

  test('[S2] failures of exchanges that were under way together are one piece of news', () => {
    const heads = [A, B].map((space) => ({ space, head: 5 }))
    const device = connected().tell({ type: 'headsSeen', heads }, wrote(C))
    device.wait(100).fail('push', { type: 'network' }).fail('pull', { type: 'network' }).fail('pull', { type: 'network' })
    expect(device.state.hub.failures).toBe(1)
    expect(connectionOf(device.state)).toBe('connecting')
  })

  test('[S2] Retry-After is obeyed, also against a person and every hint', () => {
    const device = connected().tell(wrote(A)).fail('push', { type: 'answered', status: 503 }, { retryAfterMs: MINUTE })
    expect(waitingOf(device.state, A)).toEqual({ reason: 'busy', tries: 1, nextTryAt: device.now + 75 * SECOND })
    device.wait(SECOND)
    const rush = device.tell({ type: 'sendNow', lanes: ['changes'] }, { type: 'online' }, { type: 'visible' }, { type: 'signedIn' })
    expect(rush.did).toEqual([])
    expect(device.untilTimer().now).toBe(MORNING + 10 + 75 * SECOND)
    expect(device.did).toContain('push space-a')
  })

  test('[S2] [S7] a device that has had its share waits for as long as it is told, and no longer the more often it is told', () => {
    const device = connected().tell(wrote(A))
    for (let k = 0; k < 10; k += 1) {
      device.fail('push', { type: 'answered', status: 429, code: 'hub.limited' }, { retryAfterMs: SECOND })
      expect(device.state.hub).toMatchObject({ failures: 0, reach: 'open' })
      expect(waitingOf(device.state, A)?.reason).toBe('busy')
      const before = device.now
      device.untilTimer()
      expect(device.now - before).toBeLessThanOrEqual(1.5 * SECOND)
      expect(device.did).toContain('push space-a')
    }
  })

  test('[S2] a hub that keeps failing is shut out but for the probe, and that is not called offline', () => {
    const device = connected().tell(wrote(A))
    for (let k = 0; k < 3; k += 1) {
      device.wait(10 * SECOND).tell({ type: 'timerFired' })
      device.fail('push', { type: 'answered', status: 503 })
    }
    expect(device.state.hub.reach).toBe('shut')
    expect(connectionOf(device.state)).toBe('connecting')
    expect(waitingOf(device.state, A)).toMatchObject({ reason: 'busy' })
  })

  test('[S3] a 401 pauses the wire and nothing else; signing in goes on at once', () => {
    const device = connected().tell(wrote(A), wrote(B, true)).fail('push', { type: 'answered', status: 401 })
    expect(connectionOf(device.state)).toBe('needs-sign-in')
    expect(waitingOf(device.state, A)).toEqual({ reason: 'sign-in', tries: 0, nextTryAt: null })
    expect(device.untilTimer().did).toEqual(['seal'])
    device.wait(5 * HOUR).tell({ type: 'visible' }, { type: 'online' }, { type: 'timerFired' })
    expect(device.did).toEqual([])
    expect(device.tell({ type: 'signedIn' }).did).toEqual(['hello', 'push space-b', 'openLive'])
  })

  test('[S3] a 401 about an older sign-in, which comes when there is a newer one, is asked again at once', () => {
    const device = connected().tell(wrote(A)).wait(10)
    expect(device.did).toContain('push space-a')
    device.tell({ type: 'sendNow', lanes: ['changes'] }).wait(10)
    device.fail('push', { type: 'answered', status: 401 })
    expect(device.did).toEqual(['push space-a'])
    expect(connectionOf(device.state)).not.toBe('needs-sign-in')
    device.wait(10).fail('push', { type: 'answered', status: 401 })
    expect(connectionOf(device.state)).toBe('needs-sign-in')
  })

  test('[S3] the same where a socket was refused for the older one', () => {
    const device = connected()
      .wait(10)
      .tell({ type: 'sendNow', lanes: ['changes'] })
    const failure = failureOf({ type: 'answered', status: 401 })
    device.wait(10).tell({ type: 'liveClosed', failure })
    expect(connectionOf(device.state)).not.toBe('needs-sign-in')
    device.until('openLive').wait(10).tell({ type: 'liveClosed', failure })
    expect(connectionOf(device.state)).toBe('needs-sign-in')
  })

  test('[S3] a sign-in that the hub keeps refusing slows down', () => {
    const device = connected().tell(wrote(A)).fail('push', { type: 'answered', status: 401 })
    const waits: number[] = []
    for (let k = 0; k < 5; k += 1) {
      device.tell({ type: 'signedIn' })
      const asked = device.now
      while (device.state.inFlight.length === 0) device.untilTimer()
      waits.push(device.now - asked)
      for (const { task } of device.state.inFlight) device.fail(task.type, { type: 'answered', status: 401 })
    }
    expect(waits).toEqual([0, 500, 1000, 2000, 4000])
  })

  test('[S3] permission: the space waits for a person, the others go on; nothing waits for ever', () => {
    const device = connected().tell(wrote(A), wrote(B)).fail('push', { type: 'answered', status: 403 })
    expect(device.did).toEqual(['seal', 'push space-b'])
    expect(waitingOf(device.state, A)).toMatchObject({ reason: 'permission', nextTryAt: device.now + HOUR })
    device.succeed('push')
    expect(device.tell({ type: 'resumed', space: A }).did).toEqual(['push space-a'])
  })

  test('[S3] an app that is too old stops until it is updated; a hub that is older stops only the pushes', () => {
    const old = connected().tell(wrote(A)).fail('push', { type: 'answered', status: 426 })
    expect(connectionOf(old.state)).toBe('blocked')
    expect(waitingOf(old.state, A)).toMatchObject({ reason: 'app.older', nextTryAt: old.now + HOUR })
    const newer = connected().tell(wrote(A)).fail('push', { type: 'answered', status: 409, class: 'schema', code: 'hub.older' })
    expect(connectionOf(newer.state)).toBe('live')
    expect(waitingOf(newer.state, A)).toMatchObject({ reason: 'hub.older' })
    expect(newer.tell({ type: 'headsSeen', heads: [{ space: A, head: 4 }] }).did).toEqual(['pull space-a'])
  })

  test('[S3] a disagreement about history is mended by the device, and mending again and again slows down', () => {
    const device = connected().tell(wrote(A)).fail('push', { type: 'answered', status: 409, class: 'state', code: 'replica.fork' })
    expect(device.effect('recover')).toEqual({ type: 'recover', space: A, code: 'replica.fork' })
    expect(waitingOf(device.state, A)).toMatchObject({ reason: 'recovery' })
    expect(device.tell({ type: 'resumed', space: A }).did).toEqual(['push space-a'])
    device.fail('push', { type: 'answered', status: 409, class: 'state', code: 'replica.fork' })
    expect(device.tell({ type: 'resumed', space: A }).did).toEqual([])
    expect(nextTryAt(device.state, A)).toBe(device.now + 500)
  })
})

describe('policies and people', () => {
  const metered = { ...UNKNOWN_CONDITIONS, metered: true }

  test('[S5] a lane that a policy holds says why, and goes when that ends', () => {
    const device = connected().tell({ type: 'conditionsChanged', conditions: metered }, queued('files'))
    expect(device.did).toEqual([])
    expect(waitingOfLane(device.state, 'files')).toEqual({ reason: 'metered', tries: 0, nextTryAt: null })
    expect(device.tell({ type: 'conditionsChanged', conditions: { ...metered, metered: false } }).did).toEqual(['sendFiles'])
  })

  test("[S5] 'Send now' overrides policies for what waits now, and for that only", () => {
    const device = connected().tell({ type: 'conditionsChanged', conditions: metered }, queued('files'))
    expect(device.tell({ type: 'sendNow', lanes: ['files'] }).did).toEqual(['hello', 'sendFiles'])
    expect(device.succeed('files', { more: true }).did).toEqual(['sendFiles'])
    device.succeed('files')
    expect(device.tell(queued('files')).did).toEqual([])
  })

  test("[S5] 'Send now' seals, ends the waits of a retry and tries again what waited for a person", () => {
    const device = connected().tell(wrote(A), wrote(B, true)).fail('push', { type: 'answered', status: 403 }).wait(SECOND)
    device.tell({ type: 'sendNow', lanes: ['changes'] })
    expect(device.did).toEqual(['seal', 'hello', 'push space-b'])
    expect(device.succeed('push').did).toEqual(['push space-a'])
  })

  test('[S5] hours: it goes by itself when they begin', () => {
    const policy = { ...DEFAULT_POLICY, changes: { ...DEFAULT_POLICY.changes, hours: { fromMinute: 60, toMinute: 120 } } }
    const device = connected().tell({ type: 'policyChanged', policy })
    device.tell({ type: 'conditionsChanged', conditions: { ...UNKNOWN_CONDITIONS, midnightAt: device.now } }, wrote(A))
    expect(waitingOf(device.state, A)).toEqual({ reason: 'hours', tries: 0, nextTryAt: device.now + HOUR })
    const opens = device.now + HOUR
    device.until('push space-a')
    expect(device.now).toBe(opens)
  })

  test('[S5] where the platform is blind, it is said', () => {
    expect(blindSpots(connected().state, 'files')).toEqual(['metered', 'save-data', 'battery'])
  })
})

describe('live', () => {
  test('[Q7] where sockets keep failing long polls serve, and a socket is tried again now and then', () => {
    const device = new Device().tell(open(A), { type: 'started' }).succeed('hello')
    device.tell({ type: 'liveClosed' }).until('openLive').tell({ type: 'liveClosed' }).until('openLive').tell({ type: 'liveClosed' })
    expect(device.did).toContain('longPoll')
    const since = device.now
    device.until('openLive')
    expect(device.now - since).toBeGreaterThanOrEqual(10 * MINUTE)
    expect(device.now - since).toBeLessThanOrEqual(11 * MINUTE)
  })

  test('[Q7] sockets that open and drop at once count as failing', () => {
    const device = new Device().tell(open(A), { type: 'started' }).succeed('hello')
    for (let k = 0; k < 2; k += 1) device.tell({ type: 'liveOpened' }, { type: 'liveClosed' }).until('openLive')
    expect(device.tell({ type: 'liveOpened' }, { type: 'liveClosed' }).did).toContain('longPoll')
  })

  test('[Q7] long polls that are answered at once go once a second at most', () => {
    const device = new Device().tell(open(A), { type: 'started' }).succeed('hello')
    for (let k = 0; k < 3; k += 1) device.until('openLive').tell({ type: 'liveClosed' })
    expect(device.succeed('longPoll').did).toEqual([])
    const since = device.now
    expect(device.until('longPoll').now - since).toBe(SECOND)
  })

  test('[Q7] a lost socket is no failure of the hub, but makes the next hello come soon', () => {
    const device = connected().until('hello').succeed('hello').tell({ type: 'liveClosed' })
    const lost = device.now
    expect(device.state.hub.failures).toBe(0)
    expect(connectionOf(device.state)).toBe('live')
    device.until('hello')
    expect(device.now - lost).toBe(2500)
  })

  test('[S6] over a poor line there is no socket; heads are asked for instead', () => {
    const device = connected()
    for (let k = 0; k < 12; k += 1) {
      device.tell(wrote(A))
      device.tell({ type: 'exchangeSucceeded', id: device.flying('push'), progress: true, more: false, bytes: 400, durationMs: 3000 })
      if (device.did.includes('closeLive')) break
    }
    expect(device.did).toEqual(['closeLive'])
    expect(device.tell(queued('files')).did).toEqual([])
    expect(waitingOfLane(device.state, 'files')).toMatchObject({ reason: 'weak-signal' })
  })

  test('[Q7] a hidden page keeps its socket for a minute', () => {
    const device = connected().tell({ type: 'hidden' })
    expect(device.did).toEqual([])
    device.until('closeLive')
    expect(device.now).toBe(MORNING + 10 + MINUTE)
    expect(device.tell({ type: 'visible' }).did).toEqual(['hello', 'openLive'])
  })
})

describe('clocks and restarts', () => {
  test('[C1] a clock that is set back makes no wait longer', () => {
    const device = disconnected().fail('hello', { type: 'network' })
    const wait = (device.state.timerAt ?? 0) - device.now
    device
      .tell(wrote(A))
      .wait(-10 * HOUR)
      .tell({ type: 'timerFired' })
    expect(device.effect('setTimer').at).toBeLessThanOrEqual(device.now + wait)
    expect(nextTryAt(device.state, A)).toBeLessThanOrEqual(device.now + wait)
  })

  test('[P4] after a restart what was in flight is sent again', () => {
    const device = connected().tell(wrote(A))
    device.state = JSON.parse(JSON.stringify(device.state)) as SchedulerState
    device.tell({ type: 'started' }).succeed('hello')
    expect(device.did).toContain('push space-a')
  })

  test('stopping gives up what is in flight and leaves no timer', () => {
    const device = connected().tell(wrote(A), { type: 'stopped' })
    expect(device.did).toEqual(['seal', 'push space-a', 'abort', 'closeLive'])
    expect(device.state.timerAt).toBeNull()
    expect(device.tell(wrote(A), { type: 'online' }, { type: 'timerFired' }).did).toEqual([])
  })
})

describe('[Q5] comparing records', () => {
  const planned = (device: Device, at = device.now): Device => device.tell({ type: 'checkPlanned', space: A, at })

  test('goes at its time, and step by step', () => {
    const device = planned(connected(), MORNING + HOUR)
    expect(device.did).toEqual([])
    device.until(`check ${A}`)
    expect(device.now).toBeGreaterThanOrEqual(MORNING + HOUR)
    expect(device.succeed('check', { more: true }).did).toEqual([`check ${A}`])
    expect(device.succeed('check').did).toEqual([])
  })

  test('waits behind changes and pulls', () => {
    const device = connected().tell(wrote(B))
    expect(planned(device).did).toEqual([])
    expect(device.tell({ type: 'headsSeen', heads: [{ space: A, head: 7 }] }).did).toEqual([`pull ${A}`])
    expect(device.succeed('push').did).toEqual([])
    expect(device.succeed('pull', { at: 7 }).did).toEqual([`check ${A}`])
    expect(device.tell(wrote(A)).did).toEqual([`seal`, `push ${A}`])
  })

  test('waits until what is typed is sent', () => {
    const device = planned(connected().tell(wrote(A, true)))
    expect(device.did).toEqual([])
    device.until(`push ${A}`)
    expect(device.succeed('push').did).toEqual([`check ${A}`])
  })

  test('does not go over a poor line, and its failure says nothing of line or hub', () => {
    const device = planned(connected())
    device.fail('check', { type: 'timeout' })
    expect(device.state.hub.failures).toBe(0)
    expect(device.state.signal).toEqual(connected().state.signal)
    device.until(`check ${A}`)
    const poor = connected()
    for (let k = 0; k < 8; k += 1) poor.state = { ...poor.state, signal: observe(poor.state.signal, { type: 'unanswered' }) }
    expect(planned(poor).did).not.toContain(`check ${A}`)
  })
})

describe('the watchdog', () => {
  const stuck = (push: (device: Device) => void, minutes: number): Device => {
    const device = connected()
    device.tell(wrote(A))
    for (let passed = 0; passed < minutes * MINUTE; passed += 10 * SECOND) {
      device.wait(10 * SECOND).tell({ type: 'timerFired' })
      if (device.state.inFlight.some(({ task }) => task.type === 'hello')) device.succeed('hello', { progress: false })
      if (device.state.inFlight.some(({ task }) => task.type === 'push')) push(device)
    }
    return device
  }
  const refuse = (device: Device): void => void device.fail('push', { type: 'answered', status: 500, code: 'hub.fault' })
  const move = (device: Device): void => void device.succeed('push', { progress: true, more: true })

  test('[S2] a change that may go and gets nowhere is reported, with the last problem, and goes on being tried', () => {
    const device = stuck(refuse, 15)
    const [stalled] = stalledOf(device.state)
    expect(stalled).toMatchObject({ space: A, doing: 'push', problem: 'hub.fault' })
    expect(device.now - (stalled?.since ?? 0)).toBeGreaterThan(9 * MINUTE)
    expect(stalled?.tries).toBeGreaterThan(3)
  })

  test('nothing is reported while changes move, or before there was time to try', () => {
    expect(stalledOf(stuck(move, 30).state)).toEqual([])
    expect(stalledOf(stuck(refuse, 1).state)).toEqual([])
  })

  test('nothing is reported of what waits for a network, a sign-in or a policy', () => {
    const offline = connected().tell(wrote(A), { type: 'offline' })
    offline.wait(HOUR).tell({ type: 'timerFired' })
    expect(stalledOf(offline.state)).toEqual([])
    const signedOut = connected().tell(wrote(A), { type: 'signedOut' })
    signedOut.wait(HOUR).tell({ type: 'timerFired' })
    expect(stalledOf(signedOut.state)).toEqual([])
  })

  test('the report ends with progress', () => {
    const device = stuck(refuse, 15)
    for (let tries = 0; tries < 60 && stalledOf(device.state).length > 0; tries++) {
      device.wait(10 * SECOND).tell({ type: 'timerFired' })
      if (device.state.inFlight.some(({ task }) => task.type === 'push')) move(device)
    }
    expect(stalledOf(device.state)).toEqual([])
  })

  test('what is stalled is started afresh once an hour: its exchange is given up, and one change goes alone', () => {
    let restarts = 0
    const device = stuck((each) => {
      if (each.state.spaces[0]?.restartedAt === each.now) restarts += 1
      refuse(each)
    }, 90)
    expect(device.state.spaces[0]).toMatchObject({ maxChanges: 1 })
    expect(device.state.spaces[0]?.restartedAt).not.toBeNull()
    expect(restarts).toBeLessThanOrEqual(2)
  })

  test('[P2] a remedy that does not help is not taken again and again: three within an hour, then it waits and is reported', () => {
    let remedies = 0
    const device = stuck((each) => {
      each.fail('push', { type: 'answered', status: 409, code: 'push.fork' })
      remedies += each.did.filter((what) => what.startsWith('recover')).length
      if (each.did.some((what) => what.startsWith('recover'))) each.tell({ type: 'resumed', space: A })
    }, 55)
    expect(remedies).toBe(3)
    expect(stalledOf(device.state)[0]).toMatchObject({ problem: 'push.fork' })
  })
})
