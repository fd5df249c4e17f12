/** What happened, for a person who reads a failing seed, and as a hash that two runs of one seed must share. */
import { createHash } from 'node:crypto'

export type TraceMode = 'off' | 'hash' | 'lines'

export interface Line {
  readonly atMs: number
  readonly who: string
  readonly what: string
}

export class Trace {
  readonly mode: TraceMode
  readonly lines: Line[] = []
  readonly #hash = createHash('sha256')
  readonly #nowMs: () => number

  constructor(mode: TraceMode, nowMs: () => number) {
    this.mode = mode
    this.#nowMs = nowMs
  }

  /** `more` is asked only where somebody listens: words cost more than what they tell of. */
  note(who: string, what: string, more?: () => string): void {
    if (this.mode === 'off') return
    const line = { atMs: this.#nowMs(), who, what: more === undefined ? what : `${what} ${more()}` }
    if (this.mode === 'lines') this.lines.push(line)
    this.#hash.update(`${line.atMs} ${line.who} ${line.what}\n`)
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
