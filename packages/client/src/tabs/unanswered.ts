/**
 * Keeps batches that have no answer when their page leaves, in storage that a page can write synchronously; the next page of the store asks
 * for them again. A worker ends with its page, perhaps before it read the last message, but a person who types and reloads has still
 * written.
 *
 *   page goes ──► its unanswered batches ──► kept ──► next page opens ──► asked again, under their operation ids ──► forgotten
 *
 * - A batch is applied once, whether or not the first request was carried out, because of its operation id.
 * - Only a leaving page writes here: while it stays, its worker answers.
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

/** Synchronous storage of texts by name: `localStorage`. Each function may throw if the browser refuses. */
export interface Keep {
  readonly names: () => readonly string[]
  readonly read: (name: string) => string | null
  readonly write: (name: string, text: string) => void
  readonly remove: (name: string) => void
}

/** Reports when the page leaves, and when it returns from the browser's cache. */
export interface Leaving {
  readonly watch: (left: () => void, returned: () => void) => Stop
}

interface Kept {
  readonly at: number
  /** The order among the batches of one page. */
  readonly order: number
  readonly batch: WriteBatch
}

export class Unanswered implements EnginePort {
  readonly #port: EnginePort
  readonly #keep: Keep
  readonly #nowMs: () => number
  readonly #pending = new Map<string, WriteBatch>()
  readonly #stop: Stop
  #hasLeft = false
  #order = 0

  constructor(port: EnginePort, keep: Keep, leaving: Leaving, nowMs: () => number) {
    this.#port = port
    this.#keep = keep
    this.#nowMs = nowMs
    this.#stop = leaving.watch(
      () => this.#leave(),
      () => (this.#hasLeft = false),
    )
  }

  /** Asks again for batches of earlier pages before this page reads. */
  async open(): Promise<OpenAnswer> {
    const answer = await this.#port.open()
    for (const { batch } of this.#left()) await this.#askAgain(batch)
    return answer
  }

  async write(batch: WriteBatch): Promise<WriteAnswer> {
    const { operationId } = batch
    if (operationId === '') return await this.#port.write(batch)
    this.#pending.set(operationId, batch)
    if (this.#hasLeft) this.#put(batch)
    try {
      const answer = await this.#port.write(batch)
      this.#forget(operationId)
      return answer
    } finally {
      this.#pending.delete(operationId)
    }
  }

  read(request: ReadRequest): Promise<ReadAnswer> {
    return this.#port.read(request)
  }

  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop {
    return this.#port.watch(request, notify)
  }

  status(notify: (status: StoreStatus) => void): Stop {
    return this.#port.status(notify)
  }

  close(): Promise<void> {
    this.#stop()
    return this.#port.close()
  }

  /** Keeps unanswered batches. Inputs also save when the page leaves; if they are told later than this, their batches are kept too. */
  #leave(): void {
    this.#hasLeft = true
    for (const batch of this.#pending.values()) this.#put(batch)
  }

  /** Asks again for a batch. A refused batch stays refused; if the store cannot answer now, the batch waits for the next page. */
  async #askAgain(batch: WriteBatch): Promise<void> {
    try {
      await this.#port.write(batch)
      this.#forget(batch.operationId)
    } catch {
      // The batch stays kept.
    }
  }

  #left(): readonly Kept[] {
    return this.#guarded(() => this.#keep.names().flatMap((name) => keptOf(this.#keep.read(name))), []).toSorted(
      (a, b) => a.at - b.at || a.order - b.order,
    )
  }

  #put(batch: WriteBatch): void {
    const kept: Kept = { at: this.#nowMs(), order: this.#order++, batch }
    this.#guarded(() => this.#keep.write(batch.operationId, JSON.stringify(kept)), undefined)
  }

  #forget(operationId: string): void {
    this.#guarded(() => this.#keep.remove(operationId), undefined)
  }

  /** Runs work on the storage; a browser that refuses storage to this site loses no more than it would anyway. */
  #guarded<T>(work: () => T, otherwise: T): T {
    try {
      return work()
    } catch {
      return otherwise
    }
  }
}

function keptOf(text: string | null): readonly Kept[] {
  try {
    const { at, order, batch } = JSON.parse(text ?? '{}') as Partial<Kept>
    return typeof at === 'number' && typeof order === 'number' && typeof batch?.operationId === 'string' ? [{ at, order, batch }] : []
  } catch {
    return []
  }
}
