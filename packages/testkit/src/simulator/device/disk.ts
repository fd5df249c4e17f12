/**
 * A device's disk: SQLite in memory, whose images stand for what a crash, a copy or a loss of power leaves. The process that has it open
 * goes through a connection of its own, which is worth nothing once the process is dead.
 *
 *   crash            the connection ends; what was committed is there
 *   kill             the same, thrown at some statement of a transaction, which is rolled back; or right behind the commit of a
 *                    save, before anybody is told
 *   loss of power    the disk goes back to its last flush: what was committed with `later` since then is gone
 */
import { type Database, type Flush, type Statement, StorageError, type Work } from '@tombolo/client/testing'
import { memoryDatabase, type MemoryDatabase } from '@tombolo/client/testing/node'
import { over } from '../over.ts'
import type { Life } from './life.ts'

/** Thrown in the middle of a process that is dead. Nothing may catch it and go on. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

export interface DiskEvents {
  /** A process has ended within a transaction, or right behind one. */
  readonly killed: (life: Life) => void
  readonly refused: (code: StorageFault) => void
  /** Somebody else than the process that has the disk open writes. */
  readonly intruded: () => void
}

const NOTHING: Pick<Statement, 'get' | 'all' | 'values'> = { get: () => undefined, all: () => [], values: () => [] }

/** One opening of the disk by a process, which may close it and open it again. */
interface Connection {
  readonly life: Life
}

export type StorageFault = 'storage.full' | 'storage.io'

export class Disk {
  /** Nothing more fits. */
  isFull = false
  /** Follows which commits a loss of power would undo. */
  watchesFlushes = false
  readonly #memory: MemoryDatabase
  readonly #events: DiskEvents
  #holder: Connection | null = null
  #isInTransaction = false
  #isMade = false
  #countdown: { left: number; readonly type: 'kill' | 'fail' } | null = null
  /** The stamp of the last save when it was asked to kill behind the next. */
  #killsBehind: number | null = null
  #flushed: Uint8Array | null = null

  static async open(image: Uint8Array | null, durability: 'disk' | 'memory', events: DiskEvents): Promise<Disk> {
    return new Disk(await memoryDatabase(image, durability), events)
  }

  private constructor(memory: MemoryDatabase, events: DiskEvents) {
    this.#memory = memory
    this.#events = events
  }

  /** For those who only look. There is nothing on it where no store was ever opened on it. */
  query(sql: string): Pick<Statement, 'get' | 'all' | 'values'> {
    const { database } = this.#memory
    this.#isMade ||= database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_operation'").get() !== undefined
    return this.#isMade ? database.prepare(sql) : NOTHING
  }

  image(): Uint8Array {
    return this.#memory.image()
  }

  /** What a loss of power would leave, where that is less than what was committed. */
  get flushed(): Uint8Array | null {
    return this.#flushed
  }

  /** The process dies at the `statements`-th statement from here on within a transaction. */
  killAfter(statements: number): void {
    this.#countdown = { left: statements, type: 'kill' }
  }

  /** The process dies as soon as a save has been committed. */
  killBehindSave(): void {
    this.#killsBehind = this.#lastSave()
  }

  failAfter(statements: number): void {
    this.#countdown = { left: statements, type: 'fail' }
  }

  mend(): void {
    this.isFull = false
    this.#countdown = null
    this.#killsBehind = null
    this.watchesFlushes = false
    this.#flushed = null
  }

  dispose(): void {
    this.#memory.database.close()
  }

  /** @throws StorageError `storage.busy` while another process that lives has it open. */
  connect(life: Life): Database {
    if (this.#holder !== null && this.#holder.life !== life && this.#holder.life.isAlive)
      throw new StorageError('storage.busy', new Error('simulated'))
    const { database } = this.#memory
    const connection: Connection = { life }
    this.#holder = connection
    return over(database, {
      prepare: (sql) => (this.#countdown === null ? database.prepare(sql) : this.#counted(database.prepare(sql), life)),
      transaction: (work, flush = 'now') => this.#transaction(connection, work, flush),
      close: () => {
        if (this.#holder === connection) this.#holder = null
      },
    })
  }

  #transaction<T>(connection: Connection, work: Work<T>, flush: Flush): T {
    if (!connection.life.isAlive) throw new Killed()
    if (this.#holder !== connection) this.#events.intruded()
    if (this.isFull) throw this.#refusal('storage.full')
    if (this.watchesFlushes) this.#flushed = flush === 'later' ? (this.#flushed ?? this.image()) : null
    this.#isInTransaction = true
    try {
      const result = this.#memory.database.transaction(work, flush)
      if (this.#killsBehind !== null && this.#lastSave() > this.#killsBehind) this.#kill(connection.life)
      return result
    } finally {
      this.#isInTransaction = false
    }
  }

  #lastSave(): number {
    return Number(this.query('SELECT max(stamp) FROM _change').values()[0]?.[0] ?? 0)
  }

  #refusal(code: StorageFault): StorageError {
    this.#events.refused(code)
    return new StorageError(code, new Error('simulated'))
  }

  #counted(statement: Statement, life: Life): Statement {
    const count = (): void => this.#count(life)
    return {
      run: (...params) => (count(), statement.run(...params)),
      get: (...params) => (count(), statement.get(...params)),
      all: (...params) => (count(), statement.all(...params)),
      values: (...params) => (count(), statement.values(...params)),
    }
  }

  #count(life: Life): void {
    const countdown = this.#countdown
    if (countdown === null || !this.#isInTransaction || --countdown.left > 0) return
    this.#countdown = null
    if (countdown.type === 'fail') throw this.#refusal('storage.io')
    this.#kill(life)
  }

  #kill(life: Life): never {
    this.#killsBehind = null
    life.end()
    this.#events.killed(life)
    throw new Killed()
  }
}
