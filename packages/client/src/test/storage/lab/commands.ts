// What the storage tests have done in a browser: in a dedicated worker, or in the page, which may not have files.
// Every command takes and gives plain data.
import { browserStorage } from '../../../storage/browser.ts'
import { mirrorContract } from '../../../storage/mirror-contract.ts'
import { indexedDbMirror, type OutboxMirror } from '../../../storage/mirror.ts'
import type { StorageSubject } from '../../../storage/contract-kit.ts'
import { storageContract } from '../../../storage/contract.ts'
import { PartMissing } from '../../../platform/load-part.ts'
import { StorageError, type Database, type SqlValue } from '../../../storage/port.ts'

export type Commands = typeof commands

/** How a call ended: with a value, or with the code of an expected failure and the name of what caused it. */
export type Outcome<T> = { readonly value: T } | { readonly code: string; readonly cause: string }

const held = new Map<string, Database>()
const mirrors = new Map<string, OutboxMirror>()

export const commands = {
  async storageCase(title: string, directory: string): Promise<void> {
    await caseOf(storageContract, title).run(subjectAt(directory))
  },

  async mirrorCase(title: string, name: string): Promise<void> {
    await caseOf(mirrorContract, title).run({ start: () => indexedDbMirror(name), kept: true })
  },

  /** Puts an item into a mirror that stays connected, and gives all that is in it. */
  async mirrorPut(name: string, key: string): Promise<string[]> {
    const mirror = mirrors.get(name) ?? indexedDbMirror(name)
    mirrors.set(name, mirror)
    await mirror.put([{ key, space: 'space', bytes: 'bytes' }])
    return (await mirror.all()).map((item) => item.key)
  },

  async deleteIndexedDb(name: string): Promise<void> {
    const request = indexedDB.deleteDatabase(name)
    await new Promise((resolve, reject) => {
      request.onsuccess = resolve
      request.onerror = () => reject(request.error ?? new Error('not deleted'))
    })
  },

  /** Runs SQL in a database that is opened for it and closed again. */
  async once(directory: string, sql: string): Promise<Outcome<SqlValue[][]>> {
    return await outcome(async () => {
      const db = await browserStorage({ directory }).open('one')
      try {
        return db.prepare(sql).values()
      } finally {
        db.close()
      }
    })
  },

  async hold(directory: string): Promise<Outcome<string>> {
    return await outcome(async () => {
      const db = await browserStorage({ directory }).open('one')
      held.set(directory, db)
      return db.durability
    })
  },

  heldSql(directory: string, sql: string): Outcome<SqlValue[][]> {
    return tried(() => opened(directory).prepare(sql).values())
  },

  async holdReserve(directory: string, bytes: number): Promise<boolean> {
    return await opened(directory).reserve.hold(bytes)
  },

  releaseReserve(directory: string): void {
    opened(directory).reserve.release()
  },

  letGo(directory: string): void {
    opened(directory).close()
    held.delete(directory)
  },

  async remove(directory: string): Promise<Outcome<void>> {
    return await outcome(() => browserStorage({ directory }).remove('one'))
  },

  /** Commits one change of two halves, then says `middle` in the middle of the second, and never returns. */
  async crash(directory: string): Promise<never> {
    const db = await browserStorage({ directory }).open('one')
    db.exec('CREATE TABLE halves (change INTEGER, half TEXT)')
    const insert = db.prepare('INSERT INTO halves VALUES (?, ?)')
    db.transaction(() => (insert.run(1, 'first'), insert.run(1, 'second')))
    return db.transaction((): never => {
      // More than the page cache holds, so that the unfinished change is in the log too.
      for (let n = 0; n < 200; n++) insert.run(2, 'first '.repeat(20_000))
      globalThis.postMessage({ event: 'middle' })
      for (;;);
    })
  },

  /** Commits changes of 100 kB until one is refused. */
  fill(directory: string): Outcome<never> {
    const db = opened(directory)
    const insert = db.prepare('INSERT INTO t VALUES (?)')
    return tried(() => {
      for (;;) db.transaction(() => insert.run('x'.repeat(100_000)))
    })
  },

  /** Makes this thread one that is refused files, as private windows of some browsers are. */
  refuseFiles(name: string): void {
    navigator.storage.getDirectory = () => Promise.reject(new DOMException('refused by the test', name))
  },

  /** Makes the next opening of a stored file fail, as Safari does now and then; a file that is made then does not count. */
  stumbleOnce(): void {
    const files = FileSystemFileHandle.prototype as unknown as { createSyncAccessHandle(): Promise<unknown> }
    const original = files.createSyncAccessHandle
    files.createSyncAccessHandle = async function (this: FileSystemFileHandle) {
      if ((await this.getFile()).size === 0) return await original.call(this)
      files.createSyncAccessHandle = original
      throw new DOMException('stumbled for the test', 'InvalidStateError')
    }
  },

  async rootEntries(): Promise<string[]> {
    const names: string[] = []
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
    return names
  },
}

function subjectAt(directory: string): StorageSubject {
  const onDisk = 'createSyncAccessHandle' in FileSystemFileHandle.prototype
  return {
    start: () => browserStorage({ directory }),
    kept: onDisk,
    durability: onDisk ? 'disk' : 'memory',
    corrupt: (name) => overwrite(directory, `/${name}.db`),
  }
}

/** Files of the pool have names of their own; what each holds is in its first bytes, the contents begin at 4096. */
async function overwrite(directory: string, path: string): Promise<void> {
  let folder = await navigator.storage.getDirectory()
  for (const name of [...directory.split('/').filter(Boolean), '.opaque']) folder = await folder.getDirectoryHandle(name)
  for await (const file of folder.values()) {
    if (!(file instanceof FileSystemFileHandle)) continue
    const head = await (await file.getFile()).slice(0, path.length + 1).text()
    if (head !== `${path}\0`) continue
    const writable = await file.createWritable({ keepExistingData: true })
    await writable.write({ type: 'write', position: 4096, data: 'nonsense '.repeat(10_000) })
    await writable.close()
    return
  }
  throw new Error(`no file holds ${path}`)
}

function caseOf<C extends { readonly title: string }>(cases: readonly C[], title: string): C {
  const found = cases.find((candidate) => candidate.title === title)
  if (found === undefined) throw new Error(`no case is called ${title}`)
  return found
}

function opened(directory: string): Database {
  const db = held.get(directory)
  if (db === undefined) throw new Error(`nothing is open in ${directory}`)
  return db
}

async function outcome<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call() }
  } catch (error) {
    return failure(error)
  }
}

function tried<T>(call: () => T): Outcome<T> {
  try {
    return { value: call() }
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): Outcome<never> {
  if (!(error instanceof StorageError || error instanceof PartMissing)) throw error
  const causes = chain(error.cause).map((cause) => cause.name)
  return { code: error.code, cause: causes.join(' < ') }
}

function chain(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : []
}
