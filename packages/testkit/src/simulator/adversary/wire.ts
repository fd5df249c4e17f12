/** What somebody who listens on the wire has heard: pushes, as text. */
import type { RequestPath } from '@tombolo/client/testing'

export interface Overheard {
  readonly atMs: number
  readonly account: string
  readonly text: string
}

const RECENT = 20
const KEPT = 300

export class Wire {
  readonly #nowMs: () => number
  readonly #pushes: Overheard[] = []

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get recent(): readonly Overheard[] {
    return this.#pushes.slice(-RECENT)
  }

  /** In the order in which they were heard. */
  since(atMs: number): readonly Overheard[] {
    return this.#pushes.filter((push) => push.atMs >= atMs)
  }

  overhears(path: RequestPath, account: string | null, text: string): void {
    if (path !== 'push' || account === null) return
    this.#pushes.push({ atMs: this.#nowMs(), account, text })
    if (this.#pushes.length > KEPT) this.#pushes.shift()
  }
}
