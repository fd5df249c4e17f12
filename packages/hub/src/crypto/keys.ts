/**
 * Hashing and signing with Node's OpenSSL. Core defines what is signed and hashed and how it is written; this file only makes it fast: each
 * change costs two hashes and one signature, and core's portable code takes three times as long.
 */
import { hash } from 'node:crypto'
import type { ChainHash, ContentHash, Hash } from '@tombolo/core'
import type { Hashes } from '../ingest/context.ts'

/** The last of 22 characters carries two bits of the 16th byte; the other four belong to the 17th and are cleared. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const LAST: ReadonlyMap<string, string> = new Map(Array.from(ALPHABET, (character, value) => [character, ALPHABET[value & 48] ?? '']))

/** The first 128 bits, from the base64url of more. */
const first128 = (encoded: string): string => encoded.slice(0, 21) + (LAST.get(encoded[21] ?? '') ?? '')

const hash128 = (text: string): string => first128(hash('sha256', text, 'base64url'))

/** SHA-256. */
export const sha256: Hash = Object.assign((bytes: Uint8Array) => hash('sha256', bytes, 'buffer'), { ofText: hash128 })

export const hashes: Hashes = {
  content: (text) => hash128(text) as ContentHash,
  chain: (previous, n, attempt, content) => hash128(`${previous}\n${n}\n${attempt}\n${content}`) as ChainHash,
}

const BLOCK_BYTES = 64
const HASH_BYTES = 32
const TEXT_BYTES_MAX = 4096

/** 128 bits of HMAC-SHA256 (RFC 2104), by two hashes: half the cost of an Hmac object for texts as short as ours. */
export function hmac128With(key: Uint8Array): (text: string) => string {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? sha256(key) : key)
  const inner = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.alloc(TEXT_BYTES_MAX)])
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(HASH_BYTES)])
  return (text) => {
    const isShort = text.length * 3 <= TEXT_BYTES_MAX
    const whole = isShort ? inner.subarray(0, BLOCK_BYTES + inner.write(text, BLOCK_BYTES)) : longText(inner, text)
    outer.set(hash('sha256', whole, 'buffer'), BLOCK_BYTES)
    return first128(hash('sha256', outer, 'base64url'))
  }
}

const longText = (inner: Buffer, text: string): Buffer => Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)])
