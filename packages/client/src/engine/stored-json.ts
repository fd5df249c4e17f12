/** Reads what the store itself has written: if that fails, its file is damaged. */
import { StorageError } from '../storage/port.ts'

/** @throws StorageError `storage.corrupt` */
export const storedJson = (text: string): unknown => readStored((): unknown => JSON.parse(text))

/** @throws StorageError `storage.corrupt` if `read` throws. */
export function readStored<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof StorageError ? error : new StorageError('storage.corrupt', error)
  }
}
