// The pool of OPFS files under SQLite in the browser ("opfs-sahpool"): one directory, held by one worker at a time.
//
//   acquire ── got every handle ───────────────► held (counted by users; the last release frees the handles)
//      │└─ held by another worker: retry for 3 s ─────┐
//      └─ refused ─► can this worker hold any file? ◄─┘── no ─► undefined: the caller goes on in memory
//                                └── yes ─► StorageError: never an empty database beside a full one
//
// Invariant: a failed acquisition deletes nothing. By default the package would remove the directory after one, with any files that the
// other worker has just released.
import { assert } from '@tombolo/core'
import type { Database as Connection, SAHPoolUtil, Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { failureOfPlatform } from './failure.ts'
import type { SqliteWasm } from './sqlite-wasm.ts'

// Chromium gives a worker that is terminated during a computation two seconds to end; until then it holds its files.
const HELD_BY_ANOTHER_TRIES = 150
const OTHER_FAILURE_TRIES = 50
const ACQUIRE_RETRY_MS = 20

/** A database needs one file for itself, one for its log, and one or two temporarily (a journal, an attached file). */
const FILES_PER_DATABASE = 4

const ENDING = '.db'

/** Errors for which a retry is useless: this context may not have files. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set([
  'SecurityError',
  'NotAllowedError',
  'NotSupportedError',
  'TypeError',
  'QuotaExceededError',
])

/** An option newer than the package's types, with which a failed start does not remove the directory. */
type PoolOptions = Parameters<Sqlite3Static['installOpfsSAHPoolVfs']>[0] & {
  readonly preserveOnInitFailure: true
  readonly forceReinitIfPreviouslyFailed: true
  readonly verbosity: number
}

let layers = 0

export class SahPool {
  readonly #module: SqliteWasm
  readonly #directory: string
  /** SQLite knows its file layers by name, in this thread only. */
  readonly #layerName: string = `tombolo-${++layers}`
  /** Files of open databases. */
  readonly #open = new Set<string>()
  #util: SAHPoolUtil | undefined
  #users = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(module: SqliteWasm, directory: string) {
    this.#module = module
    this.#directory = directory
  }

  /**
   * Runs `use` while this worker holds the pool, one caller at a time, and returns its result; undefined if this context may not have files
   * at all. `use` must release the pool, at once or when its database closes.
   */
  with<T>(use: (pool: HeldPool) => Promise<T>): Promise<T | undefined> {
    const result = this.#turn.then(() => this.#hold(use))
    this.#turn = result.catch(() => {})
    return result
  }

  async #hold<T>(use: (pool: HeldPool) => Promise<T>): Promise<T | undefined> {
    // Counted before the handles are acquired, so that a database which closes in the meantime does not free them.
    this.#users++
    const release = once(() => this.#release())
    try {
      const util = await this.#acquire()
      if (util !== undefined) return await use(new HeldPool(util, this.#open, release))
    } catch (error) {
      release()
      throw failureOrBug(error)
    }
    release()
    return undefined
  }

  async #acquire(): Promise<SAHPoolUtil | undefined> {
    if (!('FileSystemFileHandle' in globalThis && 'createSyncAccessHandle' in FileSystemFileHandle.prototype)) return undefined
    let refusal: unknown
    for (let tries = 0; tries < triesFor(refusal); tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, ACQUIRE_RETRY_MS))
      try {
        return await this.#take()
      } catch (error) {
        refusal = error
      }
    }
    const failure = failureOfPlatform(refusal)
    if (failure.code === 'storage.full' || (await canHoldFiles())) throw failure
    return undefined
  }

  async #take(): Promise<SAHPoolUtil> {
    if (this.#util !== undefined) return await this.#util.unpauseVfs()
    const options: PoolOptions = {
      name: this.#layerName,
      directory: this.#directory,
      initialCapacity: FILES_PER_DATABASE,
      preserveOnInitFailure: true,
      forceReinitIfPreviouslyFailed: true,
      // Errors go to the log that sqlite-wasm.ts reads; nothing else does.
      verbosity: 1,
    }
    return (this.#util = await this.#module.sqlite.installOpfsSAHPoolVfs(options))
  }

  #release(): void {
    if (--this.#users === 0) this.#util?.pauseVfs()
  }
}

/** The pool during one use of it: to open one database, or to remove some. */
export class HeldPool {
  readonly #util: SAHPoolUtil
  readonly #open: Set<string>
  readonly #letGo: () => void
  #file: string | undefined

  constructor(util: SAHPoolUtil, open: Set<string>, letGo: () => void) {
    this.#util = util
    this.#open = open
    this.#letGo = letGo
  }

  /** Makes enough files before a database is opened, because SQLite cannot make any while it runs. */
  async reserve(): Promise<void> {
    // Open databases may also still need some of theirs.
    const wanted = FILES_PER_DATABASE * (this.#open.size + 1)
    await this.#util.reserveMinimumCapacity(this.#util.getFileCount() + wanted)
  }

  /** The names of the databases in the pool. */
  databases(): string[] {
    return this.#util.getFileNames().flatMap((path) => (path.endsWith(ENDING) ? [path.slice(1, -ENDING.length)] : []))
  }

  connect(database: string): Connection {
    const path = this.#closed(database)
    const connection = new this.#util.OpfsSAHPoolDb(path)
    this.#open.add(path)
    this.#file = path
    return connection
  }

  read(database: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#util.exportFile(this.#closed(database)))
  }

  remove(database: string): void {
    const path = this.#closed(database)
    // The log is removed last: without a database it is worthless, but a database without its log would be an older one.
    for (const suffix of ['', '-journal', '-wal']) this.#util.unlink(path + suffix)
  }

  #closed(database: string): string {
    const path = `/${database}${ENDING}`
    assert(!this.#open.has(path), `the database ${database} is open: close it first`)
    return path
  }

  /** Ends this use; a second call does nothing. */
  release(): void {
    if (this.#file !== undefined) this.#open.delete(this.#file)
    this.#file = undefined
    this.#letGo()
  }
}

/** Whether this worker can have a file that no other worker knows of. If it cannot, no other can hold our data either. */
async function canHoldFiles(): Promise<boolean> {
  const name = `.tombolo-probe-${crypto.randomUUID()}`
  try {
    const root = await navigator.storage.getDirectory()
    const file: FileSystemFileHandle & { createSyncAccessHandle?(): Promise<{ close(): void }> } = await root.getFileHandle(name, {
      create: true,
    })
    const handle = await file.createSyncAccessHandle?.()
    handle?.close()
    await root.removeEntry(name)
    return handle !== undefined
  } catch {
    return false
  }
}

/** The total number of tries, by the last error. Some browsers fail for a moment without a stated reason. */
function triesFor(refusal: unknown): number {
  const name = nameOf(refusal)
  if (FINAL_REFUSALS.has(name)) return 1
  return name === 'NoModificationAllowedError' ? HELD_BY_ANOTHER_TRIES : OTHER_FAILURE_TRIES
}

function failureOrBug(error: unknown): unknown {
  return error instanceof DOMException ? failureOfPlatform(error) : error
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function once(call: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    call()
  }
}
