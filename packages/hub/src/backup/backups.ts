/** The backups of a running hub: what all of them have can no longer be lost [P6]. */
import { join } from 'node:path'
import type { Epoch, SpaceId } from '@tombolo/core'
import BetterSqlite3, { type Database, type Statement } from 'better-sqlite3'
import type { Backups } from '../durable.ts'
import type { Log } from '../log.ts'
import { DATABASE_FILE } from './manifest.ts'
import { listBackups } from './shelf.ts'

/** The backups in a directory, as they were when they were last looked at. */
export interface ShelvedBackups extends Backups {
  /** When the newest was made, in milliseconds since 1970; null if there is none. */
  readonly newestMs: number | null
  /** Looks again. Call it when backups were made or removed. */
  readonly refresh: () => void
  readonly close: () => void
}

/**
 * Opens the directory of a hub's backups, which need not exist yet.
 * @example const backups = openBackups('./backups', SILENT)
 */
export function openBackups(directory: string, log: Log): ShelvedBackups {
  return new OpenBackups(directory, log)
}

interface OpenBackup {
  readonly db: Database
  readonly head: Statement<[string], number>
}

/** Heads that are remembered; the next ones begin anew. */
const REMEMBERED_MAX = 10_000

class OpenBackups implements ShelvedBackups {
  readonly #directory: string
  readonly #log: Log
  #open: readonly OpenBackup[] = []
  /** The epoch of all backups; null if they have several, if one cannot be read, or if there is none. */
  #epoch: Epoch | null = null
  #heads: Map<SpaceId, number> = new Map()
  newestMs: number | null = null

  constructor(directory: string, log: Log) {
    this.#directory = directory
    this.#log = log
    this.refresh()
  }

  durableThrough(space: SpaceId, epoch: Epoch): number {
    if (epoch !== this.#epoch) return 0
    const known = this.#heads.get(space)
    if (known !== undefined) return known
    const head = Math.min(...this.#open.map((backup) => backup.head.get(space) ?? 0))
    if (this.#heads.size >= REMEMBERED_MAX) this.#heads.clear()
    this.#heads.set(space, head)
    return head
  }

  refresh(): void {
    this.close()
    try {
      const backups = listBackups(this.#directory)
      const [epoch = null, ...others] = new Set(backups.map(({ manifest }) => manifest.epoch))
      this.newestMs = backups.at(-1)?.manifest.madeMs ?? null
      this.#open = backups.map(({ path }) => openBackup(join(path, DATABASE_FILE)))
      this.#epoch = others.length === 0 ? epoch : null
    } catch (error) {
      this.#log.error({ code: 'hub.backups', error }, 'a backup cannot be read: nothing counts as durable until it is gone')
    }
  }

  close(): void {
    for (const { db } of this.#open) db.close()
    this.#open = []
    this.#epoch = null
    this.#heads.clear()
  }
}

function openBackup(path: string): OpenBackup {
  const db = new BetterSqlite3(path, { readonly: true, fileMustExist: true })
  return { db, head: db.prepare<[string], number>('SELECT head FROM space WHERE space = ?').pluck() }
}
