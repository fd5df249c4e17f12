/**
 * A disk that loses power. What was written and not flushed is lost in part: any of it may be there, in any order, the last of it torn.
 *
 *   write ──► cache ──sync──► disk            power lost: disk + some of the cache
 */

/** What becomes of the index-th of the writes that were not flushed. */
export type Keep = (index: number, count: number) => 'whole' | 'torn' | 'lost'

export const KEEPS: Readonly<Record<string, Keep>> = {
  nothing: () => 'lost',
  everything: () => 'whole',
  'the first half': (index, count) => (index < count / 2 ? 'whole' : 'lost'),
  'the last half': (index, count) => (index < count / 2 ? 'lost' : 'whole'),
  'every other': (index) => (index % 2 === 0 ? 'whole' : 'lost'),
  'all but a torn last one': (index, count) => (index === count - 1 ? 'torn' : 'whole'),
  'all, each torn': () => 'torn',
}

interface Write {
  readonly file: string
  readonly at: number
  /** Null: the file ends at `at`. */
  readonly bytes: Uint8Array | null
}

export class PowerDisk {
  /** Writes and flushes so far. */
  operations = 0
  isOff = false
  readonly #offAt: number
  readonly #flushed: Map<string, Uint8Array>
  readonly #cached: Map<string, Uint8Array>
  #unflushed: Write[] = []

  /** The power goes at this operation, before it is done; 0: never. */
  constructor(offAt: number, files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#offAt = offAt
    this.#flushed = new Map(files)
    this.#cached = new Map(files)
  }

  has(file: string): boolean {
    return this.#cached.has(file)
  }

  make(file: string): void {
    for (const files of [this.#flushed, this.#cached]) if (!files.has(file)) files.set(file, new Uint8Array())
  }

  remove(file: string): void {
    for (const files of [this.#flushed, this.#cached]) files.delete(file)
    this.#unflushed = this.#unflushed.filter((write) => write.file !== file)
  }

  read(file: string): Uint8Array {
    return this.#cached.get(file) ?? new Uint8Array()
  }

  write(file: string, at: number, bytes: Uint8Array | null): void {
    this.#step()
    const write = { file, at, bytes: bytes?.slice() ?? null }
    this.#unflushed.push(write)
    put(this.#cached, write)
  }

  flush(file: string): void {
    this.#step()
    for (const write of this.#unflushed) if (write.file === file) put(this.#flushed, write)
    this.#unflushed = this.#unflushed.filter((write) => write.file !== file)
  }

  /** What is on the disk when the power is back. */
  afterLoss(keep: Keep): ReadonlyMap<string, Uint8Array> {
    const files = new Map(this.#flushed)
    for (const [index, write] of this.#unflushed.entries()) {
      const kept = keep(index, this.#unflushed.length)
      if (kept === 'whole') put(files, write)
      if (kept === 'torn' && write.bytes !== null) put(files, { ...write, bytes: write.bytes.slice(0, write.bytes.length >> 1) })
    }
    return files
  }

  #step(): void {
    if (!this.isOff) this.operations += 1
    if (this.operations === this.#offAt) this.isOff = true
    if (this.isOff) throw new Error('the power is off')
  }
}

function put(files: Map<string, Uint8Array>, { file, at, bytes }: Write): void {
  const before = files.get(file) ?? new Uint8Array()
  const after = new Uint8Array(bytes === null ? at : Math.max(before.length, at + bytes.length))
  after.set(before.subarray(0, after.length))
  if (bytes !== null) after.set(bytes, at)
  files.set(file, after)
}
