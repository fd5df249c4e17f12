/**
 * Finds the rows of a table in the bytes of a SQLite database whose way to them is damaged: the first page, the list of tables, or an inner
 * page of the table's tree. Every page that looks like a leaf of a table is read by itself (https://sqlite.org/fileformat2.html).
 *
 * It may find rows that were deleted: freed pages keep their bytes. The caller has to know which rows count.
 */
import type { SqlValue } from '../storage/port.ts'

export interface ScannedRow {
  readonly rowid: number
  readonly values: readonly SqlValue[]
}

const LEAF = 13
const LEAF_HEADER_BYTES = 8
/** The sizes that databases are made with: SQLite's default on Node, and in WebAssembly. */
const PAGE_SIZES = [4096, 8192]
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Rows with so many columns, in the order of the file. */
export function scanRows(bytes: Uint8Array, columns: number): ScannedRow[] {
  // The page size is in the first page, which may be damaged: the size with which more is found is right.
  const found = PAGE_SIZES.map((pageBytes) => new Scan(bytes, pageBytes, columns).rows())
  return found.reduce((best, rows) => (rows.length > best.length ? rows : best))
}

class Scan {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #pageBytes: number
  readonly #columns: number

  constructor(bytes: Uint8Array, pageBytes: number, columns: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#pageBytes = pageBytes
    this.#columns = columns
  }

  rows(): ScannedRow[] {
    const rows: ScannedRow[] = []
    for (let page = this.#pageBytes; page + this.#pageBytes <= this.#bytes.length; page += this.#pageBytes) {
      if (this.#bytes[page] !== LEAF) continue
      const cells = Math.min(this.#view.getUint16(page + 3), this.#pageBytes / 4)
      for (let cell = 0; cell < cells; cell++) rows.push(...this.#cell(page, this.#view.getUint16(page + LEAF_HEADER_BYTES + 2 * cell)))
    }
    return rows
  }

  /** One row, or none: a cell that is damaged, or of another table. */
  #cell(page: number, offset: number): readonly ScannedRow[] {
    try {
      const size = this.#varint(page + offset)
      const rowid = this.#varint(size.end)
      const values = recordOf(this.#payload(page, rowid.end, size.value), this.#columns)
      return values === null ? [] : [{ rowid: rowid.value, values }]
    } catch {
      return []
    }
  }

  /** The bytes of a row: on its page, and where it is long on a chain of others. */
  #payload(page: number, start: number, size: number): Uint8Array {
    if (size > this.#bytes.length) throw new RangeError('longer than the file')
    const whole = this.#pageBytes - 35
    const least = Math.floor(((this.#pageBytes - 12) * 32) / 255) - 23
    const fitting = least + ((size - least) % (this.#pageBytes - 4))
    const local = size <= whole ? size : fitting <= whole ? fitting : least
    if (start + local > page + this.#pageBytes) throw new RangeError('beyond the page')
    const payload = new Uint8Array(size)
    payload.set(this.#bytes.subarray(start, start + local))
    let at = local
    let next = at < size ? this.#view.getUint32(start + local) : 0
    while (at < size) {
      const from = (next - 1) * this.#pageBytes
      const part = this.#bytes.subarray(from + 4, from + 4 + Math.min(this.#pageBytes - 4, size - at))
      if (part.length === 0) throw new RangeError('a chain that ends early')
      payload.set(part, at)
      at += part.length
      next = this.#view.getUint32(from)
    }
    return payload
  }

  #varint(at: number): { readonly value: number; readonly end: number } {
    return varint(this.#bytes, at)
  }
}

/** The values of a record; null if it has another number of columns. */
function recordOf(payload: Uint8Array, columns: number): SqlValue[] | null {
  const header = varint(payload, 0)
  const types: number[] = []
  for (let at = header.end; at < header.value;) {
    const type = varint(payload, at)
    types.push(type.value)
    at = type.end
  }
  if (types.length !== columns) return null
  const view = new DataView(payload.buffer)
  let at = header.value
  return types.map((type) => {
    const bytes = bytesOf(type)
    const value = valueOf(view, at, type, bytes)
    at += bytes
    return value
  })
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]

const bytesOf = (type: number): number => (type >= 12 ? Math.floor((type - 12) / 2) : (INTEGER_BYTES[type] ?? 0))

function valueOf(view: DataView, at: number, type: number, bytes: number): SqlValue {
  if (type >= 12) {
    const part = new Uint8Array(view.buffer, at, bytes)
    return type % 2 === 1 ? decoder.decode(part) : part.slice()
  }
  if (type === 0) return null
  if (type === 7) return view.getFloat64(at)
  if (type >= 8) return type - 8
  let value = view.getInt8(at)
  for (let byte = 1; byte < bytes; byte++) value = value * 256 + view.getUint8(at + byte)
  return value
}

/** A number of SQLite's variable length: seven bits a byte, the last of nine bytes whole. */
function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = start; at < start + 8; at++) {
    const byte = bytes[at]
    if (byte === undefined) throw new RangeError('beyond the file')
    value = value * 128 + (byte & 127)
    if (byte < 128) return { value, end: at + 1 }
  }
  return { value: value * 256 + (bytes[start + 8] ?? 0), end: start + 9 }
}
