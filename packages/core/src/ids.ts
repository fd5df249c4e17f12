/**
 * Identities. Each is a string with a brand, so that one cannot be passed where another is meant.
 *
 *   space, record   UUIDv7 in lower case, minted on the device, sortable by the time of minting
 *   replica         22 base64url characters: 128 random bits; a new one after every fork
 *   intent          14 base64url characters: 80 bits, minted when a person acts, never changed
 *   name            22 characters: the intent, then 48 bits of the content hash; what merged data refers to
 */
import { base64url, type Hash, utf8 } from './hash.ts'

declare const brand: unique symbol
type Branded<Kind extends string> = string & { readonly [brand]: Kind }

/** A space: the unit of sharing, permission and order. A UUIDv7 in lower case, minted on the device that makes the space. */
export type SpaceId = Branded<'space'>
/** A record: a UUIDv7 in lower case, minted on the device that adds the record. Sorting by id sorts records by the time they were made. */
export type RecordId = Branded<'record'>
/** One installed local store, such as a browser profile: 22 random base64url characters. Never reused, not even by a restored copy. */
export type ReplicaId = Branded<'replica'>
/**
 * One act of a person: 14 random base64url characters, minted when they act. The hub applies an intent at most once, however often it is
 * sent.
 */
export type Intent = Branded<'intent'>
/**
 * The name of a write, used by entries, tags and `over`: an intent and the first 8 characters of the content's hash, together 22 base64url
 * characters.
 */
export type Name = Branded<'name'>
/** 22 base64url characters: 128 bits of SHA-256 over a change's canonical content. */
export type ContentHash = Branded<'content-hash'>
/** 22 base64url characters: a link of the hash chain of one replica in one space. */
export type ChainHash = Branded<'chain-hash'>

/** A source of random bytes, passed as an argument because core has none of its own. */
export type RandomBytes = (count: number) => Uint8Array

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const BASE64URL_22 = /^[A-Za-z0-9_-]{22}$/
const BASE64URL_14 = /^[A-Za-z0-9_-]{14}$/

/** Whether this is a UUID of 36 characters in lower case. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)
/** Whether this is spelled as a space's id. */
export const isSpaceId = (value: unknown): value is SpaceId => isUuid(value)
/** Whether this is spelled as a record's id. */
export const isRecordId = (value: unknown): value is RecordId => isUuid(value)
/** Whether this is spelled as a replica's id. */
export const isReplicaId = (value: unknown): value is ReplicaId => typeof value === 'string' && BASE64URL_22.test(value)
/** Whether this is spelled as an intent. */
export const isIntent = (value: unknown): value is Intent => typeof value === 'string' && BASE64URL_14.test(value)
/** Whether this is spelled as a write's name. */
export const isName = (value: unknown): value is Name => typeof value === 'string' && BASE64URL_22.test(value)
/** Whether this is spelled as the hash of a content. */
export const isContentHash = (value: unknown): value is ContentHash => typeof value === 'string' && BASE64URL_22.test(value)

const MS_MAX_OF_UUID = 2 ** 48 - 1
const HYPHEN = 45
const HEX_CODES: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** The indexes of the 32 digits in a UUID of 36 characters. */
const PLACES: readonly number[] = Array.from({ length: 36 }, (_, index) => index).filter((index) => ![8, 13, 18, 23].includes(index))
const codes: number[] = Array.from({ length: 36 }, () => HYPHEN)

/** A UUIDv7 (RFC 9562 §5.7) from milliseconds since 1970 and ten random bytes. Allocates nothing but the text. */
export function uuidv7(nowMs: number, random: RandomBytes): string {
  const chance = random(10)
  const ms = Math.max(0, Math.min(Math.floor(nowMs), MS_MAX_OF_UUID))
  putDigits(0, 6, Math.floor(ms / 2 ** 24))
  putDigits(6, 6, ms % 2 ** 24)
  putDigits(12, 1, 7)
  for (let index = 0; index < 19; index++) putDigits(13 + index, 1, fourBits(chance, index))
  putDigits(16, 1, 8 | (fourBits(chance, 3) & 3))
  return String.fromCharCode(...codes)
}

const fourBits = (bytes: Uint8Array, index: number): number => ((bytes[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 15

function putDigits(first: number, count: number, value: number): void {
  for (let index = first + count - 1, rest = value; index >= first; index--, rest >>= 4)
    codes[PLACES[index] ?? 0] = HEX_CODES[rest & 15] ?? 0
}

/**
 * A new record's id. `nowMs`: milliseconds since 1970; `random` is asked for ten bytes.
 * @example mintRecordId(0, (count) => new Uint8Array(count)) // '00000000-0000-7000-8000-000000000000'
 */
export const mintRecordId = (nowMs: number, random: RandomBytes): RecordId => uuidv7(nowMs, random) as RecordId
/** A new space's id. `nowMs`: milliseconds since 1970; `random` is asked for ten bytes. */
export const mintSpaceId = (nowMs: number, random: RandomBytes): SpaceId => uuidv7(nowMs, random) as SpaceId
/** A new replica's id, of 128 random bits. */
export const mintReplicaId = (random: RandomBytes): ReplicaId => base64url(random(16)) as ReplicaId
/** A new intent, of 80 random bits. */
export const mintIntent = (random: RandomBytes): Intent => base64url(random(10)) as Intent

/** Derives the intent of a form from its id, so that saving the same form again on the same replica yields the same intent. */
export const intentOfForm = (hash: Hash, replica: ReplicaId, formId: string): Intent =>
  base64url(hash(utf8(`tombolo form\n${replica}\n${formId}`)).subarray(0, 10)) as Intent

/** The name by which entries, tags and `over` refer to a write. */
export const nameOf = (intent: Intent, content: ContentHash): Name => (intent + content.slice(0, 8)) as Name
/**
 * The intent of the change that made a write.
 * @example intentOfName('AAAAAAAAAAAAAABBBBBBBB' as Name) // 'AAAAAAAAAAAAAA'
 */
export const intentOfName = (name: Name): Intent => name.slice(0, 14) as Intent
