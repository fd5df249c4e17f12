import { describe, expect, test } from 'vitest'
import { failureOfCode, failureOfPlatform } from './failure.ts'
import { StorageError, type Database } from './port.ts'

describe('a transaction does not compile with work that is asynchronous', () => {
  test('in any form', () => {
    const write = (db: Database): void => {
      // @ts-expect-error: the work returns a promise
      void db.transaction(async () => 1)
      // @ts-expect-error: some of it does
      void db.transaction(() => (db.bytes() > 0 ? Promise.resolve(1) : 2))
      const text: string = db.transaction(() => 'text')
      const nothing: void = db.transaction(() => {})
      db.transaction((): never => {
        throw new Error(`${text}${String(nothing)}`)
      })
    }
    expect(write).toBeTypeOf('function')
  })
})

describe('failures are told by code, never by message', () => {
  test.each([
    ['SQLITE_FULL', 'storage.full'],
    ['SQLITE_CORRUPT_VTAB', 'storage.corrupt'],
    ['SQLITE_NOTADB', 'storage.corrupt'],
    ['SQLITE_BUSY_SNAPSHOT', 'storage.busy'],
    ['SQLITE_IOERR_WRITE', 'storage.io'],
    ['SQLITE_READONLY_DBMOVED', 'storage.io'],
    ['SQLITE_CANTOPEN', 'storage.unavailable'],
    ['SQLITE_READONLY', undefined],
    ['SQLITE_CONSTRAINT_UNIQUE', undefined],
    ['SQLITE_ERROR', undefined],
    ['', undefined],
  ])('%s is %s', (code, failure) => expect(failureOfCode(code)).toBe(failure))

  test.each([
    [new DOMException('', 'QuotaExceededError'), 'storage.full'],
    [new DOMException('', 'NoModificationAllowedError'), 'storage.busy'],
    [new DOMException('', 'InvalidStateError'), 'storage.io'],
    [Object.assign(new Error('no space left'), { code: 'ENOSPC' }), 'storage.full'],
    [Object.assign(new Error('not permitted'), { code: 'EACCES' }), 'storage.unavailable'],
    ['not even an error', 'storage.io'],
  ])('%s is %s', (error, code) => expect(failureOfPlatform(error)).toMatchObject({ code, cause: error }))

  test('a StorageError stays itself', () => {
    const error = new StorageError('storage.full', undefined)
    expect(failureOfPlatform(error)).toBe(error)
  })
})
