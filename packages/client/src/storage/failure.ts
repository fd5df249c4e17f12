// Tells which failures are of the storage itself. By SQLite's result code or the exception's name, never by its message.
import { StorageError, type StorageErrorCode } from './port.ts'

// Primary result codes. What is missing here is a mistake of the caller and passes through. A plain SQLITE_READONLY is
// one too (a write on a `query_only` connection); its extended forms are failures of the file.
const SQLITE_FAILURES: Readonly<Record<string, StorageErrorCode>> = {
  SQLITE_FULL: 'storage.full',
  SQLITE_CORRUPT: 'storage.corrupt',
  SQLITE_NOTADB: 'storage.corrupt',
  SQLITE_BUSY: 'storage.busy',
  SQLITE_PROTOCOL: 'storage.busy',
  SQLITE_IOERR: 'storage.io',
  SQLITE_NOMEM: 'storage.io',
  SQLITE_CANTOPEN: 'storage.unavailable',
  SQLITE_PERM: 'storage.unavailable',
}

// Names of DOM exceptions, codes of file system errors.
const PLATFORM_FAILURES: Readonly<Record<string, StorageErrorCode>> = {
  QuotaExceededError: 'storage.full',
  ENOSPC: 'storage.full',
  EDQUOT: 'storage.full',
  NoModificationAllowedError: 'storage.busy',
  EBUSY: 'storage.busy',
  EACCES: 'storage.unavailable',
  EPERM: 'storage.unavailable',
  EROFS: 'storage.unavailable',
  ENOTDIR: 'storage.unavailable',
  EEXIST: 'storage.unavailable',
}

/** The storage failure that a SQLite result code such as `SQLITE_IOERR_WRITE` stands for, if it is one. */
export function failureOfCode(code: string): StorageErrorCode | undefined {
  if (code.startsWith('SQLITE_READONLY_')) return 'storage.io'
  const [sqlite = '', primary = ''] = code.split('_')
  return SQLITE_FAILURES[`${sqlite}_${primary}`]
}

/** What SQLite says of a file that it cannot begin to read: of a format that is none, for example. The pragmas of an opening are right. */
export const unreadable = (error: Error): StorageError => new StorageError('storage.corrupt', error)

/** An exception of the platform (a DOMException or a file system error) as a StorageError. */
export function failureOfPlatform(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError(PLATFORM_FAILURES[nameOf(error)] ?? 'storage.io', error)
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // The `code` of a DOMException is a legacy number; that of a file system error says what happened.
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
