/**
 * The changes of one space that are still decided about, by how they stand, so that none is looked for among all of them.
 *
 *   unsealed ──► queued: without a place in the chain ──► linked ──► offered ──► applied | failed
 */
import type { OwnChange } from './own-change.ts'

export class SpaceChanges {
  /** In the order of the chain; those without a place in it come last, in the order in which they were sealed. */
  readonly queued: Map<number, OwnChange> = new Map()
  readonly failed: Map<number, OwnChange> = new Map()
  readonly applied: Map<number, OwnChange> = new Map()
  readonly #unlinked = new Map<number, OwnChange>()
  #unsealed: OwnChange | null = null
  #unsealedText: string | null = null
  #unoffered = 0
  #newestUnoffered = 0

  /** At most one: what the person may still write on in. */
  get unsealed(): OwnChange | null {
    return this.#unsealed
  }

  /** Needed when it is sealed, which is soon. Null where only the disk has it. */
  get unsealedText(): string | null {
    return this.#unsealedText
  }

  get unlinked(): readonly OwnChange[] {
    return this.#unlinked.size === 0 ? NONE : [...this.#unlinked.values()]
  }

  /** Sealed changes that were never offered: how many, and the newest that there was. */
  get unoffered(): { readonly count: number; readonly newest: number } {
    return { count: this.#unoffered, newest: this.#newestUnoffered }
  }

  get unansweredCount(): number {
    return this.queued.size + (this.#unsealed === null ? 0 : 1)
  }

  add(change: OwnChange, text: string | null): void {
    switch (change.status) {
      case 'unsealed':
        this.#unsealed = change
        this.#unsealedText = text
        return
      case 'queued':
        this.queued.set(change.seq, change)
        if (change.n === null) this.#unlinked.set(change.seq, change)
        if (!change.offered) this.#countUnoffered(change.seq)
        return
      case 'failed':
        this.failed.set(change.seq, change)
        return
      case 'applied':
        this.applied.set(change.seq, change)
    }
  }

  remove(change: OwnChange): void {
    switch (change.status) {
      case 'unsealed':
        this.#unsealed = null
        this.#unsealedText = null
        return
      case 'queued':
        this.queued.delete(change.seq)
        if (change.n === null) this.#unlinked.delete(change.seq)
        if (!change.offered) this.#unoffered--
        return
      case 'failed':
        this.failed.delete(change.seq)
        return
      case 'applied':
        this.applied.delete(change.seq)
    }
  }

  /** What stands as it did keeps its place; another place in the chain is the last one. */
  replace(before: OwnChange, after: OwnChange, text: string | null): void {
    if (before.status !== after.status || before.n !== after.n) this.remove(before)
    else if (before.status === 'queued' && !before.offered) this.#unoffered--
    this.add(after, text)
  }

  #countUnoffered(seq: number): void {
    this.#unoffered++
    if (seq > this.#newestUnoffered) this.#newestUnoffered = seq
  }
}

const NONE: readonly OwnChange[] = []
