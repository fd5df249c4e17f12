/**
 * One run of the app on a device, from opening its store to closing it, or to its death. What it does goes through a gate (its disk), a line
 * (its hub) and timers that end with it: a process that is dead does nothing any more, and nobody learns what it would have said.
 */
import type { RandomBytes, Schema } from '@tombolo/core'
import type { Live } from '../../../client/src/page/live.ts'
import { Store } from '../../../client/src/page/store.ts'
import { sha256 } from '../../../client/src/platform/node.ts'
import type { OutboxMirror } from '../../../client/src/storage/mirror.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import type { Database, Storage } from '../../../client/src/storage/port.ts'
import { BLIND } from '../../../client/src/sync/connectivity.ts'
import type { SyncSummary } from '../../../client/src/sync/once.ts'
import type { Transport } from '../../../client/src/sync/transport.ts'
import { type OpenedEngine, openEngine } from '../../../client/src/tabs/open-engine.ts'
// Loaded before it is needed: loading takes real time.
import '../../../client/src/tabs/rebuild-store.ts'
import type { VirtualTime } from '../../../client/src/test/virtual-time.ts'
import type { ProcessGate } from '../storage/faults.ts'
import { gatedMirror } from '../storage/gated-mirror.ts'
import { gatedStorage } from '../storage/gated-storage.ts'
import { deferred } from './deferred.ts'
import type { Plan } from './plan.ts'
import { Uncaught } from './uncaught.ts'

export interface ProcessParts<S extends Schema> {
  readonly schema: S
  /** The bytes of its databases, by name. */
  readonly disk: Map<string, Buffer>
  readonly mirror: OutboxMirror | null
  /** `memory`: the browser refuses files; only the mirror outlives a process. */
  readonly durability: Database['durability']
  readonly faults: Pick<Plan, 'device' | 'mirror'>
  readonly line: Transport & { cut(): void }
  readonly time: VirtualTime
  readonly random: RandomBytes
  /** What screens show. */
  readonly watched: (store: Store<S>) => Readonly<Record<string, Live<unknown>>>
  /** What nobody caught, or was reported as what should never happen. */
  readonly onError: (error: unknown) => void
}

/** Nobody learns what became of it. */
export const UNTOLD: unique symbol = Symbol('untold')

export class DeviceProcess<S extends Schema> {
  isDead = false
  /** The store asks to be opened again: its disk failed, or what is on it cannot be read. */
  wantsReopening = false
  /** What screens show all the time: kept up to date by the store, never asked for. */
  readonly shown: Record<string, () => unknown> = {}
  readonly #parts: ProcessParts<S>
  readonly #died: Promise<typeof UNTOLD>
  readonly #gates: { readonly disk: ProcessGate; readonly mirror: ProcessGate }
  /** What it has opened. */
  readonly #databases: Database[] = []
  #engine: OpenedEngine | null = null
  #store: Store<S> | null = null

  constructor(parts: ProcessParts<S>) {
    this.#parts = parts
    const death = deferred<typeof UNTOLD>()
    this.#died = death.promise
    const die = (): void => {
      this.isDead = true
      for (const gate of Object.values(this.#gates)) gate.isDead = true
      this.#parts.line.cut()
      death.resolve(UNTOLD)
    }
    this.#gates = { disk: parts.faults.device.gateOf(die), mirror: parts.faults.mirror.gateOf(die) }
  }

  /** Whether its disk fails until it starts anew. Where the mirror is all there is, it lives on: what the mirror lacks is nowhere else. */
  get isBroken(): boolean {
    return this.#gates.disk.isBroken || (this.#gates.mirror.isBroken && this.#parts.durability === 'disk')
  }

  get store(): Store<S> {
    if (this.#store === null) throw new Error('the store is not open')
    return this.#store
  }

  get engine(): OpenedEngine {
    if (this.#engine === null) throw new Error('the store is not open')
    return this.#engine
  }

  /** @throws what opening it ends with; nothing is open then. */
  async open(): Promise<void> {
    const { disk, durability, mirror, schema, line, random, time, onError } = this.#parts
    this.#engine = await openEngine({
      name: 'store',
      schema,
      storage: gatedStorage(this.#held(memoryStorage(durability === 'disk' ? disk : undefined)), this.#gates.disk, durability),
      mirror: mirror === null ? null : gatedMirror(mirror, this.#gates.mirror),
      transport: async () => line,
      connectivity: BLIND,
      hash: sha256,
      random,
      nowMs: () => time.nowMs,
      setTimer: this.#timer,
      requestFrame: (run) => void setImmediate(() => this.#guarded(run)),
      onBroken: () => (this.wantsReopening = true),
      onError: (error) => this.isDead || onError(error),
    })
    const nowMs = (): number => time.nowMs
    const { port, sync } = this.#engine
    this.#store = await Store.open({ schema, port, nowMs, random, startTimer: this.#timer })
    // A runner that the disk refuses now is asked for again by itself.
    await sync?.loaded().catch(() => undefined)
    for (const [name, live] of Object.entries(this.#parts.watched(this.#store))) {
      live.subscribe(() => undefined)
      this.shown[name] = live.get
    }
  }

  /** What `work` comes to, or that nobody learns it. */
  async tell<T>(work: (process: this) => Promise<T>): Promise<T | typeof UNTOLD> {
    if (this.isDead) return UNTOLD
    return await this.#parts.time.result(Promise.race([work(this), this.#died]))
  }

  async syncOnce(limitMs: number): Promise<SyncSummary> {
    const runner = await this.engine.sync?.loaded()
    if (runner === undefined) throw new Error('this store does not sync')
    return await runner.syncOnce({ deadline: this.#parts.time.nowMs + limitMs })
  }

  /** Closes the store if the process lives, and lets go of the disk in any case: what was committed is on it. */
  async end(): Promise<void> {
    if (!this.isDead && this.#store !== null)
      await this.tell(() => this.store.close().catch((error: unknown) => this.isDead || this.#parts.onError(error)))
    this.isDead = true
    this.#parts.line.cut()
    for (const database of this.#databases) database.close()
  }

  /** Whatever it opens is closed when it ends. */
  #held(storage: Storage): Storage {
    const held = async (opening: Promise<Database>): Promise<Database> => {
      const database = await opening
      this.#databases.push(database)
      return database
    }
    return {
      ...storage,
      open: (name) => held(storage.open(name)),
      renew: (name) => held(storage.renew(name)),
      openAside: (file) => held(storage.openAside(file)),
    }
  }

  readonly #timer = (run: () => void, delayMs: number): (() => void) => this.#parts.time.setTimer(() => this.#guarded(run), delayMs)

  /** What throws in a timer or a frame ends a program. */
  #guarded(run: () => void): void {
    if (this.isDead) return
    try {
      run()
    } catch (error) {
      if (!this.isDead) this.#parts.onError(new Uncaught(error))
    }
  }
}
