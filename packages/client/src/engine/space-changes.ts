/**
 * The live changes of one space, grouped by status, so that nothing has to search all of them.
 *
 *   unsealed ──► queued: not yet linked into the chain ──► linked ──► offered ──► applied | failed
 */
import type { OwnChange } from './own-change.ts'

export class SpaceChanges {
  /** In the order of the chain; changes not yet linked come last, in the order of sealing. */
  readonly queued: Map<number, OwnChange> = new Map()
  readonly failed: Map<number, OwnChange> = new Map()
  readonly applied: Map<number, OwnChange> = new Map()
  readonly #unlinked = new Map<number, OwnChange>()
  #unsealed: OwnChange | null = null
  #unsealedText: string | null = null
  #unoffered = 0
  #newest = 0

  /** The unsealed change, of which a space has at most one. The person's next steps may fold into it. */
  get unsealed(): OwnChange | null {
    return this.#unsealed
  }

  /** The text of the unsealed change, needed when it is sealed. Null if only the disk has it. */
  get unsealedText(): string | null {
    return this.#unsealedText
  }

  get unlinked(): readonly OwnChange[] {
    return this.#unlinked.size === 0 ? NONE : [...this.#unlinked.values()]
  }

  /** How many sealed changes were never offered. */
  get unofferedCount(): number {
    return this.#unoffered
  }

  /** The newest change that was ever queued; 0: none was, since the store was opened. */
  get newest(): number {
    return this.#newest
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
        if (change.seq > this.#newest) this.#newest = change.seq
        if (!change.offered) this.#unoffered++
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

  /** Replaces a change. Its position stays, unless it got a new link, which is the last of the chain. */
  replace(before: OwnChange, after: OwnChange, text: string | null): void {
    if (before.status !== after.status || before.n !== after.n) this.remove(before)
    else if (before.status === 'queued' && !before.offered) this.#unoffered--
    this.add(after, text)
  }
}

const NONE: readonly OwnChange[] = []
