// Loads SQLite in WebAssembly, once per thread, and keeps the last error of its file layer.
//
// The file layer reports every failure as SQLITE_IOERR, a full disk too, and hands the exception to its error log only.
// So the log is ours: it is silent, and remembers. The wasm file is found beside the package by `new URL(…,
// import.meta.url)`, which bundlers turn into a file of the app's own origin.
import initialise, { type Sqlite3Static } from '@sqlite.org/sqlite-wasm'

/**
 * The exports of the module that are used here: SQLite's plain C functions, numbers in, numbers out. The package's own wrappers check and
 * convert every argument, which costs more than the calls.
 */
export interface RawSqlite {
  sqlite3_malloc(bytes: number): number
  sqlite3_free(pointer: number): void
  sqlite3_exec(database: number, sql: number, callback: 0, context: 0, message: 0): number
  sqlite3_prepare_v3(database: number, sql: number, bytes: number, flags: number, statement: number, tail: number): number
  sqlite3_finalize(statement: number): number
  sqlite3_step(statement: number): number
  sqlite3_reset(statement: number): number
  sqlite3_bind_parameter_count(statement: number): number
  sqlite3_bind_double(statement: number, index: number, value: number): number
  sqlite3_bind_null(statement: number, index: number): number
  sqlite3_bind_text(statement: number, index: number, pointer: number, bytes: number, destructor: 0): number
  sqlite3_bind_blob(statement: number, index: number, pointer: number, bytes: number, destructor: 0): number
  sqlite3_column_count(statement: number): number
  sqlite3_column_name(statement: number, column: number): number
  sqlite3_column_type(statement: number, column: number): number
  sqlite3_column_double(statement: number, column: number): number
  sqlite3_column_text(statement: number, column: number): number
  sqlite3_column_blob(statement: number, column: number): number
  sqlite3_column_bytes(statement: number, column: number): number
  sqlite3_stmt_status(statement: number, counter: number, reset: 0): number
  sqlite3_changes(database: number): number
  sqlite3_total_changes(database: number): number
  sqlite3_get_autocommit(database: number): number
  sqlite3_extended_errcode(database: number): number
  sqlite3_errmsg(database: number): number
}

export interface SqliteWasm {
  readonly sqlite: Sqlite3Static
  readonly raw: RawSqlite
  /** Returns the last exception of the file layer, and forgets it. */
  readonly takeFileFailure: () => unknown
}

const quiet = (): void => {}

let loading: Promise<SqliteWasm> | undefined

/** Loads and compiles SQLite. Later calls return the same; after a failure (no network for the wasm file) the next call tries again. */
export function loadSqlite(): Promise<SqliteWasm> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function load(): Promise<SqliteWasm> {
  let failure: unknown
  const remember = (...messages: readonly unknown[]): void => {
    failure = messages.find((message) => message instanceof Error) ?? failure
  }
  // The package reads its settings from this global, once. The disabled file systems need headers that an app may not
  // send, or a main thread; trying them costs time and warnings.
  Object.assign(globalThis, {
    sqlite3ApiConfig: {
      error: remember,
      warn: quiet,
      log: quiet,
      debug: quiet,
      disable: { vfs: { opfs: true, 'opfs-wl': true, kvvfs: true } },
    },
  })
  const sqlite = await initialise()
  return {
    sqlite,
    raw: sqlite.wasm.exports as unknown as RawSqlite,
    takeFileFailure: () => {
      const taken = failure
      failure = undefined
      return taken
    },
  }
}
