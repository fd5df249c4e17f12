// The reserve of a database on Node: a file of zeros beside it. Zeros are written, because a file that is only made longer has no room on
// most file systems.
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import type { Reserve } from '../port.ts'

const BLOCK = new Uint8Array(1 << 20)

export class FileReserve implements Reserve {
  readonly #path: string
  #bytes: number

  /** `path`: in a directory that exists. */
  constructor(path: string) {
    this.#path = path
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  get bytes(): number {
    return this.#bytes
  }

  async hold(bytes: number): Promise<boolean> {
    if (this.#bytes >= bytes) return true
    try {
      extend(this.#path, this.#bytes, bytes)
      this.#bytes = bytes
      return true
    } catch {
      // What was written of it would take the room that the person may still use.
      truncateSync(this.#path, this.#bytes)
      return false
    }
  }

  release(): void {
    rmSync(this.#path, { force: true })
    this.#bytes = 0
  }
}

/** Appends zeros to a file that has `from` bytes until it has `to`. */
function extend(path: string, from: number, to: number): void {
  const file = openSync(path, 'a')
  try {
    for (let size = from; size < to;) size += writeSync(file, BLOCK, 0, Math.min(BLOCK.length, to - size))
  } finally {
    closeSync(file)
  }
}
