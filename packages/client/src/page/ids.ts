/**
 * Mints ids of new records on the page, so that they are known at once. UUIDv7 (RFC 9562): ids of one page ascend in the order in which
 * they were minted, even within a millisecond, so that `orderBy('id')` is the order of creation.
 */
import { mintRecordId, type RandomBytes, type RecordId } from '@tombolo/core'

/** The 12 bits of `rand_a` count within a millisecond (RFC 9562 §6.2, method 1); they start in their lower half, for room to count. */
const COUNTER_MAX = 0xfff
const COUNTER_START_MAX = 0x7ff

export class RecordIds {
  readonly #nowMs: () => number
  readonly #random: RandomBytes
  #ms = 0
  #counter = 0

  constructor(nowMs: () => number, random: RandomBytes) {
    this.#nowMs = nowMs
    this.#random = random
  }

  mint(): RecordId {
    const bytes = this.#random(10)
    this.#advance(((bytes[0] ?? 0) << 4) | ((bytes[1] ?? 0) >> 4))
    bytes[0] = this.#counter >> 4
    bytes[1] = ((this.#counter & 0xf) << 4) | ((bytes[1] ?? 0) & 0xf)
    return mintRecordId(this.#ms, () => bytes)
  }

  /** Advances the time and counter. If the clock goes back, ids still ascend; a full counter borrows from the next millisecond. */
  #advance(start: number): void {
    const now = Math.floor(this.#nowMs())
    if (now <= this.#ms && this.#counter < COUNTER_MAX) {
      this.#counter++
      return
    }
    this.#ms = Math.max(now, this.#ms + 1)
    this.#counter = start & COUNTER_START_MAX
  }
}
