/**
 * Looks through the whole database for damage once a week, while nobody waits for it: what nobody reads may be wrong for long, and an index
 * that has lost a row says nothing. One table at a time, so that a person who writes waits for the check of one table at most.
 */
import { noteChecked, tableIsWhole, tablesIn, wasCheckedAt } from '../engine/suspicion.ts'
import type { Stop } from '../engine/port.ts'
import type { Database } from '../storage/port.ts'
import type { SetTimer } from './channel.ts'

export interface ScrubPorts {
  readonly database: Database
  readonly setTimer: SetTimer
  readonly nowMs: () => number
  readonly damaged: () => void
  readonly onError: (error: unknown) => void
}

/** The first screen and the first sync go first. */
const AFTER_MS = 60_000
const BETWEEN_TABLES_MS = 1000
const EVERY_MS = 7 * 24 * 60 * 60 * 1000

/** Stops when the returned function is called. */
export function scrubNowAndThen({ database, setTimer, nowMs, damaged, onError }: ScrubPorts): Stop {
  let stop: Stop = nothing
  let tables: readonly string[] = []
  const later = (run: () => void, delayMs: number): void => {
    stop = setTimer(() => {
      try {
        run()
      } catch (error) {
        onError(error)
      }
    }, delayMs)
  }
  const begin = (): void => {
    tables = tablesIn(database)
    next()
  }
  const next = (): void => {
    const [table, ...rest] = tables
    tables = rest
    if (table !== undefined && !tableIsWhole(database, table)) return damaged()
    if (table !== undefined) return later(next, BETWEEN_TABLES_MS)
    noteChecked(database, nowMs())
    wait()
  }
  const wait = (): void => later(begin, Math.max(AFTER_MS, wasCheckedAt(database) + EVERY_MS - nowMs()))
  wait()
  return () => stop()
}

const nothing: Stop = () => {}
