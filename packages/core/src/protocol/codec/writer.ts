/**
 * The writing side: keeps the lists of what a message has said so far. Each message, or part that must be readable alone, has its own
 * `Writer`. Members must be written from left to right, because the first mention enters an item in its list.
 */
import type { Name, RecordId, SpaceId } from '../../ids.ts'
import type { SchemaIdentity } from '../../schema/definition.ts'
import type { Stamp } from '../../stamp.ts'
import type { Wire } from './wire.ts'
import { wireIdOf } from './wire-id.ts'

export class Writer {
  readonly #names = new Map<string, number>()
  readonly #records = new Map<string, number>()
  readonly #authors = new Map<string, number>()
  readonly #replicas = new Map<string, number>()
  #stamp = 0
  #hubStamp: number | null = null
  #version = 0

  name(name: Name): Wire {
    return mention(this.#names, name, name)
  }

  author(account: string): Wire {
    return mention(this.#authors, account, account)
  }

  replica(replica: string): Wire {
    return mention(this.#replicas, replica, replica)
  }

  record(record: RecordId): Wire {
    const known = this.#records.get(record)
    if (known !== undefined) return known
    this.#records.set(record, this.#records.size + 1)
    return wireIdOf(record)
  }

  /** Writes a single name bare, no names as 0, several as a list. */
  names(names: readonly Name[]): Wire {
    const [only] = names
    if (only === undefined) return 0
    return names.length === 1 ? this.name(only) : names.map((name) => this.name(name))
  }

  stamp(stamp: Stamp): number {
    const delta = stamp - this.#stamp
    this.#stamp = stamp
    return delta
  }

  /** Writes a hub stamp as its distance from the one before it; the first as its distance from its effective stamp. */
  hubStamp(stamp: Stamp, effective: Stamp): number {
    const delta = stamp - (this.#hubStamp ?? effective)
    this.#hubStamp = stamp
    return delta
  }

  version(version: number): number {
    const delta = version - this.#version
    this.#version = version
    return delta
  }
}

function mention(list: Map<string, number>, key: string, inFull: string): Wire {
  const known = list.get(key)
  if (known !== undefined) return known
  list.set(key, list.size + 1)
  return inFull
}

export const writeFlag = (flag: boolean): number => (flag ? 1 : 0)

export const writeSchema = ({ version, fingerprint }: SchemaIdentity): Wire => [version, fingerprint]

export const writeSpace = (space: SpaceId): Wire => wireIdOf(space)

export const writeHeads = (heads: readonly { readonly space: SpaceId; readonly head: number }[]): Wire =>
  heads.map(({ space, head }) => [writeSpace(space), head])
