/**
 * The hash function is an argument: Node and browsers each have a fast one, and a simulator may pass its own. A `Hash` is SHA-256.
 * Everything that core names by a hash keeps the first 128 bits, written in base64url without padding.
 */
export interface Hash {
  (bytes: Uint8Array): Uint8Array
  /** An optional faster `hash128`, for platforms that hash text faster than bytes encoded by core. */
  readonly ofText?: (text: string) => string
}

/** The first 128 bits of the hash of a text in UTF-8, as 22 base64url characters. */
export const hash128 = (hash: Hash, text: string): string => hash.ofText?.(text) ?? base64url(hash(utf8(text)).subarray(0, 16))

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Cuts base64url text to its first 128 bits. The last of the 22 characters carries two of them; its other four bits are cleared. */
export const first128 = (encoded: string): string => encoded.slice(0, 21) + ALPHABET.charAt(ALPHABET.indexOf(encoded.charAt(21)) & 48)

/** RFC 4648 §5, without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += ALPHABET[(held >> bits) & 63]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(held << (6 - bits)) & 63] : text
}

/** UTF-8 without a platform encoder; lone surrogates become U+FFFD, as in every encoder of the web. */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) ?? 0
    if (code > 0xffff) index++
    at = putCodePoint(bytes, at, code >= 0xd800 && code <= 0xdfff ? 0xfffd : code)
  }
  return bytes.subarray(0, at)
}

function putCodePoint(bytes: Uint8Array, start: number, code: number): number {
  let at = start
  if (code < 0x80) bytes[at++] = code
  else if (code < 0x800) {
    bytes[at++] = 0xc0 | (code >> 6)
    bytes[at++] = 0x80 | (code & 63)
  } else if (code < 0x10000) {
    bytes[at++] = 0xe0 | (code >> 12)
    bytes[at++] = 0x80 | ((code >> 6) & 63)
    bytes[at++] = 0x80 | (code & 63)
  } else {
    bytes[at++] = 0xf0 | (code >> 18)
    bytes[at++] = 0x80 | ((code >> 12) & 63)
    bytes[at++] = 0x80 | ((code >> 6) & 63)
    bytes[at++] = 0x80 | (code & 63)
  }
  return at
}
