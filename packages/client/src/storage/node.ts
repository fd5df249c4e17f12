// The storage port on Node: better-sqlite3, one file per database in a directory, WAL, a flush for every commit.
// `memoryStorage` is the same without files, for tests and the simulator.
//
// Invariants
// - Thin: each call adds one try/catch to better-sqlite3's own. bench/ watches the ratio.
// - Native exceptions are caught here and nowhere else.
import type Sqlite from 'better-sqlite3'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failureOfCode, failureOfPlatform, unreadable } from './failure.ts'
import { NO_RESERVE } from './no-reserve.ts'
import { FileReserve } from './node/file-reserve.ts'
import {
  StorageError,
  type Database,
  type Durability,
  type Flush,
  type Reserve,
  type SqlRow,
  type SqlValue,
  type Statement,
  type Storage,
  type Work,
} from './port.ts'
import { assertDatabaseName, ByteCounter, COMMON_PRAGMAS, generationsOf, nextGeneration } from './sql.ts'
import { StatementCache } from './statement-cache.ts'
import { transact, type TransactionControl } from './transact.ts'

export interface NodeStorageOptions {
  /** Created if it does not exist. */
  readonly directory: string
  /** How long to wait for another process that writes, before `storage.busy`. It blocks the thread. */
  readonly busyTimeoutMs?: number
}

const BUSY_TIMEOUT_MS = 2_000
const NO_NATIVE_MODULE =
  'The package better-sqlite3 is missing, or its native part does not fit this Node. Run `npm install better-sqlite3@12` on a ' +
  'machine with a C++ compiler, or use the WebAssembly build, which needs none and keeps nothing on disk.'

/** Databases as files in `directory`. */
export function nodeStorage({ directory, busyTimeoutMs = BUSY_TIMEOUT_MS }: NodeStorageOptions): Storage {
  const pathOf = (file: string, suffix = '.db'): string => join(directory, file + suffix)
  const generations = async (name: string): Promise<string[]> => {
    assertDatabaseName(name)
    return generationsOf(name, await databasesIn(directory))
  }
  const openFile = async (file: string, aside: readonly string[], reserve: () => Reserve, isDamaged = false): Promise<Database> => {
    const Native = await loadNative()
    await onPlatform(() => mkdir(directory, { recursive: true }))
    return opened(() => new Native(pathOf(file), { timeout: busyTimeoutMs }), { ...ON_DISK, aside, reserve: reserve(), isDamaged })
  }
  const reserveOf = (name: string) => (): Reserve => new FileReserve(pathOf(name, '.reserve'))
  const removeFile = async (file: string): Promise<void> => {
    // The log is removed last: without a database it is worthless, but a database without its log would be an older one.
    for (const suffix of ['.db', '.db-journal', '.db-wal', '.db-shm']) await onPlatform(() => rm(pathOf(file, suffix), { force: true }))
  }
  return {
    async open(name) {
      const known = await generations(name)
      return await openFile(known.at(-1) ?? name, known.slice(0, -1), reserveOf(name))
    },
    async renew(name) {
      const known = await generations(name)
      return await openFile(nextGeneration(known.at(-1) ?? name), known, reserveOf(name))
    },
    async remove(name) {
      for (const file of [...(await generations(name)), name]) await removeFile(file)
      await onPlatform(() => rm(pathOf(name, '.reserve'), { force: true }))
    },
    openAside: (file) => openFile(file, [], () => NO_RESERVE, true),
    readAside: (file) => onPlatform(async () => Uint8Array.from(await readFile(pathOf(file)))),
    removeAside: removeFile,
  }
}

/** Databases that live as long as `kept`, their bytes by name: reopening one finds what was committed. */
export function memoryStorage(kept: Map<string, Buffer> = new Map()): Storage {
  const openKept = async (name: string, aside: readonly string[]): Promise<Database> => {
    const Native = await loadNative()
    const parts = { ...IN_MEMORY, aside, keep: (native: Sqlite.Database) => kept.set(name, native.serialize()) }
    return opened(() => new Native(kept.get(name) ?? ':memory:'), parts)
  }
  const generations = (name: string): string[] => {
    assertDatabaseName(name)
    return generationsOf(name, [...kept.keys()])
  }
  return {
    async open(name) {
      const known = generations(name)
      return await openKept(known.at(-1) ?? name, known.slice(0, -1))
    },
    async renew(name) {
      const known = generations(name)
      return await openKept(nextGeneration(known.at(-1) ?? name), known)
    },
    async remove(name) {
      for (const file of generations(name)) kept.delete(file)
    },
    openAside: (file) => openKept(file, []),
    readAside: async (file) => Uint8Array.from(kept.get(file) ?? []),
    async removeAside(file) {
      kept.delete(file)
    },
  }
}

/** A database in memory, and a copy of what it has committed. */
export interface MemoryDatabase {
  readonly database: Database
  /** @throws within a transaction. */
  image(): Uint8Array
}

/** Opens a database in memory, on a copy of another one if `image` is given. It may claim to be on disk: its owner keeps the images. */
export async function memoryDatabase(image: Uint8Array | null, durability: Durability): Promise<MemoryDatabase> {
  const Native = await loadNative()
  const native = new Native(image === null ? ':memory:' : Buffer.from(image))
  return { database: opened(() => native, { ...IN_MEMORY, durability, aside: [], keep: () => {} }), image: () => native.serialize() }
}

/** What a database is beside its connection. */
interface Parts extends Pick<Database, 'durability' | 'reserve' | 'aside'> {
  /** Opens whatever can be read: a list of tables that is damaged counts as far as it is whole. */
  readonly isDamaged?: boolean
  /** Called before the connection closes. */
  readonly keep: (native: Sqlite.Database) => void
}

const IN_MEMORY = { durability: 'memory', reserve: NO_RESERVE } as const
const ON_DISK = { durability: 'disk', keep: () => {} } as const

/** The names of the databases in a directory, which need not exist. */
async function databasesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory).catch((): string[] => [])
  return entries.filter((entry) => entry.endsWith('.db')).map((entry) => entry.slice(0, -'.db'.length))
}

class NodeDatabase implements Database {
  readonly durability: Durability
  readonly reserve: Reserve
  readonly aside: readonly string[]
  readonly #native: Sqlite.Database
  readonly #keep: (native: Sqlite.Database) => void
  readonly #statements: StatementCache<Statement>
  readonly #control: TransactionControl
  readonly #counter = new ByteCounter()

  constructor(native: Sqlite.Database, { durability, reserve, aside, keep }: Parts) {
    this.durability = durability
    this.reserve = reserve
    this.aside = aside
    this.#native = native
    this.#keep = keep
    this.#statements = new StatementCache<Statement>(
      (sql) => compile(native, sql),
      () => {}, // better-sqlite3 finalises what nobody holds any more
    )
    this.#control = controlOf(native)
  }

  exec(sql: string): void {
    guarded(() => this.#native.exec(sql))
  }

  prepare(sql: string): Statement {
    return this.#statements.get(sql)
  }

  transaction<T>(work: Work<T>, flush: Flush = 'now'): T {
    return transact(this.#control, work, flush)
  }

  bytes(): number {
    return this.#counter.count((sql) => this.prepare(sql), this.#native.inTransaction)
  }

  close(): void {
    if (!this.#native.open) return
    this.#statements.clear()
    guarded(() => {
      if (this.#native.inTransaction) this.#native.exec('ROLLBACK')
      this.#keep(this.#native)
      this.#native.close()
    })
  }
}

class NodeStatement implements Statement {
  readonly #native: Sqlite.Statement<SqlValue[], SqlRow>
  readonly #raw: () => Sqlite.Statement<SqlValue[], SqlValue[]>

  constructor(native: Sqlite.Statement<SqlValue[], SqlRow>, raw: () => Sqlite.Statement<SqlValue[], SqlValue[]>) {
    this.#native = native
    this.#raw = raw
  }

  run(...params: readonly SqlValue[]): number {
    try {
      return this.#native.run(...params).changes
    } catch (error) {
      throw translated(error)
    }
  }

  get(...params: readonly SqlValue[]): SqlRow | undefined {
    try {
      return this.#native.get(...params)
    } catch (error) {
      throw translated(error)
    }
  }

  all(...params: readonly SqlValue[]): SqlRow[] {
    try {
      return this.#native.all(...params)
    } catch (error) {
      throw translated(error)
    }
  }

  values(...params: readonly SqlValue[]): SqlValue[][] {
    try {
      return this.#raw().all(...params)
    } catch (error) {
      throw translated(error)
    }
  }
}

/** Compiles a statement. Rows as arrays are a mode of a native statement, so they get a second one when first needed. */
function compile(native: Sqlite.Database, sql: string): Statement {
  let raw: Sqlite.Statement<SqlValue[], SqlValue[]> | undefined
  const statement = guarded(() => native.prepare<SqlValue[], SqlRow>(sql))
  return new NodeStatement(statement, () => (raw ??= native.prepare<SqlValue[], SqlValue[]>(sql).raw()))
}

function controlOf(native: Sqlite.Database): TransactionControl {
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((sql) => compile(native, sql)) as [
    Statement,
    Statement,
    Statement,
  ]
  return {
    exec: (sql) => guarded(() => native.exec(sql)),
    inTransaction: () => native.inTransaction,
    begin: () => begin.run(),
    commit: () => commit.run(),
    rollback: () => rollback.run(),
  }
}

function opened(open: () => Sqlite.Database, parts: Parts): Database {
  const native = guarded(open)
  try {
    if (parts.isDamaged === true) native.unsafeMode(true).exec('PRAGMA writable_schema=on')
    else native.exec(`PRAGMA journal_mode=wal; PRAGMA synchronous=full; ${COMMON_PRAGMAS}`)
    return new NodeDatabase(native, parts)
  } catch (error) {
    native.close()
    const failure = translated(error)
    throw failure === error && error instanceof Error && error.name === 'SqliteError' ? unreadable(error) : failure
  }
}

function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw translated(error)
  }
}

/** Turns a failure of the storage into a StorageError; other errors are returned unchanged. */
function translated(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'SqliteError' || !('code' in error) || typeof error.code !== 'string') return error
  const failure = failureOfCode(error.code)
  return failure === undefined ? error : new StorageError(failure, error)
}

async function onPlatform<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw failureOfPlatform(error)
  }
}

/** Loads better-sqlite3, an optional peer dependency; reports a missing package or native part. */
async function loadNative(): Promise<typeof Sqlite> {
  try {
    const { default: Native } = await import('better-sqlite3')
    new Native(':memory:').close()
    return Native
  } catch (error) {
    throw new StorageError('storage.unavailable', error, NO_NATIVE_MODULE)
  }
}
