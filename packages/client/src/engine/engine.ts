/**
 * The engine: everything that a page can ask of the local store, in the thread where SQLite is.
 *
 *   page ──(EnginePort)──► Engine ──► LocalStore ──commit──► LiveQueries ──► page
 *                            └──────► SyncControl (when to talk to the hub)
 */
import { assert, type Intent, type Refusal, type Result, type TextEditor, unreachable } from '@tombolo/core'
import { LiveQueries } from '../query/live.ts'
import type { LiveSource } from '../query/watched.ts'
import { loadSeldom } from '../load-seldom.ts'
import type { Storage } from '../storage/port.ts'
import type { Describer } from './describe.ts'
import type { Downloads } from './export/downloads.ts'
import type { LocalStore } from './local-store.ts'
import type {
  Durability,
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
} from './port.ts'
import type { Imported, ImportStep } from './export/port.ts'
import { Overview } from './overview.ts'
import { Reader } from './reader.ts'
import { mendedOf } from './mended.ts'
import { noteRecovery, recoveryOf } from './recovery.ts'
import { type SyncControl, UNSYNCED } from './sync-control.ts'
import { watchLater } from './watch-later.ts'
import { WriteQueue } from './write-queue.ts'
import type { Written } from './writer.ts'

export interface EngineOptions {
  readonly store: LocalStore
  readonly sync: SyncControl | null
  /** Where the databases are that were set aside. */
  readonly aside: Pick<Storage, 'readAside' | 'removeAside'>
  readonly durability: Durability
  readonly requestFrame: (run: () => void) => void
  /** Runs once after so many milliseconds, unless the returned function is called before. */
  readonly setTimer: (run: () => void, delayMs: number) => Stop
  readonly onError: (error: unknown) => void
  /** Yjs, when the first text is edited in place. */
  readonly loadText: () => Promise<TextEditor>
  /** Outbox-only mode: resolves when everything saved is safe. */
  readonly afterWrite?: () => Promise<void>
}

export class Engine implements EnginePort {
  readonly #options: EngineOptions
  readonly #store: LocalStore
  readonly #overview: Overview
  readonly #reader: Reader
  readonly #live: LiveQueries
  readonly #writes: WriteQueue
  readonly #statusListeners = new Set<(status: StoreStatus) => void>()
  readonly #stops: Stop[] = []
  #isStatusAsked = false
  #describer: Describer | null = null
  #downloads: Downloads | null = null
  #cancelStatus: Stop = () => undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#store = options.store
    this.#overview = new Overview(options.store.state)
    this.#reader = new Reader(options.store.state)
    this.#writes = new WriteQueue({ ...options, carryOut: (batch) => this.#carryOut(batch) })
    this.#live = new LiveQueries(options.store.state.schema, {
      source: this.#source(),
      requestFrame: options.requestFrame,
      setTimer: options.setTimer,
      onError: options.onError,
    })
    this.#stops.push(
      options.store.onCommit((commit) => {
        this.#live.take(commit)
        this.#askStatus()
      }),
    )
    if (options.sync !== null) this.#stops.push(options.sync.subscribe(() => this.#askStatus()))
  }

  async open(): Promise<OpenAnswer> {
    const { version, fingerprint } = this.#store.state.schema
    return { schema: { version, fingerprint }, durability: this.#options.durability }
  }

  async read(request: ReadRequest): Promise<ReadAnswer> {
    switch (request.type) {
      case 'query':
        return { type: 'rows', rows: this.#reader.rows(request.query) }
      case 'count':
        return { type: 'count', count: this.#reader.count(request.query) }
      case 'elements':
        return { type: 'elements', elements: this.#reader.elements(request.query, request.field) }
      case 'record': {
        const row = this.#reader.record(request.collection, request.id)
        return { type: 'rows', rows: row === null ? [] : [row] }
      }
      case 'spaces':
        await this.#firstContact()
        return { type: 'spaces', spaces: this.#overview.spaces() }
      case 'outbox':
        return { type: 'outbox', items: (await this.#withDescriber()).outbox() }
      case 'conflicts':
        return { type: 'conflicts', items: (await this.#withDescriber()).conflicts(request.space) }
      case 'history': {
        const collection = this.#store.state.schema.collections[request.collection]
        return { type: 'history', items: collection === undefined ? [] : (await this.#withDescriber()).history(collection, request.id) }
      }
      case 'export':
        return { type: 'export', json: (await this.#withDescriber()).exported(this.#seqOf(request.intent)) ?? 'null' }
      case 'settled':
        return { type: 'settled', outcome: this.#overview.settled(request.intent) }
      case 'takeSnapshot':
        return { type: 'takeSnapshot', head: (await this.#withDownloads()).exporter.take(request.id) }
      case 'readSnapshot':
        return { type: 'readSnapshot', page: (await this.#withDownloads()).exporter.page(request.id, request.part, request.after) }
      case 'dropSnapshot':
        this.#downloads?.exporter.drop(request.id)
        return { type: 'dropSnapshot' }
      case 'setAside':
        return { type: 'setAside', bytes: await this.#options.aside.readAside(request.file) }
      default:
        return unreachable(request)
    }
  }

  async write(batch: WriteBatch): Promise<WriteAnswer> {
    if (batch.type === 'import') await this.#prepareImport(batch.step)
    if (editsText(batch)) await this.#ensureText()
    if (batch.type === 'retry' || batch.type === 'discard' || batch.type === 'amend') await this.#ensureRepair()
    if (batch.type === 'setRole' || batch.type === 'invite' || batch.type === 'join') await this.#ensureMembership()
    if (batch.type === 'putAway') await this.#removeSetAside()
    return this.#writes.write(batch)
  }

  watch(request: WatchRequest, notify: (event: WatchEvent) => void): Stop {
    const watch = (): Stop => this.#live.watch(request, notify)
    const isDescribed = request.type === 'outbox' || request.type === 'conflicts'
    if (!isDescribed || this.#describer !== null) return watch()
    return watchLater({ load: () => this.#withDescriber(), watch, notify, setTimer: this.#options.setTimer })
  }

  status(notify: (status: StoreStatus) => void): Stop {
    this.#statusListeners.add(notify)
    this.#tellStatus([notify])
    return () => void this.#statusListeners.delete(notify)
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#cancelStatus()
    this.#live.close()
    await this.#options.sync?.stop()
    await this.#writes.settled
    this.#store.state.database.close()
  }

  #carryOut(batch: WriteBatch): WriteAnswer {
    switch (batch.type) {
      case 'write':
        return answerOf(this.#store.write(batch))
      case 'setRole':
        return answerOf(this.#store.membership((membership) => membership.setRole(batch)))
      case 'invite':
        return answerOf(this.#store.membership((membership) => membership.invite(batch)))
      case 'join':
        return answerOf(this.#store.membership((membership) => membership.join(batch)))
      case 'seal':
        this.#store.seal(batch.space)
        return DONE
      case 'retry':
        return answerOf(this.#store.retry(this.#seqOf(batch.intent)))
      case 'discard':
        return answerOf(this.#store.discard(this.#seqOf(batch.intent)))
      case 'amend':
        return answerOf(this.#store.amend(this.#seqOf(batch.intent), batch.steps, batch.operationId))
      case 'sendNow':
        this.#options.sync?.sendNow()
        return DONE
      case 'putAway':
        noteRecovery(this.#store.state, null)
        return DONE
      case 'import':
        assert(this.#downloads !== null, 'what an import takes is loaded before it')
        return importAnswer(this.#downloads.importer.take(batch.id, batch.step))
      default:
        return unreachable(batch)
    }
  }

  /** The number of a change in this store; 0, which none has, if it is not here any more. */
  #seqOf(intent: Intent): number {
    return this.#store.state.changes.byIntent(intent)?.seq ?? 0
  }

  /**
   * Waits, on a device that has never reached its hub, until the hub answers or proves unreachable, so that a second browser finds the
   * spaces that the first one made. Later the device knows its spaces itself.
   */
  #firstContact(): Promise<void> {
    const { sync } = this.#options
    const isOver = (): boolean =>
      sync === null || sync.status().connection !== 'connecting' || this.#store.state.epoch !== null || this.#overview.spaces().length > 0
    if (sync === null || isOver()) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = sync.subscribe(() => {
        if (!isOver()) return
        stop()
        resolve()
      })
    })
  }

  /** What live queries read. The lists are watched only when their code is loaded. */
  #source(): LiveSource {
    const reader = this.#reader
    const described = (): Describer => {
      assert(this.#describer !== null, 'what a watch takes is loaded before it')
      return this.#describer
    }
    return {
      rows: (query) => reader.rows(query),
      count: (query) => reader.count(query),
      record: (collection, id) => reader.record(collection, id),
      spaces: () => this.#overview.spaces(),
      outbox: () => described().outbox(),
      conflicts: () => described().conflicts(null),
    }
  }

  async #withDescriber(): Promise<Describer> {
    const part = await loadSeldom()
    return (this.#describer ??= new part.Describer(this.#store.state))
  }

  async #ensureRepair(): Promise<void> {
    this.#store.useRepair((await loadSeldom()).Repair)
  }

  async #ensureMembership(): Promise<void> {
    this.#store.useMembership((await loadSeldom()).Membership)
  }

  async #withDownloads(): Promise<Downloads> {
    const { downloadsOf } = await loadSeldom()
    return (this.#downloads ??= downloadsOf(this.#store))
  }

  async #prepareImport({ type }: ImportStep): Promise<void> {
    const { importer } = await this.#withDownloads()
    if (type === 'finish' && importer.editsText()) await this.#ensureText()
  }

  async #removeSetAside(): Promise<void> {
    for (const file of recoveryOf(this.#store.state)?.setAside ?? []) await this.#options.aside.removeAside(file)
  }

  async #ensureText(): Promise<void> {
    if (this.#store.state.text === null) this.#store.useText(await this.#options.loadText())
  }

  /** Schedules a status, at most once a frame: a burst of commits is one status. */
  #askStatus(): void {
    if (this.#isStatusAsked || this.#statusListeners.size === 0) return
    this.#isStatusAsked = true
    this.#options.requestFrame(() => {
      this.#isStatusAsked = false
      this.#tellStatus(this.#statusListeners)
    })
  }

  /** A status that cannot be counted, because the device fails to read, is told as soon as it can. */
  #tellStatus(listeners: Iterable<(status: StoreStatus) => void>): void {
    let status: StoreStatus
    try {
      status = this.#status()
    } catch (error) {
      this.#options.onError(error)
      this.#cancelStatus()
      this.#cancelStatus = this.#options.setTimer(() => this.#askStatus(), STATUS_AGAIN_MS)
      return
    }
    for (const listener of listeners) listener(status)
  }

  #status(): StoreStatus {
    const { state } = this.#store
    const { toSend, toReview, changes, needsAttention, oldestUnansweredAt, retainedBytes } = this.#overview.counts()
    return {
      ...(this.#options.sync?.status() ?? UNSYNCED),
      toSend,
      toReview,
      needsAttention,
      oldestUnansweredAt,
      lanes: { changes, files: 0, jobs: 0 },
      storage: {
        bytes: state.database.bytes(),
        retainedBytes,
        reserveBytes: state.room.reserveBytes,
        isFull: state.room.isFull,
        durability: this.#options.durability,
      },
      recovered: recoveryOf(state),
      mended: mendedOf(state),
      epoch: state.epoch,
      account: state.account === '' ? null : state.account,
    }
  }
}

const STATUS_AGAIN_MS = 5_000

const DONE: WriteAnswer = { ok: true, intent: null, seq: null }

const editsText = (batch: WriteBatch): boolean =>
  (batch.type === 'write' || batch.type === 'amend') && batch.steps.some((step) => step.type === 'edit')

function importAnswer(result: Result<Imported | null, Refusal>): WriteAnswer {
  if (!result.ok) return answerOf(result)
  return result.value === null ? DONE : { ok: true, intent: null, seq: null, imported: result.value }
}

function answerOf(result: Result<Written | null, Refusal>): WriteAnswer {
  if (result.ok) return { ok: true, intent: result.value?.intent ?? null, seq: result.value?.seq ?? null }
  const { code, message, collection, field } = result.error
  return { ok: false, code, message, ...(collection === undefined ? {} : { collection }), ...(field === undefined ? {} : { field }) }
}
