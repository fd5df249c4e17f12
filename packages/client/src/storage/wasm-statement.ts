// A statement of SQLite in WebAssembly.
//
// Invariants
// - It is reset before each call returns, so no cursor and no lock stays open.
// - Parameters live in the database's arena until the next call; SQLite does not look at them after the reset.
// - Compiled exactly while the cache holds it. One that the cache let go is compiled again when it is used again, so
//   whoever holds it never notices.
import { textBytesMax, type Arena } from './arena.ts'
import type { SqlRow, SqlValue, Statement } from './port.ts'
import type { RawSqlite, SqliteWasm } from './sqlite-wasm.ts'

/** The database, as a statement uses it. */
export interface StatementHost {
  readonly module: SqliteWasm
  readonly arena: Arena
  /** SQLite's handle; throws when the database was closed. */
  handle(): number
  /** Compiles; throws on wrong SQL. */
  compile(sql: string): number
  /** Sees to it that a statement which was compiled again is finalised some day. */
  keep(sql: string, statement: WasmStatement): void
  /** Throws what SQLite last reported, as a StorageError or as it is. */
  fail(): never
}

const OK = 0
const ROW = 100
const DONE = 101
const INTEGER = 1
const FLOAT = 2
const TEXT = 3
const BLOB = 4
const REPREPARED = 5

// Without this option a text that begins with U+FEFF would lose it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class WasmStatement implements Statement {
  readonly #host: StatementHost
  readonly #raw: RawSqlite
  readonly #sql: string
  #pointer = 0
  #parameterCount = 0
  #columns: readonly string[] = []
  #reprepared = 0

  constructor(host: StatementHost, sql: string) {
    this.#host = host
    this.#raw = host.module.raw
    this.#sql = sql
    this.#compile()
  }

  run(...params: readonly SqlValue[]): number {
    const database = this.#host.handle()
    const before = this.#raw.sqlite3_total_changes(database)
    this.#collect(params, () => {})
    // A statement that changes nothing leaves the count of the one before it.
    return this.#raw.sqlite3_total_changes(database) === before ? 0 : this.#raw.sqlite3_changes(database)
  }

  get(...params: readonly SqlValue[]): SqlRow | undefined {
    try {
      this.#begin(params)
      return this.#step() ? this.#row() : undefined
    } finally {
      this.#raw.sqlite3_reset(this.#pointer)
    }
  }

  all(...params: readonly SqlValue[]): SqlRow[] {
    const rows: SqlRow[] = []
    this.#collect(params, () => rows.push(this.#row()))
    return rows
  }

  values(...params: readonly SqlValue[]): SqlValue[][] {
    const rows: SqlValue[][] = []
    this.#collect(params, () => rows.push(this.#columns.map((_, column) => this.#value(column))))
    return rows
  }

  finalize(): void {
    this.#raw.sqlite3_finalize(this.#pointer)
    this.#pointer = 0
  }

  #collect(params: readonly SqlValue[], take: () => void): void {
    try {
      this.#begin(params)
      while (this.#step()) take()
    } finally {
      this.#raw.sqlite3_reset(this.#pointer)
    }
  }

  #compile(): void {
    this.#pointer = this.#host.compile(this.#sql)
    this.#parameterCount = this.#raw.sqlite3_bind_parameter_count(this.#pointer)
    this.#reprepared = 0
    this.#readColumns()
  }

  #compileAgain(): void {
    this.#compile()
    this.#host.keep(this.#sql, this)
  }

  #begin(params: readonly SqlValue[]): void {
    this.#host.handle()
    if (this.#pointer === 0) this.#compileAgain()
    if (params.length !== this.#parameterCount) {
      throw new RangeError(`this statement takes ${this.#parameterCount} parameters, not ${params.length}: ${this.#sql}`)
    }
    if (params.length === 0) return
    this.#host.arena.reserve(bytesMax(params))
    for (let index = 0; index < params.length; index++) this.#bind(index + 1, params[index])
  }

  #bind(index: number, value: SqlValue | undefined): void {
    if (this.#bindCode(index, value) !== OK) this.#host.fail()
  }

  #bindCode(index: number, value: SqlValue | undefined): number {
    const { arena } = this.#host
    if (typeof value === 'string') return this.#raw.sqlite3_bind_text(this.#pointer, index, arena.placeText(value), arena.lastBytes, 0)
    if (typeof value === 'number') return this.#raw.sqlite3_bind_double(this.#pointer, index, value)
    if (value === null) return this.#raw.sqlite3_bind_null(this.#pointer, index)
    if (value instanceof Uint8Array) return this.#raw.sqlite3_bind_blob(this.#pointer, index, arena.placeBytes(value), arena.lastBytes, 0)
    throw new TypeError(`SQLite can bind text, numbers, bytes and null, not ${typeof value}`)
  }

  #step(): boolean {
    const code = this.#raw.sqlite3_step(this.#pointer)
    if (code === DONE) return false
    if (code !== ROW) this.#host.fail()
    // SQLite compiles a statement again when the schema changed under it: its columns may have changed too.
    if (this.#raw.sqlite3_stmt_status(this.#pointer, REPREPARED, 0) !== this.#reprepared) this.#readColumns()
    return true
  }

  #readColumns(): void {
    this.#reprepared = this.#raw.sqlite3_stmt_status(this.#pointer, REPREPARED, 0)
    const { wasm } = this.#host.module.sqlite
    const count = this.#raw.sqlite3_column_count(this.#pointer)
    this.#columns = Array.from({ length: count }, (_, column) => wasm.cstrToJs(this.#raw.sqlite3_column_name(this.#pointer, column)) ?? '')
  }

  #row(): SqlRow {
    const row: SqlRow = {}
    let column = 0
    for (const name of this.#columns) row[name] = this.#value(column++)
    return row
  }

  #value(column: number): SqlValue {
    switch (this.#raw.sqlite3_column_type(this.#pointer, column)) {
      case INTEGER:
      case FLOAT:
        return this.#raw.sqlite3_column_double(this.#pointer, column)
      case TEXT:
        return decoder.decode(this.#bytes(this.#raw.sqlite3_column_text(this.#pointer, column), column))
      case BLOB:
        return this.#bytes(this.#raw.sqlite3_column_blob(this.#pointer, column), column).slice()
      default:
        return null
    }
  }

  /** A view on the module's memory, good until the next step. */
  #bytes(pointer: number, column: number): Uint8Array {
    const length = this.#raw.sqlite3_column_bytes(this.#pointer, column)
    return this.#host.module.sqlite.wasm.heap8u().subarray(pointer, pointer + length)
  }
}

function bytesMax(params: readonly SqlValue[]): number {
  let bytes = 0
  for (const value of params) {
    if (typeof value === 'string') bytes += textBytesMax(value)
    else if (value instanceof Uint8Array) bytes += value.length
  }
  return bytes
}
