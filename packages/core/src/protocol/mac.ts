/**
 * Message authentication. HMAC-SHA256 is an argument, because core has no cryptography: the shell binds its key, which lives outside the
 * database [P6]. A signed text begins with its kind, so that a signature of one kind is not valid for another.
 */
import { base64url, utf8 } from '../hash.ts'

/** HMAC-SHA256 under a key that only the hub knows: 32 bytes. */
export type Mac = (bytes: Uint8Array) => Uint8Array

const MAC_BYTES = 16
/** Characters of a signature: 128 bits. */
export const MAC_LENGTH = 22

export const sign = (mac: Mac, text: string): string => base64url(mac(utf8(text)).subarray(0, MAC_BYTES))

/** Checks a signature in constant time. */
export function isSignedBy(mac: Mac, text: string, signature: string): boolean {
  const wanted = sign(mac, text)
  let difference = wanted.length ^ signature.length
  for (let index = 0; index < wanted.length; index++) difference |= wanted.charCodeAt(index) ^ signature.charCodeAt(index)
  return difference === 0
}
