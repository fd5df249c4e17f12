/**
 * The engine as one page sees it, whichever tab has it: a port whose other end can be replaced at any time.
 *
 *   page ──► Relay ──► this tab's own engine, or the leading tab's, or nobody for a moment
 *
 * - Unanswered requests are repeated to the next engine in the same order; a batch keeps its operation id.
 * - An answer counts even if its engine has been replaced: what it committed is on disk. Failures of a replaced engine do not count.
 * - A watch continues with the next engine, and the page is told only the differences.
 */
import type {
  EnginePort,
  OpenAnswer,
  ReadAnswer,
  ReadRequest,
  Stop,
  StoreStatus,
  WatchEvent,
  WatchRequest,
  WriteAnswer,
  WriteBatch,
} from '../engine/port.ts'
import { PortError, type WireError } from './channel.ts'
import { Known } from './known.ts'

interface PendingCall {
  readonly ask: (engine: EnginePort) => Promise<void>
  readonly reject: (error: unknown) => void
}

interface Subscription {
  /** Begins the watch with an engine; passes on only what is new to the page. */
  readonly begin: (engine: EnginePort) => Stop
  readonly fail: (error: WireError) => void
  stop: Stop | null
}

export class Relay implements EnginePort {
  readonly #mintOperationId: () => string
  readonly #calls = new Set<PendingCall>()
  readonly #subscriptions = new Set<Subscription>()
  #engine: EnginePort | null = null
  #failure: WireError | null = null

  constructor(mintOperationId: () => string) {
    this.#mintOperationId = mintOperationId
  }

  // ── the page ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  open(): Promise<OpenAnswer> {
    return this.#call((engine) => engine.open())
  }

  read(request: ReadRequest): Promise<ReadAnswer> {
    return this.#call((engine) => engine.read(request))
  }

  write(batch: WriteBatch): Promise<WriteAnswer> {
    const named = batch.operationId === '' ? { ...batch, operationId: this.#mintOperationId() } : batch
    return this.#call((engine) => engine.write(named))
  }

  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop {
    const known = new Known()
    const tell = (event: WatchEvent): void => {
      known.take(event)
      notify(event)
    }
    const begin = (engine: EnginePort): Stop => {
      let isWhole = true
      return engine.watch(request, (event) => {
        const news = isWhole ? known.news(event) : event
        isWhole = false
        if (news !== null) tell(news)
      })
    }
    return this.#subscribe(begin, ({ code, message }) => tell({ type: 'failed', code, message }))
  }

  status(notify: (status: StoreStatus) => void): Stop {
    return this.#subscribe((engine) => engine.status(notify), nothing)
  }

  /** Ends the page's part; the engine continues for the others that it serves. */
  close(): Promise<void> {
    this.disconnect()
    this.#subscriptions.clear()
    this.fail({ name: 'StoreClosed', code: 'store.closed', message: 'The store was closed.' })
    return Promise.resolve()
  }

  // ── the tab ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Uses this engine from now on, also for unanswered requests. */
  connect(engine: EnginePort): void {
    this.disconnect()
    this.#failure = null
    this.#engine = engine
    for (const subscription of this.#subscriptions) this.#begin(subscription, engine)
    for (const call of this.#calls) void call.ask(engine)
  }

  /** Uses no engine for the moment; the page waits. */
  disconnect(): void {
    this.#engine = null
    for (const subscription of this.#subscriptions) {
      subscription.stop?.()
      subscription.stop = null
    }
  }

  /** Fails all requests with this error until an engine is connected. */
  fail(error: WireError): void {
    this.disconnect()
    this.#failure = error
    for (const call of this.#calls) call.reject(new PortError(error))
    this.#calls.clear()
    for (const subscription of this.#subscriptions) subscription.fail(error)
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #call<T>(ask: (engine: EnginePort) => Promise<T>): Promise<T> {
    if (this.#failure !== null) return Promise.reject(new PortError(this.#failure))
    return new Promise<T>((resolve, reject) => {
      const call: PendingCall = {
        reject,
        ask: async (engine) => {
          try {
            const answer = await ask(engine)
            this.#calls.delete(call)
            resolve(answer)
          } catch (error) {
            if (this.#engine === engine && this.#calls.delete(call)) reject(error)
          }
        },
      }
      this.#calls.add(call)
      if (this.#engine !== null) void call.ask(this.#engine)
    })
  }

  #subscribe(begin: Subscription['begin'], fail: Subscription['fail']): Stop {
    const subscription: Subscription = { begin, fail, stop: null }
    this.#subscriptions.add(subscription)
    if (this.#failure !== null) fail(this.#failure)
    if (this.#engine !== null) this.#begin(subscription, this.#engine)
    return () => {
      this.#subscriptions.delete(subscription)
      subscription.stop?.()
      subscription.stop = null
    }
  }

  /** Begins a watch. The engine may call back before it returns the stop function, and the listener may stop during a call. */
  #begin(subscription: Subscription, engine: EnginePort): void {
    const stop = subscription.begin(engine)
    if (this.#subscriptions.has(subscription) && this.#engine === engine) subscription.stop = stop
    else stop()
  }
}

const nothing = (): void => {}
