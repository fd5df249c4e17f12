/** Texts in ASCII as base64url (RFC 4648 §5), without padding. */
import { base64url } from '../hash.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export const base64urlOfAscii = (text: string): string => base64url(Uint8Array.from(text, (character) => character.charCodeAt(0)))

/** Decodes base64url to ASCII; null if the text is not what `base64url` writes. */
export function asciiOfBase64url(text: string): string | null {
  let out = ''
  let bits = 0
  let held = 0
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return null
    held = (held << 6) | value
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out += String.fromCharCode(held >> bits)
    held &= (1 << bits) - 1
  }
  return held === 0 && bits < 6 ? out : null
}
