// The outbox mirror: a copy of sealed, unanswered changes in IndexedDB, where a service worker can read them when no tab
// is open (it cannot open the database), and where they are safe when databases are only in memory.
//
// Invariants
// - One call, one IndexedDB transaction: all of its items or none. It resolves when the browser says they are on disk.
// - Nothing but IndexedDB is awaited within a transaction, since that would end it.
import { failureOfPlatform } from './failure.ts'
import { StorageError } from './port.ts'

/** A copy of one change: `key` names it on this device, `bytes` is what is sent. */
export interface MirrorItem {
  readonly key: string
  readonly space: string
  readonly bytes: string
}

export interface OutboxMirror {
  /** Adds items, or replaces those of the same key. */
  put(items: readonly MirrorItem[]): Promise<void>
  /** Every item, in the order of their keys. */
  all(): Promise<MirrorItem[]>
  /** Keys that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>
  clear(): Promise<void>
}

const VERSION = 1
const ITEMS = 'items'

/** A mirror in the IndexedDB database of that name. Page, worker and service worker of an origin share it. */
export function indexedDbMirror(name: string): OutboxMirror {
  return new IndexedDbMirror(name)
}

/** A mirror that lives as long as this object: for Node, which needs none, and for tests. */
export function memoryMirror(): OutboxMirror {
  const items = new Map<string, MirrorItem>()
  return {
    put: async (added) => added.forEach((item) => items.set(item.key, { ...item })),
    all: async () => [...items.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    remove: async (keys) => keys.forEach((key) => items.delete(key)),
    clear: async () => items.clear(),
  }
}

class IndexedDbMirror implements OutboxMirror {
  readonly #name: string
  #connection: Promise<IDBDatabase> | undefined

  constructor(name: string) {
    this.#name = name
  }

  async put(items: readonly MirrorItem[]): Promise<void> {
    await this.#run('readwrite', (store) => items.forEach(({ key, space, bytes }) => store.put({ key, space, bytes })))
  }

  async all(): Promise<MirrorItem[]> {
    const request = await this.#run('readonly', (store) => store.getAll() as IDBRequest<MirrorItem[]>)
    return request.result
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#run('readwrite', (store) => keys.forEach((key) => store.delete(key)))
  }

  async clear(): Promise<void> {
    await this.#run('readwrite', (store) => store.clear())
  }

  /** Resolves with the result of `queue` when its requests are done and on disk. */
  async #run<R>(mode: IDBTransactionMode, queue: (store: IDBObjectStore) => R): Promise<R> {
    try {
      const transaction = await this.#begin(mode)
      // Until the transaction ends, only its own requests may be awaited.
      const queued = allOrNone(transaction, queue)
      await ended(transaction)
      return queued
    } catch (error) {
      throw error instanceof DOMException ? failureOfPlatform(error) : error
    }
  }

  /** Begins a transaction. Browsers may end the connection (in the background, under memory pressure); it is then reopened once. */
  async #begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const start = async (): Promise<IDBTransaction> => (await this.#connect()).transaction(ITEMS, mode, { durability: 'strict' })
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error
      this.#connection = undefined
      return await start()
    }
  }

  #connect(): Promise<IDBDatabase> {
    this.#connection ??= connect(this.#name, () => (this.#connection = undefined)).catch((error: unknown) => {
      this.#connection = undefined
      throw error
    })
    return this.#connection
  }
}

async function connect(name: string, onClosed: () => void): Promise<IDBDatabase> {
  if (!('indexedDB' in globalThis)) throw new StorageError('storage.unavailable', new Error('there is no IndexedDB here'))
  const request = indexedDB.open(name, VERSION)
  request.onupgradeneeded = () => request.result.createObjectStore(ITEMS, { keyPath: 'key' })
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(refused(request.error))
  })
  database.onclose = onClosed
  // A newer version of the app, or a person who clears the site's data, waits for this connection to end.
  database.onversionchange = () => {
    database.close()
    onClosed()
  }
  return database
}

/** Aborts the transaction if a request throws at once (an invalid key); otherwise the requests before it would be committed. */
function allOrNone<R>(transaction: IDBTransaction, queue: (store: IDBObjectStore) => R): R {
  try {
    return queue(transaction.objectStore(ITEMS))
  } catch (error) {
    transaction.abort()
    throw error
  }
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new DOMException('the browser ended the transaction', 'AbortError'))
  })
}

/** A database that cannot be opened is one that this context may not have, unless the disk is full. */
function refused(error: DOMException | null): Error {
  const failure = failureOfPlatform(error)
  return failure.code === 'storage.io' ? new StorageError('storage.unavailable', error) : failure
}
