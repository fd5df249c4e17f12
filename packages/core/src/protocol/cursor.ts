/**
 * Cursors: how far a replica has read a space [Q3]. They are opaque to the device. The hub stores none: it signs a cursor, and checks the
 * signature when the cursor comes back. A device that altered one gets `cursor.invalid`.
 *
 *   cursor = 22 characters of signature, then base64url of the place as a JSON array in ASCII
 */
import { isSpaceId, type SpaceId } from '../ids.ts'
import { CURSOR_LENGTH_MAX } from '../limits.ts'
import { err, ok, type Result } from '../result.ts'
import { asciiOfBase64url, base64urlOfAscii } from './base64url-ascii.ts'
import type { DecodeError } from './codec/reader.ts'
import { isSignedBy, MAC_LENGTH, type Mac, sign } from './mac.ts'
import type { Cursor, Epoch } from './messages.ts'

/** The content of a cursor, which only the hub reads. */
export interface CursorPlace {
  readonly space: SpaceId
  readonly epoch: Epoch
  /** The account whose rights were used for reading. */
  readonly account: string
  /** Everything up to this version was read completely. */
  readonly base: number
  /** How far the current pull has come from `base`; equal to `base` between pulls. */
  readonly position: number
  /** Where within `position` a page ended, in a form that the hub chooses; null at the end of a version. */
  readonly last: string | null
  /** The random tag that the hub stored with `position`. A history without this tag is not the one that was read. */
  readonly tag: string
}

const INVALID: Result<never, DecodeError> = err({ code: 'cursor.invalid', path: '' })

/** Writes and signs a cursor, so that a device can return it but not make one. */
export function encodeCursor({ space, epoch, account, base, position, last, tag }: CursorPlace, mac: Mac): Cursor {
  const text = toAscii(JSON.stringify([space, epoch, account, base, position, last, tag]))
  return sign(mac, cursorText(text)) + base64urlOfAscii(text)
}

/** Reads a cursor and checks its signature. Never throws. */
export function decodeCursor(cursor: Cursor, mac: Mac): Result<CursorPlace, DecodeError> {
  const text = cursor.length <= CURSOR_LENGTH_MAX ? asciiOfBase64url(cursor.slice(MAC_LENGTH)) : null
  if (text === null || !isSignedBy(mac, cursorText(text), cursor.slice(0, MAC_LENGTH))) return INVALID
  const place = placeOf(text)
  return place === null ? INVALID : ok(place)
}

const cursorText = (text: string): string => `tombolo cursor\n${text}`

/** Reads the signed text; null if another version of the hub wrote it in another form. */
function placeOf(text: string): CursorPlace | null {
  const [space, epoch, account, base, position, last, tag] = JSON.parse(text) as readonly unknown[]
  if (!isSpaceId(space) || typeof epoch !== 'string' || typeof account !== 'string' || typeof tag !== 'string') return null
  if (!Number.isSafeInteger(base) || !Number.isSafeInteger(position) || (last !== null && typeof last !== 'string')) return null
  return { space, epoch, account, base: base as number, position: position as number, last, tag }
}

const NOT_ASCII = /[^ -~]/g

const toAscii = (json: string): string =>
  json.replace(NOT_ASCII, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
