/**
 * Digests of records [Q5]: two sides that hold the same records have the same digest, whatever way the records came.
 *
 *   fingerprint   of a record: 128 bits of SHA-256 over the lines collection, id and canonical text (merge/canonical-record.ts)
 *   digest        of a range of records: the sum of their fingerprints modulo 2^128, as big-endian numbers
 *
 * A sum does not depend on order, so records are visited as they lie on disk. Records that everyone deleted have no fingerprint, because
 * device and hub forget them at different times. Nothing is cached: what is compared is what is stored now, not what once was.
 */
import { base64url, type Hash, hash128 } from '../hash.ts'
import type { RecordId } from '../ids.ts'
import { canonicalRecord } from '../merge/canonical-record.ts'
import type { RecordState } from '../merge/record.ts'

/** The digest of some records, or the fingerprint of one: 22 base64url characters. */
export type Digest = string

/** How many records are in a range, without deleted ones, and their digest. */
export interface Digested {
  readonly count: number
  readonly digest: Digest
}

/** A confirmed record, and which one it is. */
export interface IdentifiedRecord {
  readonly collection: string
  readonly id: RecordId
  readonly state: RecordState
}

/** The fingerprint of a record; null for one that everyone deleted, which does not count. */
export function fingerprintOf(hash: Hash, { collection, id, state }: IdentifiedRecord): Digest | null {
  const { entries } = state.life
  if (entries.length > 0 && entries.every(({ value }) => value === 'deleted')) return null
  return hash128(hash, `${collection}\n${id}\n${canonicalRecord(state)}`)
}

/** Sums the fingerprints of records, in any order. */
export class DigestSum {
  readonly #hash: Hash
  readonly #sum: Uint8Array = new Uint8Array(BYTES)
  #count = 0

  constructor(hash: Hash) {
    this.#hash = hash
  }

  add(record: IdentifiedRecord): void {
    const fingerprint = fingerprintOf(this.#hash, record)
    if (fingerprint === null) return
    const bytes = bytesOf(fingerprint)
    let carry = 0
    for (let at = BYTES - 1; at >= 0; at--) {
      carry += (this.#sum[at] ?? 0) + (bytes[at] ?? 0)
      this.#sum[at] = carry
      carry >>= 8
    }
    this.#count++
  }

  get digested(): Digested {
    return { count: this.#count, digest: base64url(this.#sum) }
  }
}

const BYTES = 16
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SIX_BITS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (character, value) => [character, value]))

function bytesOf(fingerprint: Digest): Uint8Array {
  const bytes = new Uint8Array(BYTES)
  let held = 0
  let bits = 0
  let at = 0
  for (const character of fingerprint) {
    held = ((held << 6) | (SIX_BITS.get(character) ?? 0)) & 0x3fff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = held >> bits
  }
  return bytes
}
