/**
 * UUIDs on the wire: the 16 bytes in base64url, 22 characters instead of 36. The last character carries two bits, so it is one of
 * A, Q, g, w: an id has one spelling. Both ways convert three hexadecimal digits to two characters at a time, without allocating.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const HEX = '0123456789abcdef'
const WIRE_ID = /^[A-Za-z0-9_-]{21}[AQgw]$/
/** The indexes of the 32 digits in a UUID of 36 characters. */
const DIGITS: readonly number[] = Array.from({ length: 36 }, (_, index) => index).filter((index) => ![8, 13, 18, 23].includes(index))
const HYPHEN = 45

const codesOf = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0))

function valuesOf(text: string): Uint8Array {
  const values = new Uint8Array(128)
  for (let value = 0; value < text.length; value++) values[text.charCodeAt(value)] = value
  return values
}

const ALPHABET_CODES = codesOf(ALPHABET)
const ALPHABET_VALUES = valuesOf(ALPHABET)
const HEX_CODES = codesOf(HEX)
const HEX_VALUES = valuesOf(HEX)
const wireCodes: number[] = Array.from({ length: 22 }, () => 0)
const uuidCodes: number[] = Array.from({ length: 36 }, () => HYPHEN)

const digitAt = (uuid: string, index: number): number => HEX_VALUES[uuid.charCodeAt(DIGITS[index] ?? 36)] ?? 0

/** Writes a UUID, which must be well formed and in lower case: ids are checked where they enter. */
export function wireIdOf(uuid: string): string {
  for (let index = 0; index < 33; index += 3) {
    const bits = (digitAt(uuid, index) << 8) | (digitAt(uuid, index + 1) << 4) | digitAt(uuid, index + 2)
    const at = (index / 3) * 2
    wireCodes[at] = ALPHABET_CODES[bits >> 6] ?? 0
    wireCodes[at + 1] = ALPHABET_CODES[bits & 63] ?? 0
  }
  return String.fromCharCode(...wireCodes)
}

/** The UUID in lower case, or null when the text is not the one spelling of 16 bytes. */
export function uuidOfWireId(text: unknown): string | null {
  if (typeof text !== 'string' || !WIRE_ID.test(text)) return null
  for (let at = 0; at < 22; at += 2) {
    const bits = ((ALPHABET_VALUES[text.charCodeAt(at)] ?? 0) << 6) | (ALPHABET_VALUES[text.charCodeAt(at + 1)] ?? 0)
    putDigits((at / 2) * 3, bits)
  }
  return String.fromCharCode(...uuidCodes)
}

function putDigits(index: number, bits: number): void {
  uuidCodes[DIGITS[index] ?? 0] = HEX_CODES[bits >> 8] ?? 0
  uuidCodes[DIGITS[index + 1] ?? 0] = HEX_CODES[(bits >> 4) & 15] ?? 0
  const last = DIGITS[index + 2]
  if (last !== undefined) uuidCodes[last] = HEX_CODES[bits & 15] ?? 0
}
