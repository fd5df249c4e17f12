// The storage port in a browser: SQLite in WebAssembly, its files in OPFS. Call it in a dedicated worker, in one worker at a time (the
// caller ensures that by a Web Lock; a worker that comes too early waits here for up to three seconds).
//
// Where the browser refuses OPFS (private windows of some browsers, a page that is not secure, a worker that is not a dedicated one)
// databases are in memory, and report `durability: 'memory'`.
import { StorageError, type Database, type Storage } from './port.ts'
import { SahPool } from './sah-pool.ts'
import { assertDatabaseName } from './sql.ts'
import { loadSqlite, type SqliteWasm } from './sqlite-wasm.ts'
import { openWasm, openWasmInMemory } from './wasm.ts'

export interface BrowserStorageOptions {
  /** A directory of its own in the origin's private file system, such as `/tombolo`. */
  readonly directory: string
}

const NO_WASM = 'SQLite could not be loaded: its wasm file must be served from the origin of the app, as application/wasm.'

// One per directory and thread: files are held exclusively, against this thread too.
const pools = new Map<string, SahPool>()

/** Loads and compiles SQLite. Call it before waiting for a lock, so that taking over from a closed tab only has to open files. */
export async function preload(): Promise<void> {
  await loaded()
}

export function browserStorage({ directory }: BrowserStorageOptions): Storage {
  return {
    async open(name) {
      assertDatabaseName(name)
      const module = await loaded()
      return (await openOnDisk(module, directory, name)) ?? openWasmInMemory(module)
    },
    async remove(name) {
      assertDatabaseName(name)
      // The log is removed last: without a database it is worthless, but a database without its log would be an older one.
      await poolOf(await loaded(), directory).with((pool) => {
        for (const suffix of ['', '-journal', '-wal']) pool.remove(fileOf(name) + suffix)
        pool.release()
        return Promise.resolve()
      })
    },
  }
}

function openOnDisk(module: SqliteWasm, directory: string, name: string): Promise<Database | undefined> {
  return poolOf(module, directory).with(async (pool) => {
    const file = fileOf(name)
    await pool.reserve()
    return openWasm({ module, connect: () => pool.connect(file), durability: 'disk', onClosed: () => pool.release() })
  })
}

function poolOf(module: SqliteWasm, directory: string): SahPool {
  const pool = pools.get(directory) ?? new SahPool(module, directory)
  pools.set(directory, pool)
  return pool
}

const fileOf = (name: string): string => `/${name}.db`

async function loaded(): Promise<SqliteWasm> {
  try {
    return await loadSqlite()
  } catch (error) {
    throw new StorageError('storage.unavailable', error, NO_WASM)
  }
}
