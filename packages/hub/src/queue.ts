/**
 * Group commit: all pushes offered in one turn of the event loop share one transaction, so that a hundred devices cost one fsync. If the
 * database refuses a batch, it is replayed push by push, so that only the failing push is refused.
 *
 *   offer ─► waiting ─(end of the turn)─► batch ─► transact ─► settle each, in order ─► committed(batch)
 *
 * One batch runs at a time. `settle` runs before `committed`, so that a device gets its answer before any later delta.
 */
import { type RecordId, SPACE_COLLECTION } from '@tombolo/core'
import { type Batch, type Ingested, ingest, type Offered } from './ingest/ingest.ts'
import type { IngestContext } from './ingest/context.ts'
import type { Storage, Touch } from './storage.ts'

export type Settled = Ingested | { readonly type: 'unavailable'; readonly error: unknown }

export interface QueueOptions {
  readonly storage: Storage
  /** Makes the context of a batch, with its time and epoch. */
  readonly context: () => IngestContext
  /** Runs its argument at the end of this turn of the event loop. */
  readonly defer: (run: () => void) => void
  readonly committed: (batch: readonly Committed[], context: IngestContext) => void
  /** Called if telling the outcome of a commit threw. */
  readonly onUntold: (error: unknown) => void
  /** Changes in one transaction; bounds how long the next pushes wait. */
  readonly batchChangesMax: number
  /** Pushes that may wait; beyond this, devices are asked to come back. */
  readonly waitingMax: number
}

export interface Committed {
  readonly offered: Offered
  readonly result: Extract<Ingested, { type: 'answered' }>
}

interface Waiting {
  readonly offered: Offered
  readonly settle: (settled: Settled) => void
}

export class CommitQueue {
  readonly #options: QueueOptions
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Adds a push to the queue; returns false, without any effect, if too many wait. */
  offer(offered: Offered, settle: (settled: Settled) => void): boolean {
    if (this.#waiting.length >= this.#options.waitingMax) return false
    this.#waiting.push({ offered, settle })
    if (this.#waiting.length === 1 && this.#running === null) this.#options.defer(() => this.#start())
    return true
  }

  /** Fulfils when no push waits or runs. */
  async drained(): Promise<void> {
    if (this.#running === null && this.#waiting.length > 0) this.#start()
    while (this.#running !== null) await this.#running
  }

  #start(): void {
    this.#running ??= this.#runAll()
  }

  /** Runs batches until none is left. A push offered after that starts it again. */
  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#runBatch(this.#takeBatch())
    this.#running = null
  }

  #takeBatch(): readonly Waiting[] {
    let changes = 0
    const end = this.#waiting.findIndex(({ offered }, index) => {
      changes += offered.push.changes.length
      return index > 0 && changes > this.#options.batchChangesMax
    })
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }

  async #runBatch(batch: readonly Waiting[]): Promise<void> {
    const context = this.#options.context()
    const results = await this.#commit(batch, context).catch((error: unknown) => ({ error }))
    if (!('error' in results)) return this.#settle(batch, results, context)
    const [only] = batch
    if (batch.length === 1 && only !== undefined) return this.#tell(() => only.settle({ type: 'unavailable', error: results.error }))
    for (const one of batch) await this.#runBatch([one])
  }

  async #commit(batch: readonly Waiting[], context: IngestContext): Promise<Batch['results']> {
    const offers = batch.map(({ offered }) => offered)
    let results: Batch['results'] = []
    await this.#options.storage.transact(
      () => offers.map(touchOf),
      (found) => {
        const decided = ingest(found, offers, context)
        results = decided.results
        return decided.effects
      },
    )
    return results
  }

  #settle(batch: readonly Waiting[], results: Batch['results'], context: IngestContext): void {
    const committed: Committed[] = []
    for (const [index, { offered, settle }] of batch.entries()) {
      const result = results[index]
      if (result === undefined) continue
      this.#tell(() => settle(result))
      if (result.type === 'answered') committed.push({ offered, result })
    }
    this.#tell(() => this.#options.committed(committed, context))
  }

  /** Runs a notification. A failure does not affect the commit: a device that hears nothing asks again. */
  #tell(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#options.onUntold(error)
    }
  }
}

const touchOf = ({ account, push }: Offered): Touch => ({
  space: push.space,
  account,
  replica: push.replica,
  intents: push.changes.map(({ content }) => content.intent),
  records: [
    { collection: SPACE_COLLECTION, id: push.space as string as RecordId },
    ...push.changes.flatMap(({ content }) => content.operations.map(({ collection, record }) => ({ collection, id: record }))),
  ],
})
