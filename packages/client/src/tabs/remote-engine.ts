/**
 * The client half of a port over a channel: an EnginePort whose engine is elsewhere.
 *
 * If the other side may be busy for long, or gone, unanswered requests are repeated unchanged. A batch is applied once by its operation id,
 * a running watch is left as it is, and a read may be answered twice.
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
import {
  type CallAnswer,
  type Channel,
  type EngineCall,
  type FromEngine,
  PortError,
  type SetTimer,
  type ToEngine,
  wireErrorOf,
} from './channel.ts'

export interface Impatience {
  readonly setTimer: SetTimer
  readonly askAgainMs: number
  /** Called each time. */
  readonly onSilence: () => void
}

/** An engine behind a channel. After `disconnect` it answers nothing more, not even with an error. */
export interface RemoteEngine extends EnginePort {
  disconnect(): void
}

/** `impatience`: null for a channel that never loses messages. */
export function remoteEngine(channel: Channel, impatience: Impatience | null = null): RemoteEngine {
  return new Remote(channel, impatience)
}

interface Asked {
  readonly resolve: (answer: CallAnswer) => void
  readonly reject: (error: PortError) => void
  readonly calm: Stop
}

interface Subscribed {
  readonly notify: (message: Told) => unknown
  /** Called with the first message. */
  readonly calm: Stop
}

type Told = Extract<FromEngine, { type: 'event' | 'status' }>

class Remote implements RemoteEngine {
  readonly #channel: Channel
  readonly #impatience: Impatience | null
  readonly #asked = new Map<number, Asked>()
  readonly #subscribed = new Map<number, Subscribed>()
  readonly #stopListening: Stop
  #lastId = 0

  constructor(channel: Channel, impatience: Impatience | null) {
    this.#channel = channel
    this.#impatience = impatience
    this.#stopListening = channel.listen((message) => this.#receive(message as FromEngine))
  }

  open(): Promise<OpenAnswer> {
    return this.#ask({ method: 'open' }) as Promise<OpenAnswer>
  }

  read(request: ReadRequest): Promise<ReadAnswer> {
    return this.#ask({ method: 'read', request }) as Promise<ReadAnswer>
  }

  write(batch: WriteBatch): Promise<WriteAnswer> {
    return this.#ask({ method: 'write', batch }) as Promise<WriteAnswer>
  }

  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop {
    return this.#subscribe(
      (id) => ({ type: 'watch', id, request }),
      (message) => message.type === 'event' && notify(message.event),
    )
  }

  status(notify: (status: StoreStatus) => void): Stop {
    return this.#subscribe(
      (id) => ({ type: 'status', id }),
      (message) => message.type === 'status' && notify(message.status),
    )
  }

  async close(): Promise<void> {
    await this.#ask({ method: 'close' })
    this.disconnect()
  }

  disconnect(): void {
    this.#stopListening()
    for (const { calm } of [...this.#asked.values(), ...this.#subscribed.values()]) calm()
    this.#asked.clear()
    this.#subscribed.clear()
  }

  #ask(call: EngineCall): Promise<CallAnswer> {
    const message: ToEngine = { type: 'call', id: ++this.#lastId, call }
    return new Promise((resolve, reject) => {
      try {
        this.#channel.send(message)
        this.#asked.set(message.id, { resolve, reject, calm: this.#askAgain(message) })
      } catch (error) {
        reject(new PortError({ ...wireErrorOf(error), code: 'value.type' }))
      }
    })
  }

  #askAgain(message: ToEngine): Stop {
    if (this.#impatience === null) return () => {}
    const { setTimer, askAgainMs, onSilence } = this.#impatience
    let stop: Stop
    const again = (): void => {
      stop = setTimer(() => {
        this.#channel.send(message)
        onSilence()
        again()
      }, askAgainMs)
    }
    again()
    return () => stop()
  }

  #subscribe(begin: (id: number) => ToEngine, notify: (message: Told) => unknown): Stop {
    const message = begin(++this.#lastId)
    this.#channel.send(message)
    this.#subscribed.set(message.id, { notify, calm: this.#askAgain(message) })
    return () => {
      this.#subscribed.get(message.id)?.calm()
      if (this.#subscribed.delete(message.id)) this.#channel.send({ type: 'stop', id: message.id } satisfies ToEngine)
    }
  }

  #receive(message: FromEngine): void {
    if (message.type === 'event' || message.type === 'status') {
      const subscribed = this.#subscribed.get(message.id)
      subscribed?.calm()
      subscribed?.notify(message)
      return
    }
    const asked = this.#asked.get(message.id)
    if (asked === undefined) return
    this.#asked.delete(message.id)
    asked.calm()
    if (message.type === 'answer') asked.resolve(message.answer)
    else asked.reject(new PortError(message.error))
  }
}
