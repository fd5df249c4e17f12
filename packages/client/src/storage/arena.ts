// Memory of the WebAssembly module that holds the text and bytes of one statement's parameters while it runs. One arena
// serves all statements of a database, because they run one after another; nothing is freed between calls.
import type { SqliteWasm } from './sqlite-wasm.ts'

/** The most memory kept after a call: that of a rare large value is freed, that of the usual small ones is kept. */
const KEPT_BYTES_MAX = 1 << 20
const FIRST_BYTES = 1 << 12

const encoder = new TextEncoder()

export class Arena {
  readonly #module: SqliteWasm
  #pointer = 0
  #capacity = 0
  #used = 0

  constructor(module: SqliteWasm) {
    this.#module = module
  }

  /** Makes room for all that follows, since values that were placed must not move. Forgets what was placed before. */
  reserve(bytes: number): void {
    this.#used = 0
    const fits = bytes <= this.#capacity && this.#capacity <= Math.max(bytes, KEPT_BYTES_MAX)
    if (fits && this.#pointer !== 0) return
    this.free()
    const capacity = Math.max(bytes, FIRST_BYTES)
    this.#pointer = this.#module.raw.sqlite3_malloc(capacity)
    if (this.#pointer === 0) throw new RangeError(`no memory for parameters of ${bytes} bytes`)
    this.#capacity = capacity
  }

  /** The length of the value placed last, in bytes. */
  lastBytes = 0

  /** Places a value that was reserved for and gives where it is. */
  placeText(text: string): number {
    const at = this.#pointer + this.#used
    const { written } = encoder.encodeInto(text, this.#heap().subarray(at, this.#pointer + this.#capacity))
    return this.#placed(at, written)
  }

  placeBytes(bytes: Uint8Array): number {
    const at = this.#pointer + this.#used
    this.#heap().set(bytes, at)
    return this.#placed(at, bytes.length)
  }

  free(): void {
    if (this.#pointer !== 0) this.#module.raw.sqlite3_free(this.#pointer)
    this.#pointer = 0
    this.#capacity = 0
  }

  #placed(at: number, bytes: number): number {
    this.#used += bytes
    this.lastBytes = bytes
    return at
  }

  // Asked anew each time: when the module's memory grows, views on it end.
  #heap(): Uint8Array {
    return this.#module.sqlite.wasm.heap8u()
  }
}

/** Bytes that a text can take at most: a UTF-16 unit becomes three bytes of UTF-8, a pair of them four. */
export const textBytesMax = (text: string): number => text.length * 3
