/**
 * How much of the code under test an input reaches: the counters of statements and branches that istanbul-lib-instrument writes into it
 * (build.ts). Code that was not instrumented has none; every input is then as good as another.
 */

/** The global variable in which istanbul counts. */
const COUNTERS = '__coverage__'

interface FileCounters {
  readonly s: Record<string, number>
  readonly b: Record<string, number[]>
}

export class Coverage {
  readonly #seen = new Set<string>()

  /** Forgets what was counted so far. */
  clear(): void {
    for (const { s, b } of files()) {
      for (const id in s) s[id] = 0
      for (const id in b) b[id]?.fill(0)
    }
  }

  /** Whether anything was reached since `clear` that never was before, or much more often than before. */
  takeNews(): boolean {
    const before = this.#seen.size
    files().forEach(({ s, b }, file) => {
      for (const id in s) this.#note(`${file}s${id}`, s[id] ?? 0)
      for (const id in b) b[id]?.forEach((count, way) => this.#note(`${file}b${id}-${way}`, count))
    })
    return this.#seen.size > before
  }

  get size(): number {
    return this.#seen.size
  }

  #note(place: string, count: number): void {
    if (count > 0) this.#seen.add(`${place}:${Math.min(7, Math.floor(Math.log2(count)))}`)
  }
}

const files = (): readonly FileCounters[] =>
  Object.values((globalThis as unknown as Readonly<Record<string, Readonly<Record<string, FileCounters>>>>)[COUNTERS] ?? {})
