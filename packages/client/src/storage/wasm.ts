// The database port over SQLite in WebAssembly, wherever its pages are: in OPFS (browser.ts) or in memory.
import { assert } from '@tombolo/core'
import type { Database as Connection } from '@sqlite.org/sqlite-wasm'
import { Arena } from './arena.ts'
import { failureOfCode, failureOfPlatform, unreadable } from './failure.ts'
import { NO_RESERVE } from './no-reserve.ts'
import { StorageError, type Database, type Durability, type Flush, type Reserve, type Statement, type Work } from './port.ts'
import { ByteCounter, COMMON_PRAGMAS } from './sql.ts'
import type { SqliteWasm } from './sqlite-wasm.ts'
import { StatementCache } from './statement-cache.ts'
import { transact, type TransactionControl } from './transact.ts'
import { WasmStatement, type StatementHost } from './wasm-statement.ts'

const OK = 0
const PREPARE_PERSISTENT = 1

// Exclusive locking comes first: a WAL on OPFS has no shared memory, and the first pragma that reads the schema without
// it cannot open the file. It shows at the second start only, when there is a file.
const DISK_PRAGMAS =
  'PRAGMA locking_mode=exclusive; PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA cache_size=-8000; PRAGMA temp_store=memory'

const LENIENT_PRAGMAS = 'PRAGMA locking_mode=exclusive; PRAGMA writable_schema=on'

/** An error of SQLite that is no failure of the storage. `code` is SQLite's name of it, such as SQLITE_CONSTRAINT_UNIQUE. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError'
  readonly code: string

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export interface WasmOpening {
  readonly module: SqliteWasm
  /** An open connection; it belongs to the database from now on. */
  readonly connect: () => Connection
  readonly durability: Durability
  /** Default: none. */
  readonly reserve?: Reserve
  readonly aside?: readonly string[]
  /** Opens whatever can be read: a list of tables that is damaged counts as far as it is whole. */
  readonly isDamaged?: boolean
  readonly onClosed?: () => void
}

/** Opens a database. If that fails, no handle stays open, and `onClosed` was called if there was one. */
export function openWasm(opening: WasmOpening): Database {
  const { module, connect, durability, isDamaged = false, onClosed = () => {} } = opening
  const connection = connected(module, connect)
  const database = new WasmDatabase(opening, connection, onClosed)
  try {
    if (isDamaged) database.exec(LENIENT_PRAGMAS)
    else {
      if (durability === 'disk') database.exec(DISK_PRAGMAS)
      database.exec(COMMON_PRAGMAS)
    }
    return database
  } catch (error) {
    connection.close()
    onClosed()
    throw error instanceof SqliteError ? unreadable(error) : error
  }
}

/** A database that is gone when it is closed. */
export const openWasmInMemory = (module: SqliteWasm): Database =>
  openWasm({ module, connect: () => new module.sqlite.oo1.DB(':memory:'), durability: 'memory' })

class WasmDatabase implements Database, StatementHost, TransactionControl {
  readonly durability: Durability
  readonly reserve: Reserve
  readonly aside: readonly string[]
  readonly module: SqliteWasm
  readonly arena: Arena
  readonly #connection: Connection
  readonly #onClosed: () => void
  readonly #statements: StatementCache<WasmStatement>
  readonly #counter = new ByteCounter()
  #pointer: number

  constructor({ module, durability, reserve = NO_RESERVE, aside = [] }: WasmOpening, connection: Connection, onClosed: () => void) {
    this.module = module
    this.durability = durability
    this.reserve = reserve
    this.aside = aside
    this.arena = new Arena(module)
    this.#connection = connection
    this.#onClosed = onClosed
    this.#pointer = connection.pointer ?? 0
    this.#statements = new StatementCache<WasmStatement>(
      (sql) => new WasmStatement(this, sql),
      (statement) => statement.finalize(),
    )
  }

  exec(sql: string): void {
    const text = this.module.sqlite.wasm.allocCString(sql, false)
    try {
      if (this.module.raw.sqlite3_exec(this.handle(), text, 0, 0, 0) !== OK) this.fail()
    } finally {
      this.module.raw.sqlite3_free(text)
    }
  }

  prepare(sql: string): Statement {
    return this.#statements.get(sql)
  }

  transaction<T>(work: Work<T>, flush: Flush = 'now'): T {
    return transact(this, work, flush)
  }

  bytes(): number {
    return this.#counter.count((sql) => this.prepare(sql), this.inTransaction())
  }

  close(): void {
    if (this.#pointer === 0) return
    this.#statements.clear()
    this.#pointer = 0
    this.arena.free()
    this.#connection.close()
    this.#onClosed()
  }

  inTransaction(): boolean {
    return this.module.raw.sqlite3_get_autocommit(this.handle()) === 0
  }

  begin(): void {
    this.prepare('BEGIN IMMEDIATE').run()
  }

  commit(): void {
    this.prepare('COMMIT').run()
  }

  rollback(): void {
    this.prepare('ROLLBACK').run()
  }

  handle(): number {
    assert(this.#pointer !== 0, 'the database is closed')
    return this.#pointer
  }

  compile(sql: string): number {
    const { raw, sqlite } = this.module
    const { wasm } = sqlite
    const stack = wasm.pstack.pointer
    const text = wasm.allocCString(sql, false)
    try {
      const [statement = 0, tail = 0] = wasm.pstack.allocPtr(2)
      if (raw.sqlite3_prepare_v3(this.handle(), text, -1, PREPARE_PERSISTENT, statement, tail) !== OK) this.fail()
      return onlyStatement(this.module, wasm.peekPtr(statement), wasm.cstrToJs(wasm.peekPtr(tail)) ?? '')
    } finally {
      wasm.pstack.restore(stack)
      raw.sqlite3_free(text)
    }
  }

  keep(sql: string, statement: WasmStatement): void {
    this.#statements.keep(sql, statement)
  }

  fail(): never {
    const { raw, sqlite, takeFileFailure } = this.module
    const resultCode = raw.sqlite3_extended_errcode(this.#pointer)
    const message = sqlite.wasm.cstrToJs(raw.sqlite3_errmsg(this.#pointer)) ?? ''
    throw translated(sqlite.capi.sqlite3_js_rc_str(resultCode) ?? `SQLITE_${resultCode}`, message, takeFileFailure())
  }
}

/** Refuses the same statements that the driver refuses on Node. */
function onlyStatement({ raw }: SqliteWasm, statement: number, rest: string): number {
  if (statement === 0) throw new RangeError('this SQL contains no statement')
  if (rest.trim() === '') return statement
  raw.sqlite3_finalize(statement)
  throw new RangeError('this SQL contains more than one statement')
}

function connected(module: SqliteWasm, connect: () => Connection): Connection {
  try {
    return connect()
  } catch (error) {
    if (!(error instanceof module.sqlite.SQLite3Error)) throw error
    const code = module.sqlite.capi.sqlite3_js_rc_str(error.resultCode) ?? ''
    throw translated(code, error.message, module.takeFileFailure() ?? error)
  }
}

/** Prefers the file layer's exception, which says more than the code: here a full disk, too, is SQLITE_IOERR. */
function translated(code: string, message: string, fileFailure: unknown): Error {
  const failure = failureOfCode(code)
  const error = new SqliteError(code, message, fileFailure)
  if (failure === undefined) return error
  return new StorageError(failureOfPlatform(fileFailure).code === 'storage.full' ? 'storage.full' : failure, error)
}
