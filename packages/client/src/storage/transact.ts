// BEGIN IMMEDIATE … COMMIT around synchronous work, the same for every adapter.
import { assert } from '@tombolo/core'
import type { Flush, Work } from './port.ts'

export interface TransactionControl {
  exec(sql: string): void
  inTransaction(): boolean
  begin(): void
  commit(): void
  rollback(): void
}

/** Commits when `work` returns. Whatever it or the commit throws rolls back and is thrown again. */
export function transact<T>(control: TransactionControl, work: Work<T>, flush: Flush): T {
  assert(!control.inTransaction(), 'transactions do not nest: pass the open one on instead of starting another')
  if (flush === 'now') return committed(control, work)
  // With a write-ahead log this only omits the flush at each commit; the log's checksums keep the order.
  control.exec('PRAGMA synchronous=normal')
  try {
    return committed(control, work)
  } finally {
    control.exec('PRAGMA synchronous=full')
  }
}

function committed<T>(control: TransactionControl, work: Work<T>): T {
  control.begin()
  try {
    const result = work()
    assert(!(result instanceof Promise), 'a transaction is synchronous: its work returned a promise')
    control.commit()
    return result
  } catch (error) {
    // SQLite ends a transaction by itself after some failures (a full disk, a read or write error).
    if (control.inTransaction()) control.rollback()
    throw error
  }
}
