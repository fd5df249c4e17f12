/**
 * The reading side: input from outside is parsed once, here. A reader checks each member where it takes it, and keeps the lists of what the
 * message has said so far, as writer.ts does.
 *
 * A failure is thrown as `Refused` and caught only by `decoding`, because a check after every member would obscure the code. `decoding`
 * never throws, and its work and memory are bounded by the size of its input. Requests have limits of their own (limits.ts); an answer may
 * be as long as the device lets it.
 */
import {
  type ChainHash,
  type ContentHash,
  type Intent,
  isContentHash,
  isIntent,
  isName,
  isReplicaId,
  type Name,
  type RecordId,
  type ReplicaId,
  type SpaceId,
} from '../../ids.ts'
import { err, ok, type Result } from '../../result.ts'
import type { SchemaIdentity } from '../../schema/definition.ts'
import { isStamp, type Stamp } from '../../stamp.ts'
import { PROTOCOL_VERSION } from '../messages.ts'
import { uuidOfWireId } from './wire-id.ts'
import type { Tuple } from './wire.ts'

/** Why a message was refused. */
export type DecodeCode =
  'message.malformed' | 'message.tooDeep' | 'message.tooLarge' | 'stamp.malformed' | 'protocol.unsupported' | 'cursor.invalid'

/** `path` leads to the member that was refused: `6/0/2` is the third member of the first member of the seventh. */
export interface DecodeError {
  readonly code: DecodeCode
  readonly path: string
}

class Refused extends Error {
  readonly error: DecodeError
  constructor(error: DecodeError) {
    super(`${error.code} at ${error.path}`)
    this.error = error
  }
}

/** Runs a reader over a message and returns a refusal as a value. */
export function decoding<T>(value: unknown, read: (reader: Reader, tuple: Tuple) => T): Result<T, DecodeError> {
  try {
    const reader = new Reader()
    return ok(read(reader, reader.asTuple(value)))
  } catch (refused) {
    if (refused instanceof Refused) return err(refused.error)
    throw refused
  }
}

const NO_NAMES: readonly Name[] = []

export class Reader {
  /** The path of the tuple being read. */
  readonly #trail: number[]
  readonly #names: Name[] = []
  readonly #records: RecordId[] = []
  readonly #authors: string[] = []
  readonly #replicas: ReplicaId[] = []
  #stamp = 0
  #hubStamp: number | null = null
  #version = 0

  constructor(trail: number[] = []) {
    this.#trail = trail
  }

  /** A reader at the same path, with empty lists. */
  fresh(): Reader {
    return new Reader(this.#trail)
  }

  refuse(at: number | null, code: DecodeCode = 'message.malformed'): never {
    throw new Refused({ code, path: (at === null ? this.#trail : [...this.#trail, at]).join('/') })
  }

  asTuple(value: unknown): Tuple {
    return Array.isArray(value) ? value : this.refuse(null)
  }

  /** Reads inside the member at `at`, so that failures report the path. */
  within<T>(tuple: Tuple, at: number, read: (inner: Tuple) => T): T {
    this.#trail.push(at)
    const value = read(this.asTuple(tuple[at]))
    this.#trail.pop()
    return value
  }

  /** Reads a list of tuples; an empty list if it is left out. */
  each<T>(tuple: Tuple, at: number, read: (item: Tuple) => T, max?: number): T[] {
    const list = this.list(tuple, at, max)
    const depth = this.#trail.push(at, 0)
    const values: T[] = []
    for (let index = 0; index < list.length; index++) {
      this.#trail[depth - 1] = index
      values.push(read(this.asTuple(list[index])))
    }
    this.#trail.length = depth - 2
    return values
  }

  list(tuple: Tuple, at: number, max: number = Number.POSITIVE_INFINITY): Tuple {
    const list = tuple[at] ?? []
    if (!Array.isArray(list)) return this.refuse(at)
    return list.length <= max ? list : this.refuse(at, 'message.tooLarge')
  }

  /** The version of the protocol, first in every request. */
  protocol(tuple: Tuple): void {
    if (this.integer(tuple, 0, 1) !== PROTOCOL_VERSION) this.refuse(0, 'protocol.unsupported')
  }

  // Plain members

  text(tuple: Tuple, at: number, lengthMax: number = Number.POSITIVE_INFINITY): string {
    const text = tuple[at]
    if (typeof text !== 'string') return this.refuse(at)
    return text.length <= lengthMax ? text : this.refuse(at, 'message.tooLarge')
  }

  optionalText(tuple: Tuple, at: number, lengthMax?: number): string | null {
    return isLeftOut(tuple[at]) ? null : this.text(tuple, at, lengthMax)
  }

  integer(tuple: Tuple, at: number, min: number): number {
    const value = tuple[at]
    return Number.isSafeInteger(value) && (value as number) >= min ? (value as number) : this.refuse(at)
  }

  optionalInteger(tuple: Tuple, at: number, min: number): number {
    return tuple[at] === undefined ? 0 : this.integer(tuple, at, min)
  }

  flag(tuple: Tuple, at: number): boolean {
    const value = tuple[at] ?? 0
    return value === 1 || value === 0 ? value === 1 : this.refuse(at)
  }

  // Identities

  space(tuple: Tuple, at: number): SpaceId {
    return (uuidOfWireId(tuple[at]) ?? this.refuse(at)) as SpaceId
  }

  ownReplica(tuple: Tuple, at: number): ReplicaId {
    const value = tuple[at]
    return isReplicaId(value) ? value : this.refuse(at)
  }

  intent(tuple: Tuple, at: number): Intent {
    const value = tuple[at]
    return isIntent(value) ? value : this.refuse(at)
  }

  intents(tuple: Tuple, at: number, max: number): readonly Intent[] {
    const intents = this.list(tuple, at, max)
    return intents.every(isIntent) ? intents : this.refuse(at)
  }

  contentHash(tuple: Tuple, at: number): ContentHash {
    const value = tuple[at]
    return isContentHash(value) ? value : this.refuse(at)
  }

  chainHash(tuple: Tuple, at: number): ChainHash {
    return this.hash128(tuple, at) as ChainHash
  }

  /** 22 base64url characters. */
  hash128(tuple: Tuple, at: number): string {
    return this.contentHash(tuple, at)
  }

  schema(tuple: Tuple, at: number): SchemaIdentity {
    return this.within(tuple, at, (inner) => ({ version: this.integer(inner, 0, 1), fingerprint: this.hash128(inner, 1) }))
  }

  heads(tuple: Tuple, at: number, max?: number): { readonly space: SpaceId; readonly head: number }[] {
    return this.each(tuple, at, (item) => ({ space: this.space(item, 0), head: this.integer(item, 1, 0) }), max)
  }

  // Said once

  name(tuple: Tuple, at: number): Name {
    const said = tuple[at]
    if (typeof said === 'number') return this.#names[said - 1] ?? this.refuse(at)
    if (!isName(said)) return this.refuse(at)
    this.#names.push(said)
    return said
  }

  author(tuple: Tuple, at: number): string {
    const said = tuple[at]
    if (typeof said === 'number') return this.#authors[said - 1] ?? this.refuse(at)
    const author = this.text(tuple, at)
    this.#authors.push(author)
    return author
  }

  replica(tuple: Tuple, at: number): ReplicaId {
    const said = tuple[at]
    if (typeof said === 'number') return this.#replicas[said - 1] ?? this.refuse(at)
    const replica = this.ownReplica(tuple, at)
    this.#replicas.push(replica)
    return replica
  }

  record(tuple: Tuple, at: number): RecordId {
    const said = tuple[at]
    if (typeof said === 'number') return this.#records[said - 1] ?? this.refuse(at)
    const record = (uuidOfWireId(said) ?? this.refuse(at)) as RecordId
    this.#records.push(record)
    return record
  }

  /** Reads one name or a list of names; an empty list if it is left out. */
  names(tuple: Tuple, at: number): readonly Name[] {
    const said = tuple[at] ?? 0
    if (said === 0) return NO_NAMES
    if (!Array.isArray(said)) return [this.name(tuple, at)]
    return this.within(tuple, at, (list) => list.map((_, index) => this.name(list, index)))
  }

  // Deltas

  stamp(tuple: Tuple, at: number): Stamp {
    this.#stamp = this.stampFrom(this.#stamp, tuple, at)
    return this.#stamp as Stamp
  }

  hubStamp(tuple: Tuple, at: number, effective: Stamp): Stamp {
    const stamp = this.stampFrom(this.#hubStamp ?? effective, tuple, at)
    this.#hubStamp = stamp
    return stamp
  }

  /** Reads a stamp written as its distance from another; 0 if it is left out. */
  stampFrom(origin: number, tuple: Tuple, at: number): Stamp {
    const delta = tuple[at] === undefined ? 0 : tuple[at]
    const stamp = typeof delta === 'number' ? origin + delta : -1
    return isStamp(stamp) ? stamp : this.refuse(at, 'stamp.malformed')
  }

  version(tuple: Tuple, at: number): number {
    this.#version = this.distanceFrom(this.#version, tuple, at, 0)
    return this.#version
  }

  schemaVersionFrom(origin: number, tuple: Tuple, at: number): number {
    return this.distanceFrom(origin, tuple, at, 1)
  }

  /** Reads a number written as its distance from another; 0 if it is left out. */
  private distanceFrom(origin: number, tuple: Tuple, at: number, min: number): number {
    const number = origin + this.optionalInteger(tuple, at, Number.MIN_SAFE_INTEGER)
    return Number.isSafeInteger(number) && number >= min ? number : this.refuse(at)
  }
}

export const isLeftOut = (member: unknown): boolean => member === undefined || member === null
