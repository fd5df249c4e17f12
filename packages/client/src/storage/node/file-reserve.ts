// The reserve of a database on Node: a file of zeros beside it. Zeros are written, because a file that is only made longer has no room on
// most file systems.
import { closeSync, fstatSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
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
      this.#bytes = extended(this.#path, bytes)
      return true
    } catch {
      // Whatever part of it was written would take the room that the person may still use.
      this.release()
      return false
    }
  }

  release(): void {
    rmSync(this.#path, { force: true })
    this.#bytes = 0
  }
}

/** Appends zeros until the file has that many bytes. @returns its size */
function extended(path: string, bytes: number): number {
  const file = openSync(path, 'a')
  try {
    let size = fstatSync(file).size
    while (size < bytes) size += writeSync(file, BLOCK, 0, Math.min(BLOCK.length, bytes - size))
    return size
  } finally {
    closeSync(file)
  }
}
