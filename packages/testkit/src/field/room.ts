/**
 * The room on the disk of a virtual device. On a full one nothing more fits but into the store's reserve, once the store has let go of that:
 * so what was saved still goes out, and only what adds to the store is refused.
 */
import { type Database, StorageError } from '@tombolo/client/testing'
import { over } from '../simulator/over.ts'

export class Room {
  isFull = false
  #reservedBytes = 0

  /** The database, on a disk with so much room. */
  on(database: Database): Database {
    const bytes = (): number => this.#reservedBytes
    return over(database, {
      reserve: {
        get bytes() {
          return bytes()
        },
        hold: async (wanted) => {
          if (!this.isFull) this.#reservedBytes = Math.max(this.#reservedBytes, wanted)
          return this.#reservedBytes >= wanted
        },
        release: () => void (this.#reservedBytes = 0),
      },
      transaction: (work, flush) => {
        if (this.isFull && this.#reservedBytes > 0) throw new StorageError('storage.full', new Error('fillDisk()'))
        return database.transaction(work, flush)
      },
    })
  }
}
