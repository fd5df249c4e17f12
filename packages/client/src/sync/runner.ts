/**
 * The sync runner: the shell around the pure scheduler. It decides nothing: it reports events in order and carries out every effect in
 * order.
 *
 *   commits · hints · a person ──► events ──► schedule(state, event) ──► effects ──► push, pull, hello … ──► hub
 *                                    ▲                                                  │
 *                                    └────────── their outcomes ◄───────────────────────┘
 *
 * Invariants
 * - The store is accessed only in separate turns: events wait for a microtask, so that no transaction of a caller is running.
 * - After `stop` nothing of a run touches the store any more.
 * - Anything lost here (an answer, a socket, the process) is asked for again: every step may run late or twice.
 */
import {
  initialScheduler,
  policyOf,
  type Policy,
  schedule,
  type SchedulerEffect,
  type SchedulerEvent,
  type SchedulerState,
  unreachable,
} from '@tombolo/core'
import { HubHalf } from '../engine/hub-half.ts'
import type { LocalStore } from '../engine/local-store.ts'
import type { SyncControl, SyncStatus } from '../engine/sync-control.ts'
import { BLIND } from './connectivity.ts'
import { hello, longPoll } from './heads.ts'
import { LiveSync } from './live-sync.ts'
import { answeredSince, outcomeOf, outOfTime, type SyncSummary, unansweredIn } from './once.ts'
import type { SyncOptions } from './options.ts'
import { gaveUp } from './outcome.ts'
import { outboxNews, type OutboxStates, surveyOutbox } from './outbox-news.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { recover } from './recover.ts'
import { Session } from './session.ts'
import { lastCompleteAt, statusOf } from './status.ts'
import { TextLoader } from './text.ts'

export class SyncRunner implements SyncControl {
  readonly #options: SyncOptions
  readonly #store: LocalStore
  readonly #listeners = new Set<() => void>()
  readonly #stops: (() => void)[] = []
  /** Rounds of sync that callers wait for. */
  readonly #checks = new Set<() => void>()
  readonly #flying = new Map<number, AbortController>()
  #session: Session
  #scheduler: SchedulerState
  #events: SchedulerEvent[] = []
  #outbox: OutboxStates = new Map()
  #isOutboxDirty = false
  /** The disk failed in an exchange: what it had changed may not have been told. */
  #isNewsLost = false
  #isAwake = false
  #isRunning = false
  #live: LiveSync
  #cancelTimer: () => void = () => undefined
  #lastSuccessAt: number | null
  #status: SyncStatus

  constructor(options: SyncOptions) {
    this.#options = options
    this.#store = options.store
    this.#store.useHub(HubHalf)
    this.#session = this.#newSession()
    this.#live = this.#newLive()
    this.#scheduler = initialScheduler({
      signedIn: options.signedIn ?? true,
      ...(options.policy === undefined ? {} : { policy: policyOf(options.policy) }),
    })
    this.#lastSuccessAt = lastCompleteAt(options.store)
    this.#status = this.#statusNow()
  }

  // ── what others ask ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @throws StorageError if the disk cannot be read; nothing has started then. */
  start(): void {
    if (this.#isRunning) return
    this.#session = this.#newSession()
    this.#live = this.#newLive()
    // What a failing disk may refuse comes first, so that a start that throws can be asked for again.
    this.#outbox = surveyOutbox(this.#store.state)
    const announced = this.#store.state.spaces.all().flatMap(({ id }) => this.#session.announced(id))
    this.#isRunning = true
    this.#stops.push(this.#store.onCommit(({ outbox }) => outbox && this.#outboxChanged()))
    this.#tell(...announced)
    this.#stops.push((this.#options.ports.connectivity ?? BLIND).watch((hint) => this.#tell(hint)))
    this.#events.push({ type: 'started' })
    // Runs at once, because the status would be offline until then.
    this.#pump()
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return
    for (const stop of this.#stops.splice(0)) stop()
    this.#events = [{ type: 'stopped' }]
    this.#pump()
    this.#isRunning = false
  }

  /**
   * Pushes and pulls everything once, even if the runner was not started: for Node, background tasks and tests. `deadline`: on the device's
   * clock; default half a minute from now.
   */
  async syncOnce(options: { readonly deadline?: number } = {}): Promise<SyncSummary> {
    const wasRunning = this.#isRunning
    this.start()
    this.sendNow()
    const { tally } = this.#session
    const before = { ...tally }
    const waited = unansweredIn(this.#store)
    const outcome = await this.#settled(options.deadline ?? this.#options.ports.nowMs() + ONCE_MS, before.greetings)
    if (!wasRunning) await this.stop()
    return { outcome, received: tally.received - before.received, ...answeredSince(waited, this.#store) }
  }

  /** A person asks to send now. They may just have signed in by cookie, which this code cannot see. */
  sendNow(): void {
    if (this.#isRunning && !this.#scheduler.signedIn) this.signedIn()
    this.#tell({ type: 'sendNow', lanes: ['changes', 'files', 'jobs'] })
  }

  /** There is a token to try. Exchanges in flight belong to the sign-in before, so everything begins again with a hello. */
  signedIn(): void {
    if (this.#isRunning) this.#tell({ type: 'stopped' }, { type: 'signedIn' }, { type: 'started' })
    else this.#tell({ type: 'signedIn' })
  }

  signedOut(): void {
    this.#tell({ type: 'signedOut' })
  }

  setPolicy(policy: Policy): void {
    this.#tell({ type: 'policyChanged', policy })
  }

  status(): SyncStatus {
    return this.#status
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #settled(deadline: number, greetings: number): Promise<SyncSummary['outcome']> {
    const { setTimer, nowMs } = this.#options.ports
    return new Promise((resolve) => {
      const end = (outcome: SyncSummary['outcome']): void => {
        cancel()
        this.#checks.delete(check)
        resolve(outcome)
      }
      const cancel = setTimer(() => end(outOfTime(this.#scheduler)), Math.max(0, deadline - nowMs()))
      const check = (): void => {
        const outcome = outcomeOf(this.#scheduler, this.#session.tally.greetings > greetings, deadline)
        if (outcome !== null) end(outcome)
      }
      this.#checks.add(check)
    })
  }

  // ── events in, effects out ─────────────────────────────────────────────────────────────────────────────────────────────

  #tell(...events: readonly SchedulerEvent[]): void {
    this.#events.push(...events)
    if (this.#isAwake) return
    this.#isAwake = true
    queueMicrotask(() => this.#pump())
  }

  #outboxChanged(): void {
    this.#isOutboxDirty = true
    this.#tell()
  }

  #pump(): void {
    this.#isAwake = true
    this.#guarded(() => this.#isOutboxDirty && this.#isRunning && this.#surveyOutbox())
    this.#guarded(() => this.#isNewsLost && this.#isRunning && this.#announceAll())
    // A step that fails is told of, and must not keep the next ones asleep.
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) this.#guarded(() => this.#step(event))
    this.#isAwake = false
    this.#publish()
    for (const check of this.#checks) check()
  }

  #surveyOutbox(): void {
    const now = surveyOutbox(this.#store.state)
    this.#isOutboxDirty = false
    this.#events.unshift(...outboxNews(this.#outbox, now))
    this.#outbox = now
  }

  #step(event: SchedulerEvent): void {
    const { nowMs, random } = this.#options.ports
    const { state, effects } = schedule(this.#scheduler, event, { now: nowMs(), random: random() })
    this.#scheduler = state
    if (event.type === 'exchangeSucceeded') this.#succeeded(event.progress)
    const wasRunning = this.#isRunning
    for (const effect of effects) {
      this.#carryOut(effect)
      // It may have stopped the runner: a disk that fails is let go of at once.
      if (wasRunning && !this.#isRunning) return
    }
  }

  #carryOut(effect: SchedulerEffect): void {
    switch (effect.type) {
      case 'push':
        return this.#fly(effect.id, (signal) => push(this.#session, effect, signal))
      case 'pull':
        return this.#fly(effect.id, (signal) => pull(this.#session, effect, signal))
      case 'check':
        // Its code is loaded when it is needed, once a day.
        return this.#fly(effect.id, async (signal) => (await import('./check.ts')).checkSpace(this.#session, effect, signal))
      case 'hello':
        return this.#fly(effect.id, (signal) => hello(this.#session, effect, signal))
      case 'longPoll':
        return this.#fly(effect.id, (signal) => longPoll(this.#session, effect, signal))
      case 'sendFiles':
      case 'sendJobs':
        // Nothing uses these lanes yet.
        return this.#tell(gaveUp(effect.id))
      case 'abort':
        return this.#abort(effect.id)
      case 'openLive':
        return this.#live.open()
      case 'closeLive':
        return this.#live.close()
      case 'seal':
        return this.#guarded(() => effect.spaces.forEach((space) => this.#store.seal(space)))
      case 'recover':
        return this.#recover(effect)
      case 'setTimer':
        return this.#setTimer(effect.at)
      case 'clearTimer':
        return this.#cancelTimer()
      case 'report':
        return
      default:
        return unreachable(effect)
    }
  }

  #announceAll(): void {
    this.#events.unshift(...this.#session.announcedAnew())
    this.#isNewsLost = false
  }

  /** Where the device's storage refuses the remedy, the space goes on all the same: the hub's next answer asks for it again. */
  #recover(effect: Extract<SchedulerEffect, { type: 'recover' }>): void {
    try {
      this.#tell(...recover(this.#session, effect))
    } catch (error) {
      this.#options.ports.onError(error)
      this.#isNewsLost = true
      this.#tell({ type: 'resumed', space: effect.space })
    }
  }

  // ── exchanges ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #fly(id: number, run: (signal: AbortSignal) => Promise<readonly SchedulerEvent[]>): void {
    const controller = new AbortController()
    this.#flying.set(id, controller)
    void this.#flown(id, run(controller.signal), controller.signal)
  }

  async #flown(id: number, run: Promise<readonly SchedulerEvent[]>, signal: AbortSignal): Promise<void> {
    try {
      const events = await run
      if (!signal.aborted) this.#tell(...events)
    } catch (error) {
      this.#options.ports.onError(error)
      this.#isNewsLost = true
      if (!signal.aborted) this.#tell(gaveUp(id))
    } finally {
      this.#flying.delete(id)
    }
  }

  #abort(id: number): void {
    this.#flying.get(id)?.abort()
    this.#flying.delete(id)
  }

  #succeeded(progress: boolean): void {
    const isAllDone = this.#scheduler.spaces.every(({ push: pushes, pull: pulls }) => !pushes.wanted && !pulls.wanted)
    if (progress || isAllDone) this.#lastSuccessAt = this.#options.ports.nowMs()
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #newSession(): Session {
    const { store, transport, loadText, wants, ports, kept } = this.#options
    return new Session({
      ...ports,
      store,
      text: new TextLoader(store, loadText),
      wants: wants ?? (() => true),
      kept,
      pause: () => new Promise((resolve) => void ports.setTimer(resolve, 0)),
      request: (path, body, timeoutMs, signal) =>
        this.#live.request(path, body, signal) ?? transport.request(path, body, { timeoutMs, signal }),
    })
  }

  #newLive(): LiveSync {
    const { transport, ports } = this.#options
    const { nowMs, onError } = ports
    return new LiveSync({ transport, session: this.#session, nowMs, onError, tell: (...events) => this.#tell(...events) })
  }

  #setTimer(at: number): void {
    const { setTimer, nowMs } = this.#options.ports
    this.#cancelTimer()
    this.#cancelTimer = setTimer(() => this.#tell({ type: 'timerFired' }), Math.max(0, at - nowMs()))
  }

  /** Runs work that the device's storage may refuse. It is tried again on the next occasion. */
  #guarded(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      this.#options.ports.onError(error)
    }
  }

  #publish(): void {
    const status = this.#statusNow()
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return
    this.#status = status
    for (const listener of this.#listeners) listener()
  }

  #statusNow(): SyncStatus {
    const loading = [...this.#session.loading.values()]
    return statusOf({ scheduler: this.#scheduler, store: this.#store, lastSuccessAt: this.#lastSuccessAt, loading })
  }
}

const ONCE_MS = 30_000
