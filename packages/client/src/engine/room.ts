/**
 * Room on the device. Some of it is kept free, the reserve, so that the outbox can always drain:
 *
 *   a person's save, records of the hub    fit beside the reserve, or are refused with `storage.full`; also where the reserve is not whole,
 *                                          once the device was asked for the rest of it
 *   seals, pushes, verdicts, discards      may use the reserve
 *
 * Before anything is refused, the log is written into the database, so that its own room can be used again. Nothing is dropped to make room:
 * what a device holds beside its outbox is bounded, and deleting takes room itself.
 */
import { type Database, StorageError } from '../storage/port.ts'

/** The log grows to 4 MiB before it is used again, and a browser gives a growing file twice the room that it has. */
const RESERVE_BYTES = 8 << 20
/** What the verdict of a change adds: its receipt, the record's merged state, a value that was written over. */
const BYTES_PER_CHANGE = 2048
/** The reserve grows in steps, so that it is not extended at each save. */
const STEP_BYTES = 4 << 20

export class Room {
  readonly #database: Database
  readonly #unanswered: () => number
  readonly #onChange: () => void
  /** The reserve is not whole. */
  #isShort = false
  /** What was last added to the store did not fit. */
  #isRefusing = false
  #isClaimed = false
  #isHolding = false
  #holding: Promise<boolean> = Promise.resolve(true)
  /** The attempt that has not begun. */
  #next: Promise<boolean> | null = null

  /** `unanswered`: the number of changes whose verdicts are to come. `onChange`: called when `isFull` has changed. */
  constructor(database: Database, unanswered: () => number, onChange: () => void) {
    this.#database = database
    this.#unanswered = unanswered
    this.#onChange = onChange
  }

  /** Whether what adds to the store is refused. */
  get isFull(): boolean {
    return this.#isShort || this.#isRefusing
  }

  get reserveBytes(): number {
    return this.#database.reserve.bytes
  }

  /** Tries to make the reserve whole. @returns whether it is */
  hold(): Promise<boolean> {
    const next = this.#next ?? this.#holding.then(() => this.#holdNow())
    this.#next = next
    this.#holding = next.catch(() => false)
    return next
  }

  /** Called as a transaction begins. */
  begin(): void {
    this.#isClaimed = false
  }

  /**
   * Says that this transaction adds to the store, so that it may not use the reserve.
   * @throws StorageError `storage.full` if the reserve is not whole.
   */
  claim(): void {
    this.#isClaimed = true
    if (this.#database.durability === 'memory') return
    if (this.reserveBytes < this.#wanted() && !this.#isHolding) void this.hold()
    if (this.#isShort) throw new StorageError('storage.full', new Error('the reserve for the outbox is used'))
  }

  /** After a transaction that fitted. */
  fitted(): void {
    if (this.#isClaimed) this.#set({ isRefusing: false })
  }

  /** After a transaction that did not fit: makes the room that it may use. */
  make(): void {
    if (!this.#isClaimed) this.#release()
    this.#writeLog()
  }

  /** After a transaction that did not fit even so. */
  refused(): void {
    if (this.#isClaimed) this.#set({ isRefusing: true })
  }

  async #holdNow(): Promise<boolean> {
    this.#next = null
    if (this.#database.durability === 'memory') return true
    this.#isHolding = true
    try {
      const isHeld = await this.#database.reserve.hold(this.#wanted())
      this.#set({ isShort: !isHeld })
      return isHeld
    } catch (error) {
      // A disk that fails says nothing of its room: whoever needs it next tries again.
      if (error instanceof StorageError) return false
      throw error
    } finally {
      this.#isHolding = false
    }
  }

  #wanted(): number {
    return RESERVE_BYTES + Math.floor((this.#unanswered() * BYTES_PER_CHANGE) / STEP_BYTES) * STEP_BYTES
  }

  #release(): void {
    this.#database.reserve.release()
    this.#set({ isShort: true })
  }

  #set({ isShort = this.#isShort, isRefusing = this.#isRefusing }: { readonly isShort?: boolean; readonly isRefusing?: boolean }): void {
    const before = this.isFull
    this.#isShort = isShort
    this.#isRefusing = isRefusing
    if (this.isFull !== before) this.#onChange()
  }

  /** Writes the log into the database. If the database would have to grow for it and cannot, the log goes on growing instead. */
  #writeLog(): void {
    try {
      this.#database.prepare('PRAGMA wal_checkpoint(restart)').values()
    } catch (error) {
      if (!isFull(error)) throw error
    }
  }
}

export const isFull = (error: unknown): boolean => error instanceof StorageError && error.code === 'storage.full'
