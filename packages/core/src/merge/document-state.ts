/**
 * The state of a text document: for each Yjs client id, how many characters it inserted, including deleted ones. It is read from the bytes
 * of a Yjs update (version 1) without Yjs, so that comparing records does not load Yjs. State and text together tell two documents apart;
 * their bytes cannot, because Yjs may cut the same insertions into different pieces.
 *
 *   update   clients, then for each: pieces · client · clock, then the pieces, then what was deleted
 *   piece    info (5 bits kind · origin 0x80 · right origin 0x40), the ids that info says, the parent where it says none, content
 */
import { fromBase64 } from './base64.ts'

export type DocumentState = Readonly<Record<string, number>>

const COLLECTED = 0
const DELETED = 1
const STRING = 4
const KIND = 0x1f
const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40

/** The state of a document; null if this is not the document of a text. */
export function stateOfDocument(document: string): DocumentState | null {
  const bytes = fromBase64(document)
  return bytes === null ? null : stateOf({ bytes, at: 0, isBroken: false })
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  isBroken: boolean
}

function stateOf(cursor: Cursor): DocumentState | null {
  const state: Record<string, number> = {}
  for (let clients = readNumber(cursor); clients > 0 && !cursor.isBroken; clients--) {
    let pieces = readNumber(cursor)
    const client = readNumber(cursor)
    let clock = readNumber(cursor)
    for (; pieces > 0 && !cursor.isBroken; pieces--) clock += readPiece(cursor)
    state[client] = clock
  }
  return cursor.isBroken ? null : state
}

/** Reads a piece and returns its length in UTF-16 code units. */
function readPiece(cursor: Cursor): number {
  const info = readByte(cursor)
  const kind = info & KIND
  if (kind === COLLECTED) return readNumber(cursor)
  skipPlace(cursor, info)
  if (kind === DELETED) return readNumber(cursor)
  if (kind === STRING) return readStringLength(cursor)
  cursor.isBroken = true
  return 0
}

function skipPlace(cursor: Cursor, info: number): void {
  if (info & HAS_ORIGIN) skipId(cursor)
  if (info & HAS_RIGHT_ORIGIN) skipId(cursor)
  if (info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) return
  const isRoot = readNumber(cursor) === 1
  if (isRoot) readStringLength(cursor)
  else cursor.isBroken = true
}

function skipId(cursor: Cursor): void {
  readNumber(cursor)
  readNumber(cursor)
}

/** Counts UTF-16 code units in UTF-8: one for each byte that begins a character, two from U+10000 on. */
function readStringLength(cursor: Cursor): number {
  const end = readNumber(cursor) + cursor.at
  let length = 0
  while (cursor.at < end && !cursor.isBroken) {
    const byte = readByte(cursor)
    if ((byte & 0xc0) !== 0x80) length += byte >= 0xf0 ? 2 : 1
  }
  return length
}

/** Reads a variable-length number: seven bits in a byte, the least significant first. */
function readNumber(cursor: Cursor): number {
  let value = 0
  let unit = 1
  for (;;) {
    const byte = readByte(cursor)
    value += (byte & 0x7f) * unit
    unit *= 128
    if (byte < 0x80) return value
  }
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++]
  if (byte === undefined) cursor.isBroken = true
  return byte ?? 0
}
