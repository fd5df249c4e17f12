/**
 * A port that carries nothing by itself: a test decides when a request reaches the engine and when its answers and events reach the
 * page, and may lose a write on its way there or back. What is delivered keeps its order, as in any port.
 */
import type {
  EnginePort,
  ReadAnswer,
  ReadRequest,
  Stop,
  StoreStatus,
  WatchEvent,
  WatchRequest,
  WriteAnswer,
  WriteBatch,
} from '../../engine/port.ts'

export type Loss = 'none' | 'request' | 'answer'

export class SlowPort implements EnginePort {
  /** Off: everything passes at once. */
  isSlow = false
  readonly #engine: EnginePort
  readonly #toEngine: ((loss: Loss) => Promise<void>)[] = []
  readonly #toPage: (() => void)[] = []

  constructor(engine: EnginePort) {
    this.#engine = engine
  }

  get isIdle(): boolean {
    return this.#toEngine.length === 0 && this.#toPage.length === 0
  }

  /** Lets one request reach the engine. */
  async deliverToEngine(loss: Loss = 'none'): Promise<void> {
    await this.#toEngine.shift()?.(loss)
  }

  /** Lets one answer or event reach the page. */
  deliverToPage(): void {
    this.#toPage.shift()?.()
  }

  open(): ReturnType<EnginePort['open']> {
    return this.#engine.open()
  }

  read(request: ReadRequest): Promise<ReadAnswer> {
    return this.#ask(() => this.#engine.read(request), false)
  }

  write(batch: WriteBatch): Promise<WriteAnswer> {
    return this.#ask(() => this.#engine.write(batch), true)
  }

  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop {
    return this.#engine.watch(request, (event) => this.#post(() => notify(event)))
  }

  status(notify: (status: StoreStatus) => void): Stop {
    return this.#engine.status((status) => this.#post(() => notify(status)))
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  #post(message: () => void): void {
    if (this.isSlow) this.#toPage.push(message)
    else message()
  }

  #ask<T>(carryOut: () => Promise<T>, mayBeLost: boolean): Promise<T> {
    if (!this.isSlow) return carryOut()
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(new Error('the port was cut'))
      this.#toEngine.push(async (loss) => {
        if (mayBeLost && loss === 'request') return this.#post(lost)
        const answer = await carryOut()
        this.#post(mayBeLost && loss === 'answer' ? lost : () => resolve(answer))
      })
    })
  }
}
