/**
 * The engine as one page sees it, whichever tab has it at the moment: a port whose other end may be changed at any time.
 *
 *   page ──► Relay ──► this tab's own engine, or the leading tab's, or nobody for a moment
 *
 * - What was asked and not answered is asked again of the next engine, in the same order; a batch under the same operation id.
 * - What an engine answers counts, also when it is no longer the one asked: what it committed is on disk. Its failures do not.
 * - A watch goes on with the next engine, and the page is told only what is different there.
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
  /** Begins with an engine, and says only what is news to the page. */
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

  /** The page's part ends; the engine goes on, for whoever else it serves. */
  close(): Promise<void> {
    this.disconnect()
    this.#subscriptions.clear()
    this.fail({ name: 'StoreClosed', code: 'store.closed', message: 'The store was closed.' })
    return Promise.resolve()
  }

  // ── the tab ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** From now on this engine is asked, also for what nobody answered yet. */
  connect(engine: EnginePort): void {
    this.disconnect()
    this.#failure = null
    this.#engine = engine
    for (const subscription of this.#subscriptions) this.#begin(subscription, engine)
    for (const call of this.#calls) void call.ask(engine)
  }

  /** Nobody is asked for the moment; the page waits. */
  disconnect(): void {
    this.#engine = null
    for (const subscription of this.#subscriptions) {
      subscription.stop?.()
      subscription.stop = null
    }
  }

  /** There will be no engine, until there is one. */
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

  /** An engine may tell before it says how to stop it, and a listener may stop while it is told. */
  #begin(subscription: Subscription, engine: EnginePort): void {
    const stop = subscription.begin(engine)
    if (this.#subscriptions.has(subscription) && this.#engine === engine) subscription.stop = stop
    else stop()
  }
}

const nothing = (): void => {}
