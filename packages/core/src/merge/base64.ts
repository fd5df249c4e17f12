/**
 * Base64 (RFC 4648 §4, padded) without platform functions: core has neither `Buffer` nor `btoa`. Documents and updates of texts travel and
 * are stored as base64, so that a record is plain JSON.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const PADDING = '='
/** Six bits by character code; 255 if the character is not in the alphabet. */
const SIX_BITS: Uint8Array = new Uint8Array(128).fill(255)
for (let value = 0; value < ALPHABET.length; value++) SIX_BITS[ALPHABET.charCodeAt(value)] = value

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const characters = character(group >> 18) + character(group >> 12) + character(group >> 6) + character(group)
    const missing = at + 3 - bytes.length
    text += missing > 0 ? characters.slice(0, 4 - missing) + PADDING.repeat(missing) : characters
  }
  return text
}

const character = (bits: number): string => ALPHABET.charAt(bits & 63)

/** Decodes base64; null if the text is not the one canonical spelling of its bytes. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3)
  const last = text.length - 4
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    const group = from === last && padding > 0 ? readLastGroup(text, from, padding) : readGroup(text, from)
    if (group < 0) return null
    bytes[to] = group >> 16
    bytes[to + 1] = group >> 8
    bytes[to + 2] = group
  }
  return bytes.subarray(0, bytes.length - padding)
}

/** Reads four characters as 24 bits; negative if one is not in the alphabet. */
function readGroup(text: string, from: number): number {
  const [a, b, c, d] = [sixBits(text, from), sixBits(text, from + 1), sixBits(text, from + 2), sixBits(text, from + 3)]
  return (a | b | c | d) > 63 ? -1 : (a << 18) | (b << 12) | (c << 6) | d
}

/** Reads the last group. Padding counts as zeros, and the bits that it cuts off must be zeros too. */
function readLastGroup(text: string, from: number, padding: number): number {
  const group = readGroup(text.slice(from, from + 4 - padding) + ALPHABET.charAt(0).repeat(padding), 0)
  return (group & (2 ** (8 * padding) - 1)) === 0 ? group : -1
}

const sixBits = (text: string, at: number): number => SIX_BITS[text.charCodeAt(at)] ?? 255
