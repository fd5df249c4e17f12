/** The hub's own secrets, kept outside the database: a restored database must not unsay what was signed. */
import { createHmac, hash } from 'node:crypto'
import { base64url, type ChainHash, chainHashOf, type ContentHash, contentHashOf, type Hash } from '@tombolo/core'
import type { Hashes } from '../ingest/context.ts'

/** SHA-256. */
export const sha256: Hash = (bytes) => hash('sha256', bytes, 'buffer')

export const hashes: Hashes = {
  content: (text): ContentHash => contentHashOf(sha256, text),
  chain: (previous, n, attempt, content): ChainHash => chainHashOf(sha256, previous, n, attempt, content),
}

/** HMAC-SHA256, its first 128 bits, in base64url. */
export type Mac = (text: string) => string

export const macWith =
  (key: Uint8Array, purpose: string): Mac =>
  (text) =>
    base64url(createHmac('sha256', key).update(`${purpose}\n${text}`).digest().subarray(0, 16))
