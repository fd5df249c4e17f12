import type { Content, RecordId } from '@tombolo/core'

/** Counts records with unanswered changes, each once however many changes it has. */
export class UnsentRecords {
  readonly #records = new Map<RecordId, number>()

  get count(): number {
    return this.#records.size
  }

  add({ operations }: Content): void {
    for (const { record } of operations) this.#records.set(record, (this.#records.get(record) ?? 0) + 1)
  }

  remove({ operations }: Content): void {
    for (const { record } of operations) {
      const left = (this.#records.get(record) ?? 1) - 1
      if (left === 0) this.#records.delete(record)
      else this.#records.set(record, left)
    }
  }
}
