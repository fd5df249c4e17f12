// The storage port in a browser: SQLite in WebAssembly, its files in OPFS. Call it in a dedicated worker, in one worker at a time (the
// caller ensures that by a Web Lock; a worker that comes too early waits here for up to three seconds).
//
// Where the browser refuses OPFS (private windows of some browsers, a page that is not secure, a worker that is not a dedicated one)
// databases are in memory, and report `durability: 'memory'`.
import { PartMissing } from '../platform/load-part.ts'
import { OpfsReserve, removeReserve } from './opfs-reserve.ts'
import { StorageError, type Database, type Storage } from './port.ts'
import { type HeldPool, SahPool } from './sah-pool.ts'
import { assertDatabaseName, generationsOf, nextGeneration } from './sql.ts'
import { loadSqlite, type SqliteWasm } from './sqlite-wasm.ts'
import { openWasm, openWasmInMemory } from './wasm.ts'

export interface BrowserStorageOptions {
  /** A directory of its own in the origin's private file system, such as `/tombolo`. */
  readonly directory: string
}

const NO_WASM = 'SQLite could not be loaded. Its wasm file is served from the origin of the app, as application/wasm.'

// One per directory and thread: files are held exclusively, against this thread too.
const pools = new Map<string, SahPool>()

/** Loads and compiles SQLite. Call it before waiting for a lock, so that taking over from a closed tab only has to open files. */
export async function preload(): Promise<void> {
  await loaded()
}

export function browserStorage({ directory }: BrowserStorageOptions): Storage {
  const inPool = async <T>(use: (pool: HeldPool) => Promise<T>): Promise<T | undefined> => await poolOf(await loaded(), directory).with(use)
  const reserveOf = (name: string): string => `${directory}/${name}.reserve`
  /** Opens the database that `choose` picks among those of the name, which are given oldest first. */
  const openOf = async (name: string, choose: (known: readonly string[]) => string): Promise<Database> => {
    assertDatabaseName(name)
    const module = await loaded()
    const onDisk = await inPool((pool) => {
      const known = generationsOf(name, pool.databases())
      const file = choose(known)
      return connected(module, pool, { file, aside: known.filter((other) => other !== file), reserve: reserveOf(name) })
    })
    return onDisk ?? openWasmInMemory(module)
  }
  const onFile = async <T>(use: (pool: HeldPool) => T): Promise<T | undefined> =>
    await inPool(async (pool) => {
      const result = use(pool)
      pool.release()
      return result
    })
  return {
    open: (name) => openOf(name, (known) => known.at(-1) ?? name),
    renew: (name) => openOf(name, (known) => nextGeneration(known.at(-1) ?? name)),
    async remove(name) {
      assertDatabaseName(name)
      await onFile((pool) => generationsOf(name, pool.databases()).forEach((file) => pool.remove(file)))
      await removeReserve(reserveOf(name))
    },
    async openAside(file) {
      const module = await loaded()
      const aside = await inPool((pool) => connected(module, pool, { file, aside: [], reserve: null, isDamaged: true }))
      if (aside === undefined) throw new StorageError('storage.unavailable', new Error(`there is no ${file} here`))
      return aside
    },
    readAside: async (file) => (await onFile((pool) => pool.read(file))) ?? new Uint8Array(0),
    removeAside: (file) => onFile((pool) => pool.remove(file)),
  }
}

interface OnDisk {
  readonly file: string
  readonly aside: readonly string[]
  /** Where its reserve is; null: it has none. */
  readonly reserve: string | null
  readonly isDamaged?: boolean
}

async function connected(module: SqliteWasm, pool: HeldPool, { file, aside, reserve: path, isDamaged = false }: OnDisk): Promise<Database> {
  await pool.reserve()
  const reserve = path === null ? null : new OpfsReserve(path)
  const onClosed = (): void => {
    reserve?.close()
    pool.release()
  }
  return openWasm({
    module,
    connect: () => pool.connect(file),
    durability: 'disk',
    aside,
    isDamaged,
    onClosed,
    ...(reserve === null ? {} : { reserve }),
  })
}

function poolOf(module: SqliteWasm, directory: string): SahPool {
  const pool = pools.get(directory) ?? new SahPool(module, directory)
  pools.set(directory, pool)
  return pool
}

async function loaded(): Promise<SqliteWasm> {
  try {
    return await loadSqlite()
  } catch (error) {
    throw new PartMissing(error, NO_WASM)
  }
}
