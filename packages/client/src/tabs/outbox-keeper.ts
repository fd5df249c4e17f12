/**
 * Mirrors unsent changes outside the database, in the outbox mirror.
 *
 *   commit ─► 1 s after the last write, or at once when the page is hidden ─► one pass: put new items, remove judged ones
 *
 * - With the database on disk, the mirror serves the time when no tab is open. Nothing waits for it; a crash before it only causes a delay.
 * - With the database in memory, only the mirror survives. Every save seals its change and waits for the pass; failed changes and the ids
 *   of applied batches are mirrored as well.
 * - Items of another database, in memory or lost, are restored into the next database that is opened.
 */
import { base64url, type TextEditor } from '@tombolo/core'
import type { OwnChange } from '../engine/own-change.ts'
import type { LocalStore } from '../engine/local-store.ts'
import type { KeptOperation } from '../engine/operations.ts'
import type { Durability, Recovered } from '../engine/port.ts'
import { type Kept, keptChangeOf } from '../engine/kept-change.ts'
import type { StoreState } from '../engine/state.ts'
import { noteRecovery, recoveryOf } from '../engine/recovery.ts'
import { loadSeldom } from '../load-seldom.ts'
import { within } from '../platform/within.ts'
import type { MirrorItem, OutboxMirror } from '../storage/mirror.ts'
import type { SetTimer } from './channel.ts'
import type { KeptItem } from './read-items.ts'

export interface KeeperPorts {
  readonly store: LocalStore
  readonly mirror: OutboxMirror
  readonly durability: Durability
  readonly loadText: () => Promise<TextEditor>
  readonly setTimer: SetTimer
  readonly nowMs: () => number
  readonly onError: (error: unknown) => void
}

/** What of the mirror another database than this one held. */
interface Missing extends Kept {
  readonly changes: readonly Extract<KeptItem, { type: 'change' }>[]
}

const AFTER_WRITE_MS = 1000
/** A mirror that failed is tried again after so long. */
const AGAIN_MS = 10_000
const LAST_PASS_MS = 5000
/** Begins the ids of databases in memory. */
const IN_MEMORY = 'memory.'

/** As long as a store itself remembers them. */
const OPERATIONS_KEPT_MS = 24 * 60 * 60 * 1000

export class OutboxKeeper {
  readonly #ports: KeeperPorts
  readonly #home: string
  /** The keys in the mirror, each with a signature that tells whether its item is up to date; of a batch, when it was applied. */
  readonly #there = new Map<string, string>()
  readonly #stopListening: () => void
  #cancelTimer: () => void = () => {}
  #cancelStart: () => void = () => {}
  #running: Promise<void> = Promise.resolve()
  #queued: Promise<void> | null = null
  #operationsAt = 0
  #isStopped = false

  constructor(ports: KeeperPorts) {
    this.#ports = ports
    this.#home = homeOf(ports.store.state, ports.durability)
    this.#stopListening = ports.store.onCommit(({ outbox }) => outbox && this.#later(AFTER_WRITE_MS))
  }

  /**
   * Restores items of other databases and brings the mirror up to date. What could not be restored is in the mirror alone: with the database
   * on disk, which is open meanwhile, it is tried again; one in memory has to be opened again. A mirror that takes nothing more, being full,
   * still holds what was restored from it, and is tried again too. What cannot be read stays in it, and is reported.
   */
  async start(): Promise<void> {
    try {
      await this.#restore()
    } catch (error) {
      if (this.#ports.durability === 'disk' && !this.#isStopped)
        this.#cancelStart = this.#ports.setTimer(() => void this.#reported(this.start()), AGAIN_MS)
      throw error
    }
    await this.#reported(this.keep())
  }

  async #restore(): Promise<void> {
    const { mirror, onError } = this.#ports
    const all = await mirror.all()
    if (all.length === 0) return
    const { readItems } = await loadSeldom()
    const items = readItems(all, onError)
    const kept = this.#missing(items.map(({ item }) => item))
    if (kept.changes.length + kept.operations.length > 0) await this.#putBack(kept)
    if (this.#isStopped) return
    for (const { key, item } of items) this.#there.set(key, item.type === 'operation' ? String(item.at) : OUTDATED)
  }

  async #putBack(kept: Missing): Promise<void> {
    const { restore, editsText } = await loadSeldom()
    const text = editsText(kept) ? await this.#ports.loadText() : null
    if (this.#isStopped) return
    if (text !== null) this.#ports.store.useText(text)
    const { state } = this.#ports.store
    state.transact(() => this.#tellOf(restore(state, kept), kept))
  }

  /**
   * Notes that changes came back which the database should have had: it was damaged, or the browser removed it. Databases in memory end
   * with their tabs.
   */
  #tellOf(count: number, { changes }: Missing): void {
    const { store, durability, nowMs } = this.#ports
    const isLost = changes.some(({ home }) => !home.startsWith(IN_MEMORY))
    if (count === 0 || durability !== 'disk' || !isLost) return
    const before = recoveryOf(store.state)
    const now: Recovered = before ?? { at: nowMs(), cause: 'removed', rescued: 0, unreadable: 0, setAside: [] }
    noteRecovery(store.state, {
      ...now,
      rescued: now.rescued + count,
      unreadable: now.unreadable === null ? null : Math.max(0, now.unreadable - count),
    })
  }

  /** Resolves when the mirror holds everything that waited when this was called. */
  keep(): Promise<void> {
    this.#cancelTimer()
    if (this.#queued !== null) return this.#queued
    const pass = this.#running.then(() => {
      this.#queued = null
      return this.#pass()
    })
    this.#queued = pass
    this.#running = pass.catch(() => this.#later(AGAIN_MS))
    return pass
  }

  /** After each save into a database in memory, and before any is closed: seals the saved changes and resolves when the mirror holds them. */
  async keepSaved(): Promise<void> {
    this.#ports.store.seal(null)
    await this.keep()
  }

  /**
   * Makes a last pass, which includes unsealed changes, before the database is closed. Nothing goes on after it, also where it fails. A
   * database on disk, which another tab may wait for, waits a while for it; one in memory until it ends.
   */
  async stop(): Promise<void> {
    const { durability, setTimer } = this.#ports
    this.#cancelStart()
    this.#stopListening()
    const last = this.#reported(this.keepSaved())
    await (durability === 'disk' ? within(last, LAST_PASS_MS, setTimer) : last)
    this.#isStopped = true
    this.#cancelTimer()
  }

  #later(delayMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#ports.setTimer(() => void this.#reported(this.keep()), delayMs)
  }

  async #reported(pass: Promise<void>): Promise<void> {
    try {
      await pass
    } catch (error) {
      this.#ports.onError(error)
    }
  }

  async #pass(): Promise<void> {
    if (this.#isStopped) return
    const { mirror } = this.#ports
    const wanted = new Map(this.#waiting().map((change) => [keyOf(change), this.#signed(change)]))
    const put = [...wanted].filter(([key, { sign }]) => this.#there.get(key) !== sign)
    const operations = this.#operations()
    const items = [...put.map(([key, { change }]) => this.#changeItem(key, change)), ...operations.map(operationItem)]
    const gone = [...this.#there].filter(([key, sign]) => (key.startsWith(CHANGE) ? !wanted.has(key) : this.#isSpent(Number(sign))))
    const startedAt = this.#ports.nowMs()
    // A mirror that does not take a refusal still holds the change, as one that waits. It may then be all that is left of it.
    for (const [key, { change }] of put) if (change.status === 'failed') this.#there.set(key, OUTDATED)
    // A full mirror gets room from what has its verdict. A refused change goes last: its author may have put another in its place.
    await this.#remove(gone.filter(isDone))
    if (items.length > 0) await mirror.put(items)
    this.#operationsAt = startedAt
    for (const [key, { sign }] of put) this.#there.set(key, sign)
    for (const { id, at } of operations) this.#there.set(OPERATION + id, String(at))
    await this.#remove(gone.filter((one) => !isDone(one)))
  }

  async #remove(gone: readonly There[]): Promise<void> {
    const keys = gone.map(([key]) => key)
    if (keys.length > 0) await this.#ports.mirror.remove(keys)
    for (const key of keys) this.#there.delete(key)
  }

  /** The items to restore: only those of other databases, because a database knows best which of its own changes still wait. */
  #missing(items: readonly KeptItem[]): Missing {
    const changes = items.filter((item) => item.type === 'change')
    const operations = items.filter((item) => item.type === 'operation')
    return { changes: changes.filter(({ home }) => home !== this.#home), operations }
  }

  /** Whether nobody needs a batch here: a store on disk remembers it by itself. */
  #isSpent(at: number): boolean {
    return this.#ports.durability === 'disk' || at < this.#ports.nowMs() - OPERATIONS_KEPT_MS
  }

  #waiting(): OwnChange[] {
    const keepsFailed = this.#ports.durability === 'outbox-only'
    return [...this.#ports.store.state.changes.live].filter(({ status }) => status === 'queued' || (status === 'failed' && keepsFailed))
  }

  /** The signature covers everything that may change in the item of a sealed change. */
  #signed(change: OwnChange): { readonly change: OwnChange; readonly sign: string } {
    const { created } = this.#ports.store.state.spaces.get(change.space)
    return { change, sign: [change.status, change.attempt, change.receipt?.mac, created].join(' ') }
  }

  #changeItem(key: string, change: OwnChange): MirrorItem {
    const { store } = this.#ports
    const item: KeptItem = { type: 'change', home: this.#home, ...keptChangeOf(store.state, change) }
    return { key, space: change.space, bytes: JSON.stringify(item) }
  }

  #operations(): readonly KeptOperation[] {
    return this.#ports.store.state.operations.since(this.#operationsAt).filter(({ at }) => !this.#isSpent(at))
  }
}

type There = readonly [key: string, sign: string]

/** What the mirror holds is of an earlier time. */
const OUTDATED = 'outdated'
/** Begins the signature of a change that waited for its verdict. */
const WAITED: OwnChange['status'] = 'queued'
const CHANGE = 'change/'
const OPERATION = 'operation/'

const keyOf = ({ intent }: OwnChange): string => CHANGE + intent

/** Whether what is no more needed is a batch, or a change that has waited until now; not one that was refused. */
const isDone = ([key, sign]: There): boolean => !key.startsWith(CHANGE) || sign.startsWith(WAITED)

function operationItem(operation: KeptOperation): MirrorItem {
  const item: KeptItem = { type: 'operation', ...operation }
  return { key: OPERATION + operation.id, space: '', bytes: JSON.stringify(item) }
}

/** An id of this database, constant as long as it exists. */
function homeOf(state: StoreState, durability: Durability): string {
  const known = state.database.prepare("SELECT value FROM _meta WHERE key = 'home'").get()?.['value']
  if (typeof known === 'string') return known
  const home = (durability === 'outbox-only' ? IN_MEMORY : '') + base64url(state.ports.random(9))
  state.write('home', home)
  return home
}
