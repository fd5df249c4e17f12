// The storage port: a SQLite database on this device. The engine runs beside SQLite, so everything after `open` is
// synchronous. Adapters: node.ts (better-sqlite3), browser.ts (SQLite in WebAssembly over OPFS, or in memory where the
// browser refuses OPFS). contract.ts says what each of them must do.
//
// Invariants
// - When `transaction` returns on a database with `durability: 'disk'`, what it wrote survives a crash of the process.
// - A number is bound as a REAL; a column's affinity makes an INTEGER of it. Integers come back exact up to 2^53.
// - Where storage itself fails, a StorageError with a stable code is thrown; every other exception is a bug of the
//   caller (wrong SQL, a broken constraint) and passes through as SQLite reported it.

/** A value of a column. Node returns its `Buffer`s as `Uint8Array`: copy with `subarray` or `Uint8Array.from`, not `slice`. */
export type SqlValue = string | number | null | Uint8Array
export type SqlRow = Record<string, SqlValue>

/** A compiled statement. Parameters are positional (`?`); their number must match. */
export interface Statement {
  /** Runs a statement that returns no rows; gives how many rows it changed. */
  run(...params: readonly SqlValue[]): number
  /** The first row, if there is one. */
  get(...params: readonly SqlValue[]): SqlRow | undefined
  all(...params: readonly SqlValue[]): SqlRow[]
  /** Rows as arrays in the order of the columns: cheaper than `all`, and safe when two columns share a name. */
  values(...params: readonly SqlValue[]): SqlValue[][]
}

export interface Database {
  /** 'memory': nothing here survives; the caller must tell the person and mirror data that must not be lost. */
  readonly durability: Durability
  /** Room on the device that is kept for this database, to be let go when nothing more fits. */
  readonly reserve: Reserve
  /** The databases of the same name that were set aside, the oldest first. */
  readonly aside: readonly string[]
  /** Runs one or more statements without parameters. */
  exec(sql: string): void
  /** Cached by SQL text, so that it may be called on a hot path. */
  prepare(sql: string): Statement
  /**
   * Runs `work` in one BEGIN IMMEDIATE … COMMIT. Whatever it throws rolls everything back and is thrown again.
   * Transactions do not nest. `work` must be synchronous; a function that returns a promise does not compile.
   */
  transaction<T>(work: Work<T>, flush?: Flush): T
  /** Bytes that this database takes: its pages and its write-ahead log. Within a transaction the log is as before it. */
  bytes(): number
  close(): void
}

/** Bytes of the device that hold nothing. They are let go so that what must be written can be, on a device that is full. */
export interface Reserve {
  /** How many it has now. */
  readonly bytes: number
  /** Sees to it that it has at least so many; otherwise it keeps those that it has. Resolves to whether it has. */
  hold(bytes: number): Promise<boolean>
  /** Lets go of all of them, at once. */
  release(): void
}

export interface Storage {
  /** Opens the newest database of that name (letters, digits, `.`, `_`, `-`), making it when there is none. */
  open(name: string): Promise<Database>
  /** Makes a new database of that name and opens it. The one before it, which is not open, is set aside as it is. */
  renew(name: string): Promise<Database>
  /** Removes the databases of that name, none of which is open, and all that belongs to them. There need not be any. */
  remove(name: string): Promise<void>
  /** Opens a database that was set aside, by the name that `Database.aside` has for it, to read what can still be read. */
  openAside(file: string): Promise<Database>
  /** The bytes of a database that was set aside, which is not open. */
  readAside(file: string): Promise<Uint8Array<ArrayBuffer>>
  /** Removes a database that was set aside, which is not open. It need not exist. */
  removeAside(file: string): Promise<void>
}

export type Durability = 'disk' | 'memory'

/**
 * `now`, the default: a commit waits until the disk has it. `later`: the next commit that waits takes it along. Until then it survives a
 * crash of the process, but a loss of power may undo it, whole, with what came after it. For data that can be fetched again.
 */
export type Flush = 'now' | 'later'

/** A synchronous function. For one that returns a promise this is a type that nothing fits, whose text is the reason. */
export type Work<T> = (() => T) &
  (Extract<T, PromiseLike<unknown>> extends never ? unknown : 'A transaction is synchronous: await before it or after it, not in it.')

export type StorageErrorCode = keyof typeof ADVICE

const ADVICE = {
  'storage.full': 'The device has no room left for this. Free some space, then try again.',
  'storage.corrupt': 'The database file is damaged. Set it aside, rescue what can be read, and build it anew.',
  'storage.busy': 'Another tab or process is using this database. Close it, then try again.',
  'storage.io': 'The device failed to read or write. Open the database again.',
  'storage.unkept': 'This is done and will be sent, but the device has not kept it yet. Leave the app open until it is sent.',
  'storage.unavailable': 'The storage of this device cannot be used here.',
} as const

/** The device's storage failed. `code` is stable, `cause` is the original exception. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageErrorCode

  constructor(code: StorageErrorCode, cause: unknown, advice: string = ADVICE[code]) {
    super(`${code}: ${advice}`, { cause })
    this.code = code
  }
}
