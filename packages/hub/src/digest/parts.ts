/**
 * Divides a range of records, which come in the order of their ids, into parts of about equally many rows, and digests each [Q5]. Records
 * of one id, in several collections, stay in one part.
 */
import { DIGEST_PARTS, type DigestPart, DigestSum, type Hash, type RecordId } from '@tombolo/core'
import type { RecordRow } from '../storage.ts'

export class Parts {
  readonly #hash: Hash
  readonly #size: number
  readonly #done: DigestPart[] = []
  #from: RecordId | null
  #sum: DigestSum
  #rows = 0
  #lastId: RecordId | null = null

  /** `count`: about how many rows are to come. */
  constructor(hash: Hash, from: RecordId | null, count: number) {
    this.#hash = hash
    this.#size = Math.ceil(count / DIGEST_PARTS)
    this.#from = from
    this.#sum = new DigestSum(hash)
  }

  add(row: RecordRow): void {
    if (this.#rows >= this.#size && row.id !== this.#lastId && this.#done.length < DIGEST_PARTS - 1) this.#begin(row.id)
    this.#sum.add(row)
    this.#rows++
    this.#lastId = row.id
  }

  /** The parts; one, of nothing, if there were no records. */
  get all(): readonly DigestPart[] {
    return [...this.#done, { from: this.#from, ...this.#sum.digested }]
  }

  #begin(from: RecordId): void {
    this.#done.push({ from: this.#from, ...this.#sum.digested })
    this.#from = from
    this.#sum = new DigestSum(this.#hash)
    this.#rows = 0
  }
}
