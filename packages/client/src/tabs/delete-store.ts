/**
 * Removes a store of this origin from the device completely, for a device that is given away or used by several people. Sent changes are at
 * the hub; unsent ones are lost, so ask the person first.
 */
import { errorOf, orTomboloError, type TomboloError } from '../page/errors.ts'
import { failureOfPlatform } from '../storage/failure.ts'
import { assertDatabaseName } from '../storage/sql.ts'
import { databaseDirectory, DEFAULT_NAME, leaderLock, outboxName } from './names.ts'
import { pageKeep } from './unanswered-page.ts'

/** Which store of this origin to remove. */
export interface DeleteStoreOptions {
  /** The name that the store was opened with. */
  readonly name?: string
}

/** Time for a tab that has just closed the store to release its files. */
const PATIENCE_MS = 5000

/**
 * Removes the database of a store and everything kept beside it. Close the store before. A store that does not exist is no error.
 * @throws StorageFailed `storage.busy` while another window has it open.
 * @example
 * await store.close()
 * await deleteStore()
 */
export async function deleteStore({ name = DEFAULT_NAME }: DeleteStoreOptions = {}): Promise<void> {
  assertDatabaseName(name)
  // The leader holds the files. If a window is still open, it gets the lock before this request.
  const held = navigator.locks.request(leaderLock(name), { signal: AbortSignal.timeout(PATIENCE_MS) }, () => removeAll(name))
  await orTomboloError(held.catch((error: unknown) => Promise.reject(isTimeout(error) ? busy() : error)))
}

/** Removes the database last, so that after an interruption the store can still be opened, or removed again. */
async function removeAll(name: string): Promise<void> {
  const keep = pageKeep(name)
  for (const one of keep.names()) keep.remove(one)
  await removeIndexedDb(outboxName(name))
  await removeDirectory(databaseDirectory(name))
}

function removeIndexedDb(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.addEventListener('success', () => resolve())
    request.addEventListener('error', () => reject(failureOfPlatform(request.error)))
  })
}

/** Removes a directory. In a browser that refuses files to pages there is none. */
async function removeDirectory(path: string): Promise<void> {
  const parts = path.split('/').filter((part) => part !== '')
  const last = parts.pop() ?? ''
  try {
    let directory = await navigator.storage.getDirectory()
    for (const part of parts) directory = await directory.getDirectoryHandle(part)
    await directory.removeEntry(last, { recursive: true })
  } catch (error) {
    if (!isNamed(error, 'NotFoundError') && !isNamed(error, 'SecurityError')) throw failureOfPlatform(error)
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof DOMException && error.name === name
const isTimeout = (error: unknown): boolean => isNamed(error, 'TimeoutError') || isNamed(error, 'AbortError')
const busy = (): TomboloError => errorOf('storage.busy', 'Another window has the store open.')
