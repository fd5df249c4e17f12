/**
 * Identities. Each is a string with a brand, so that one cannot be passed where another is meant.
 *
 *   space, record   UUIDv7 in lower case, minted on the device, sortable by the time they were minted
 *   replica         22 base64url characters: 128 random bits; a new one after every fork
 *   intent          14 base64url characters: 80 bits, minted when a person acts, never changed
 *   name            22 characters: the intent, then 48 bits of the content hash; what merged data refers to
 */
import { base64url, type Hash, utf8 } from './hash.ts'

declare const brand: unique symbol
type Branded<Kind extends string> = string & { readonly [brand]: Kind }

export type SpaceId = Branded<'space'>
export type RecordId = Branded<'record'>
export type ReplicaId = Branded<'replica'>
export type Intent = Branded<'intent'>
export type Name = Branded<'name'>
/** 22 base64url characters: 128 bits of SHA-256 over a change's canonical content. */
export type ContentHash = Branded<'content-hash'>
/** 22 base64url characters: a link of the hash chain of one replica in one space. */
export type ChainHash = Branded<'chain-hash'>

/** Random bytes as an argument: core itself has no chance in it. */
export type RandomBytes = (count: number) => Uint8Array

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const BASE64URL_22 = /^[A-Za-z0-9_-]{22}$/
const BASE64URL_14 = /^[A-Za-z0-9_-]{14}$/

export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)
export const isSpaceId = (value: unknown): value is SpaceId => isUuid(value)
export const isRecordId = (value: unknown): value is RecordId => isUuid(value)
export const isReplicaId = (value: unknown): value is ReplicaId => typeof value === 'string' && BASE64URL_22.test(value)
export const isIntent = (value: unknown): value is Intent => typeof value === 'string' && BASE64URL_14.test(value)
export const isName = (value: unknown): value is Name => typeof value === 'string' && BASE64URL_22.test(value)
export const isContentHash = (value: unknown): value is ContentHash => typeof value === 'string' && BASE64URL_22.test(value)
export const isChainHash = (value: unknown): value is ChainHash => typeof value === 'string' && BASE64URL_22.test(value)

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A UUIDv7 (RFC 9562 §5.7) from milliseconds since 1970 and ten random bytes. */
export function uuidv7(nowMs: number, random: RandomBytes): string {
  const bytes = random(10)
  const time = Math.max(0, Math.min(Math.floor(nowMs), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0')
  let tail = ''
  for (const byte of bytes) tail += HEX[byte] ?? ''
  const variant = ((Number.parseInt(tail[3] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`
}

export const mintRecordId = (nowMs: number, random: RandomBytes): RecordId => uuidv7(nowMs, random) as RecordId
export const mintSpaceId = (nowMs: number, random: RandomBytes): SpaceId => uuidv7(nowMs, random) as SpaceId
export const mintReplicaId = (random: RandomBytes): ReplicaId => base64url(random(16)) as ReplicaId
export const mintIntent = (random: RandomBytes): Intent => base64url(random(10)) as Intent

/** The intent of a form that names its own submission: the same form on the same replica is the same intent, however often it is saved. */
export const intentOfForm = (hash: Hash, replica: ReplicaId, formId: string): Intent =>
  base64url(hash(utf8(`tombolo form\n${replica}\n${formId}`)).subarray(0, 10)) as Intent

/** What entries, tags and `over` call a write. */
export const nameOf = (intent: Intent, content: ContentHash): Name => (intent + content.slice(0, 8)) as Name
export const intentOfName = (name: Name): Intent => name.slice(0, 14) as Intent
