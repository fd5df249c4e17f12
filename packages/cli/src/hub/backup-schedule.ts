/**
 * Backups of a running hub, by time, unless somebody else makes them. Each is made by `tombolo backup` in a process of its own, because reading the whole database would
 * keep the hub's devices waiting.
 */
import { spawn } from 'node:child_process'
import type { Log, Timers } from '@tombolo/hub'
import type { ShelvedBackups } from '@tombolo/hub/backup'

export interface ScheduleOptions {
  /** Null: somebody else makes them. */
  readonly everyMs: number | null
  readonly backups: Pick<ShelvedBackups, 'newestMs' | 'refresh'>
  /** Makes one backup; rejects when it failed, or was told to stop. */
  readonly make: (stop: AbortSignal) => Promise<void>
  readonly clock: () => number
  readonly timers: Timers
  readonly log: Log
}

/** How often the directory is looked at, because others make and remove backups as well; also when a backup that failed is tried again. */
const LOOK_EVERY_MS = 3_600_000

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
    if (everyMs === null) return Infinity
    return backups.newestMs === null ? 0 : Math.max(0, backups.newestMs + everyMs - clock())
  }

  #wait(delayMs: number): void {
    if (this.#stop.signal.aborted) return
    const look = (): void => {
      this.#making = this.#look()
    }
    this.#timer = this.#options.timers.set(look, Math.min(delayMs, LOOK_EVERY_MS))
  }

  async #look(): Promise<void> {
    this.#options.backups.refresh()
    const isMade = this.#dueMs() > 0 || (await this.#make())
    this.#wait(isMade ? this.#dueMs() : LOOK_EVERY_MS)
  }

  async #make(): Promise<boolean> {
    const { backups, make, log } = this.#options
    try {
      await make(this.#stop.signal)
      backups.refresh()
      return true
    } catch (error) {
      if (!this.#stop.signal.aborted) log.error({ code: 'hub.backup', error }, 'a backup failed; it is tried again')
      return false
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
