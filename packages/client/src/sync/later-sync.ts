/**
 * Loads the code of sync after the store is open: the first screen does not need it, and it is a large part of the client.
 *
 * Until it is loaded, the status is 'connecting' and a person's requests wait for it. If it cannot be fetched, the status is 'offline'; it
 * is fetched again after a while, and at once when a person asks.
 */
import { type SyncControl, type SyncStatus, UNSYNCED } from '../engine/sync-control.ts'
import type { Stop } from '../engine/port.ts'
import type { SyncPorts } from './options.ts'
import type { SyncRunner } from './runner.ts'

export interface LaterSyncOptions {
  /** Fetches the code. */
  readonly load: () => Promise<SyncRunner>
  readonly setTimer: SyncPorts['setTimer']
  readonly onError: (error: unknown) => void
}

const AGAIN_MS = 10_000

export class LaterSync implements SyncControl {
  readonly #options: LaterSyncOptions
  readonly #listeners = new Set<() => void>()
  #loading: Promise<SyncRunner> | null = null
  #runner: SyncRunner | null = null
  #isAsked = false
  #isWanted = false
  #failures = 0
  #cancelTimer: Stop = () => undefined

  constructor(options: LaterSyncOptions) {
    this.#options = options
  }

  start(): void {
    this.#isWanted = true
    void this.#fetch()
  }

  /** The runner itself. Rejects when its code cannot be fetched now. */
  async loaded(): Promise<SyncRunner> {
    this.#loading ??= this.#options.load()
    try {
      return await this.#loading
    } catch (error) {
      this.#loading = null
      throw error
    }
  }

  sendNow(): void {
    if (this.#runner !== null) return this.#runner.sendNow()
    this.#isAsked = true
    if (this.#failures > 0) void this.#fetch()
  }

  status(): SyncStatus {
    return this.#runner?.status() ?? (this.#failures > 0 ? UNSYNCED : COMING)
  }

  subscribe(listener: () => void): Stop {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#isWanted = false
    this.#cancelTimer()
    await this.#runner?.stop()
  }

  async #fetch(): Promise<void> {
    this.#cancelTimer()
    try {
      this.#begin(await this.loaded())
    } catch (error) {
      this.#failed(error)
    }
  }

  #begin(runner: SyncRunner): void {
    if (!this.#isWanted) return
    if (this.#runner === null) runner.subscribe(() => this.#changed())
    this.#runner = runner
    runner.start()
    if (this.#isAsked) runner.sendNow()
    this.#isAsked = false
    this.#changed()
  }

  /** Handles a failed fetch. Without a network it is expected; a file missing from the server is the app's mistake, reported once. */
  #failed(error: unknown): void {
    if (!this.#isWanted) return
    this.#failures += 1
    if (this.#failures === 1) this.#options.onError(error)
    this.#cancelTimer()
    this.#cancelTimer = this.#options.setTimer(() => void this.#fetch(), AGAIN_MS)
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

const COMING: SyncStatus = { ...UNSYNCED, connection: 'connecting' }
