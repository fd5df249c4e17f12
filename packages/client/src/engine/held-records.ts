/**
 * Holds the records that one answer of the hub concerns, so that each is read once and written once, however many of its changes the answer
 * contains. Computing a view takes a merge for each open change: a record edited a thousand times offline costs a thousand merges for an
 * answer, not a million.
 */
import type { CollectionDefinition, RecordId, RecordState, SpaceId } from '@tombolo/core'
import type { StoredRecord } from './stored-record.ts'
import type { StoreState } from './state.ts'

/** For a long answer about many records, only the most recently named are held, because held records are not yet on disk. */
const HELD_MAX = 32

export class HeldRecord {
  readonly #stored: StoredRecord
  confirmed: RecordState | undefined
  /** Changes by seq, as in `StoredRecord`. */
  readonly open: Set<number>
  readonly failed: Set<number>

  constructor(stored: StoredRecord) {
    this.#stored = stored
    this.confirmed = stored.confirmed
    this.open = new Set(stored.open)
    this.failed = new Set(stored.failed)
  }

  get stored(): StoredRecord {
    return { ...this.#stored, confirmed: this.confirmed, open: [...this.open], failed: [...this.failed] }
  }
}

export class HeldRecords {
  readonly #state: StoreState
  readonly #held = new Map<string, HeldRecord>()

  constructor(state: StoreState) {
    this.#state = state
  }

  /** Undefined if the device does not have the record. */
  find(collection: CollectionDefinition, id: RecordId): HeldRecord | undefined {
    const held = this.#held.get(keyOf(collection, id))
    if (held !== undefined) return held
    const stored = this.#state.records.load(collection, id)
    return stored === undefined ? undefined : this.#hold(stored)
  }

  get(collection: CollectionDefinition, id: RecordId, space: SpaceId): HeldRecord {
    return this.find(collection, id) ?? this.#hold(this.#state.records.fresh(collection, id, space))
  }

  /** Writes the held records and releases them. */
  save(): void {
    for (const held of this.#held.values()) this.#state.saveAnswered(held.stored)
    this.#held.clear()
  }

  drop(): void {
    this.#held.clear()
  }

  #hold(stored: StoredRecord): HeldRecord {
    if (this.#held.size >= HELD_MAX) this.#saveOldest()
    const held = new HeldRecord(stored)
    this.#held.set(keyOf(stored.collection, stored.id), held)
    return held
  }

  #saveOldest(): void {
    for (const [key, held] of this.#held) {
      this.#state.saveAnswered(held.stored)
      this.#held.delete(key)
      return
    }
  }
}

const keyOf = ({ name }: CollectionDefinition, id: RecordId): string => id + name
