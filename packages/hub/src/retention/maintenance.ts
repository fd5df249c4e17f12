/**
 * Forgets by itself what a hub need not keep [Q4]: a pass over all spaces, some hours after the last one. It works in slices, and lets the
 * requests that came meanwhile go first after each.
 */
import type { SpaceId } from '@tombolo/core'
import { durableThrough } from '../durable.ts'
import type { IngestContext } from '../ingest/context.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Timers } from '../live/wait.ts'
import type { Log } from '../log.ts'
import type { Bounds, Storage } from '../storage.ts'
import { boundsOf, type Retention, type Since, sinceOf } from './bounds.ts'

export interface MaintenanceOptions {
  readonly storage: Storage
  readonly retention: Retention
  readonly ledger: Ledger | null
  /** The time and epoch of a pass. */
  readonly context: () => Pick<IngestContext, 'nowMs' | 'epoch' | 'restorableMs' | 'backups'>
  readonly defer: (run: () => void) => void
  readonly timers: Timers
  readonly log: Log
}

const HOUR_MS = 60 * 60 * 1000
/** Not at once, because a hub that starts has all its devices to answer. */
const FIRST_AFTER_MS = HOUR_MS
const EVERY_MS = 6 * HOUR_MS
/** Rows that one slice may forget: some milliseconds. */
const SLICE_ROWS = 100
const SPACES_AT_ONCE = 100

export class Maintenance {
  readonly #options: MaintenanceOptions
  #timer: unknown
  #pass: Promise<void> | null = null
  #isStopping = false

  constructor(options: MaintenanceOptions) {
    this.#options = options
  }

  start(): void {
    this.#wait(FIRST_AFTER_MS)
  }

  /** One pass now, or the one that is under way. Rejects with what the storage throws. */
  run(): Promise<void> {
    this.#pass ??= this.#runPass().finally(() => (this.#pass = null))
    return this.#pass
  }

  /** Fulfils when no pass runs and none will. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#options.timers.clear(this.#timer)
    await this.#pass?.catch(() => undefined)
  }

  #wait(delayMs: number): void {
    this.#timer = this.#options.timers.set(() => void this.#runAndWait(), delayMs)
  }

  async #runAndWait(): Promise<void> {
    try {
      await this.run()
    } catch (error) {
      this.#options.log.error({ code: 'hub.storage', error }, 'maintenance failed; it goes on later')
    }
    if (!this.#isStopping) this.#wait(EVERY_MS)
  }

  async #runPass(): Promise<void> {
    const { storage, retention, context } = this.#options
    const { nowMs } = context()
    const since = sinceOf(retention, nowMs)
    for (let after: SpaceId | null = null; !this.#isStopping;) {
      const last: SpaceId | null = await this.#forgetSpaces(after, since)
      if (last === null) break
      after = last
    }
    await this.#inSlices(() => storage.forgetHistory(since.historyMs, SLICE_ROWS))
  }

  /** @returns the last of the spaces; null if there is none after this one. */
  async #forgetSpaces(after: SpaceId | null, since: Since): Promise<SpaceId | null> {
    const { storage, ledger, context } = this.#options
    const { nowMs, restorableMs } = context()
    const restorableSinceMs = nowMs - restorableMs
    const times = [since.deletedMs, since.logMs, since.historyMs, restorableSinceMs]
    const spaces = await storage.spacesAfter(after, SPACES_AT_ONCE, times)
    for (const { space, headsBy } of spaces) {
      const [deleted = 0, log = 0, history = 0, byAge = 0] = headsBy
      const durable = durableThrough(context(), space.space, byAge)
      const bounds: Bounds = boundsOf(space, { deleted, log, history, durable }, Math.min(...times))
      await this.#inSlices(() => storage.forget(space.space, bounds, SLICE_ROWS, (gone) => ledger?.append(gone) ?? 0))
    }
    return spaces.at(-1)?.space.space ?? null
  }

  async #inSlices(forgetSome: () => Promise<boolean>): Promise<void> {
    while (!this.#isStopping && (await forgetSome())) await this.#turn()
    await this.#turn()
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#options.defer(resolve))
  }
}
