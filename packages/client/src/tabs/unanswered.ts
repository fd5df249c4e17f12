/**
 * What a page asked to be saved and has no answer for when it goes: kept where a page can write at once, and asked again by the next page of
 * the store. A worker ends with its page, perhaps before it has read what the page's last word was; a person who types and reloads has
 * still written it.
 *
 *   page goes ──► its unanswered batches ──► kept ──► next page opens ──► asked again, under their operation ids ──► forgotten
 *
 * - A batch is applied once, whether the first asking was carried out or not: that is what operation ids are for.
 * - Only a page that goes writes here: while it stays, its worker answers.
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

/** Texts by name, written before a page has gone: `localStorage`. Each function may throw where a browser refuses. */
export interface Keep {
  readonly names: () => readonly string[]
  readonly read: (name: string) => string | null
  readonly write: (name: string, text: string) => void
  readonly remove: (name: string) => void
}

/** Tells when the page goes, and when it comes back from the browser's cache. */
export interface Leaving {
  readonly watch: (left: () => void, returned: () => void) => Stop
}

interface Kept {
  readonly at: number
  /** Among those of one page. */
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

  /** What the page before left behind is saved before this page reads. */
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

  /** Inputs save what is in them when the page goes; whoever hears of it later than this asks to write later, and is kept too. */
  #leave(): void {
    this.#hasLeft = true
    for (const batch of this.#pending.values()) this.#put(batch)
  }

  /** A batch that is refused stays refused; what the store cannot answer now waits for the next page. */
  async #askAgain(batch: WriteBatch): Promise<void> {
    try {
      await this.#port.write(batch)
      this.#forget(batch.operationId)
    } catch {
      // It stays kept.
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

  /** A browser that keeps nothing for this site loses what it would lose anyhow. */
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
