/**
 * Removing a store of this origin from the device, whole: for a device that is given away, or that several people use. What was sent is
 * at the hub; what was not is gone with it, so ask first.
 */
import { errorOf, orTomboloError, type TomboloError } from '../page/errors.ts'
import { failureOfPlatform } from '../storage/failure.ts'
import { assertDatabaseName } from '../storage/sql.ts'
import { databaseDirectory, DEFAULT_NAME, leaderLock, outboxName } from './names.ts'
import { pageKeep } from './unanswered-page.ts'

/** Which store of this origin to remove. */
export interface DeleteStoreOptions {
  /** As it was opened. */
  readonly name?: string
}

/** A tab that has just closed the store still lets go of its files. */
const PATIENCE_MS = 5000

/**
 * Removes the database of a store, and all that is kept beside it. Close the store before; one that was never there is no error.
 * @throws StorageFailed `storage.busy` while another window has it open.
 * @example
 * await store.close()
 * await deleteStore()
 */
export async function deleteStore({ name = DEFAULT_NAME }: DeleteStoreOptions = {}): Promise<void> {
  assertDatabaseName(name)
  // Who leads has the files. A window that is still open leads before this is served.
  const held = navigator.locks.request(leaderLock(name), { signal: AbortSignal.timeout(PATIENCE_MS) }, () => removeAll(name))
  await orTomboloError(held.catch((error: unknown) => Promise.reject(isTimeout(error) ? busy() : error)))
}

/** The database last: cut off on the way, everything is still there to be opened, or to be removed. */
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

/** A browser that refuses files to pages has nothing to remove. */
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
