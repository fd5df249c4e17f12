/**
 * Group commit: batches that are asked for in one turn are one transaction, and so one flush of the disk. Each is carried out by
 * itself nevertheless: one that is refused before it has changed anything leaves the others alone; where one has to be rolled back, or
 * the disk refuses all, nothing of the group stays, and each gets a transaction of its own.
 */
import { StorageError } from '../storage/port.ts'
import type { LocalStore } from './local-store.ts'
import type { WriteAnswer, WriteBatch } from './port.ts'

export interface WriteQueueOptions {
  readonly store: LocalStore
  readonly carryOut: (batch: WriteBatch) => WriteAnswer
  /** What was saved is safe when this resolves. */
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

  constructor(options: WriteQueueOptions) {
    this.#options = options
  }

  write(batch: WriteBatch): Promise<WriteAnswer> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ batch, resolve, reject })
      if (this.#asked.length === 1) queueMicrotask(() => this.#carryOutAll())
    })
  }

  #carryOutAll(): void {
    const asked = this.#asked
    this.#asked = []
    const answers = asked.length > 1 ? this.#together(asked) : null
    for (const [index, one] of asked.entries()) {
      const answer = answers?.[index]
      if (answer === undefined) this.#alone(one)
      else this.#tell(one, answer)
    }
  }

  /** Null where it did not go well for all of them. */
  #together(asked: readonly Asked[]): readonly WriteAnswer[] | null {
    try {
      return this.#options.store.state.transact(() => asked.map(({ batch }) => this.#once(batch)))
    } catch {
      // Whatever it was, it happens again to the one that it concerns.
      return null
    }
  }

  /** A storage failure is an answer: the person is told, and nothing of the batch was kept. */
  #alone(one: Asked): void {
    try {
      this.#tell(one, this.#once(one.batch))
    } catch (error) {
      if (error instanceof StorageError) one.resolve({ ok: false, code: error.code, message: error.message })
      else one.reject(error)
    }
  }

  #once(batch: WriteBatch): WriteAnswer {
    return this.#options.store.once(batch.operationId, () => this.#options.carryOut(batch))
  }

  #tell({ resolve, reject }: Asked, answer: WriteAnswer): void {
    const { afterWrite } = this.#options
    if (afterWrite === undefined) resolve(answer)
    else afterWrite().then(() => resolve(answer), reject)
  }
}
