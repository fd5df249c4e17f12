/**
 * Group commit: batches asked for in one turn share one transaction, and so one flush to disk. A batch that is refused before it changed
 * anything does not affect the others. If a batch has to be rolled back, or the disk refuses, the whole group is rolled back and each batch
 * gets its own transaction.
 *
 * A batch for which there is no room waits until the device was asked for room again, and all that were asked for after it wait behind it:
 * whoever has just freed some is not refused once more.
 */
import { StorageError } from '../storage/port.ts'
import type { LocalStore } from './local-store.ts'
import type { WriteAnswer, WriteBatch } from './port.ts'
import { isFull } from './room.ts'

export interface WriteQueueOptions {
  readonly store: LocalStore
  readonly carryOut: (batch: WriteBatch) => WriteAnswer
  /** Resolves when everything saved is safe. */
  readonly afterWrite?: () => Promise<void>
}

interface Asked {
  readonly batch: WriteBatch
  readonly resolve: (answer: WriteAnswer) => void
  readonly reject: (error: unknown) => void
}

export class WriteQueue {
  readonly #options: WriteQueueOptions
  #asked: Asked[] = []
  #waiting: Promise<void> = Promise.resolve()

  constructor(options: WriteQueueOptions) {
    this.#options = options
  }

  /** Resolves when nothing waits for room any more. */
  get settled(): Promise<void> {
    return this.#waiting
  }

  write(batch: WriteBatch): Promise<WriteAnswer> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ batch, resolve, reject })
      if (this.#asked.length === 1) queueMicrotask(() => this.#carryOutAll())
    })
  }

  /** `isFinal`: the device was just asked for room. */
  #carryOutAll(isFinal = false): void {
    const asked = this.#asked
    this.#asked = []
    const answers = asked.length > 1 ? this.#together(asked) : null
    for (const [index, one] of asked.entries()) {
      const answer = answers?.[index]
      if (answer !== undefined) this.#tell(one, answer)
      else if (!this.#alone(one, isFinal)) return this.#waitForRoom(asked.slice(index))
    }
  }

  #waitForRoom(asked: readonly Asked[]): void {
    this.#asked = [...asked, ...this.#asked]
    const again = (): void => this.#carryOutAll(true)
    this.#waiting = this.#options.store.state.room.hold().then(again, again)
  }

  /** Applies all batches in one transaction; null if that did not succeed. */
  #together(asked: readonly Asked[]): readonly WriteAnswer[] | null {
    try {
      return this.#options.store.state.transact(() => asked.map(({ batch }) => this.#once(batch)))
    } catch {
      // The batch that caused the error meets it again in its own transaction.
      return null
    }
  }

  /**
   * Applies one batch. A storage failure becomes its answer: nothing of the batch was kept, and the person is told.
   * @returns false, and answers nothing, if it is worth asking for room
   */
  #alone(one: Asked, isFinal: boolean): boolean {
    try {
      this.#tell(one, this.#once(one.batch))
    } catch (error) {
      if (isFull(error) && !isFinal) return false
      if (error instanceof StorageError) one.resolve({ ok: false, code: error.code, message: error.message })
      else one.reject(error)
    }
    return true
  }

  #once(batch: WriteBatch): WriteAnswer {
    return this.#options.store.once(batch.operationId, () => this.#options.carryOut(batch))
  }

  /** Answers when everything saved is safe. What is done cannot be refused any more, because it may be sent already. */
  #tell({ resolve, reject }: Asked, answer: WriteAnswer): void {
    const { afterWrite } = this.#options
    if (afterWrite === undefined || !answer.ok) resolve(answer)
    else
      afterWrite().then(
        () => resolve(answer),
        (error: unknown) => reject(new StorageError('storage.unkept', error)),
      )
  }
}
