/**
 * Backups of a running hub, by time. Each is made by `tombolo backup` in a process of its own, because reading the whole database would
 * keep the hub's devices waiting.
 */
import { spawn } from 'node:child_process'
import type { Log, Timers } from '@tombolo/hub'
import type { ShelvedBackups } from '@tombolo/hub/backup'

export interface ScheduleOptions {
  readonly everyMs: number
  readonly backups: Pick<ShelvedBackups, 'newestMs' | 'refresh'>
  /** Makes one backup; rejects when it failed, or was told to stop. */
  readonly make: (stop: AbortSignal) => Promise<void>
  readonly clock: () => number
  readonly timers: Timers
  readonly log: Log
}

/** After a failure the next try is not later than this. */
const RETRY_MS = 3_600_000
/** The longest delay of a Node timer. */
const TIMER_MAX_MS = 2 ** 31 - 1

export class BackupSchedule {
  readonly #options: ScheduleOptions
  readonly #stop = new AbortController()
  #timer: unknown
  #making: Promise<void> | null = null

  constructor(options: ScheduleOptions) {
    this.#options = options
    this.#wait(this.#dueMs())
  }

  /** Ends a backup that is being made: it leaves nothing that would be taken for one. */
  async stop(): Promise<void> {
    this.#options.timers.clear(this.#timer)
    this.#stop.abort()
    await this.#making
  }

  #dueMs(): number {
    const { backups, everyMs, clock } = this.#options
    return backups.newestMs === null ? 0 : Math.max(0, backups.newestMs + everyMs - clock())
  }

  #wait(delayMs: number): void {
    if (this.#stop.signal.aborted) return
    const make = (): void => {
      this.#making = this.#makeIfDue()
    }
    this.#timer = this.#options.timers.set(make, Math.min(delayMs, TIMER_MAX_MS))
  }

  async #makeIfDue(): Promise<void> {
    const { backups, make, everyMs, log } = this.#options
    if (this.#dueMs() > 0) return this.#wait(this.#dueMs())
    try {
      await make(this.#stop.signal)
      backups.refresh()
      this.#wait(this.#dueMs())
    } catch (error) {
      if (!this.#stop.signal.aborted) log.error({ code: 'hub.backup', error }, 'a backup failed; it is tried again')
      this.#wait(Math.min(everyMs, RETRY_MS))
    }
  }
}

/** Runs `tombolo backup` as this process was started; what it says of a failure goes to stderr. */
export function backUpApart(args: readonly string[], stop: AbortSignal): Promise<void> {
  const [program = ''] = process.argv.slice(1)
  const child = spawn(process.execPath, [...process.execArgv, program, 'backup', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    signal: stop,
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tombolo backup ended with ${code}`))))
  })
}
