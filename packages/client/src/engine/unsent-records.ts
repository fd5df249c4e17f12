import type { Content, RecordId } from '@tombolo/core'

/** Which records have changes without a verdict, each counted once however many changes it has. */
export class UnsentRecords {
  readonly #records = new Map<RecordId, number>()
  readonly #keys = new Map<number, readonly RecordId[]>()

  get count(): number {
    return this.#records.size
  }

  add(seq: number, content: () => Content): void {
    if (this.#keys.has(seq)) return
    const keys = content().operations.map((operations) => operations.record)
    this.#keys.set(seq, keys)
    for (const key of keys) this.#records.set(key, (this.#records.get(key) ?? 0) + 1)
  }

  remove(seq: number): void {
    for (const key of this.#keys.get(seq) ?? []) {
      const left = (this.#records.get(key) ?? 1) - 1
      if (left === 0) this.#records.delete(key)
      else this.#records.set(key, left)
    }
    this.#keys.delete(seq)
  }
}
