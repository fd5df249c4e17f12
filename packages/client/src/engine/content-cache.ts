/** A cache of parsed contents, so that a bulk import is not parsed again for each of its records. The oldest are evicted first. */
import { type Content, parseContent, type RecordId, type RecordOperations } from '@tombolo/core'
import { readStored } from './stored-json.ts'

/** The limit in characters of the contents' text. */
const CACHE_CHARACTERS = 32 * 1024 * 1024
/** Contents with fewer records are searched instead of indexed. */
const INDEXED_FROM = 8

export class ContentCache {
  readonly #read: (seq: number) => string
  readonly #upgrade: (seq: number, sealed: Content) => Content
  readonly #contents = new Map<number, CachedContent>()
  #characters = 0

  /** `upgrade` returns a content in the present schema; the same object if it needs no upgrade. */
  constructor(read: (seq: number) => string, upgrade: (seq: number, sealed: Content) => Content) {
    this.#read = read
    this.#upgrade = upgrade
  }

  get(seq: number): CachedContent {
    const cached = this.#contents.get(seq)
    if (cached !== undefined) return cached
    const text = this.#read(seq)
    return this.keep(
      seq,
      readStored(() => parseContent(text)),
      text.length,
    )
  }

  keep(seq: number, content: Content, characters: number): CachedContent {
    const cached = new CachedContent(content, characters, (sealed) => this.#upgrade(seq, sealed))
    this.#contents.set(seq, cached)
    this.#characters += characters
    for (const oldest of this.#contents.keys()) {
      if (this.#characters <= CACHE_CHARACTERS || oldest === seq) break
      this.forget(oldest)
    }
    return cached
  }

  clear(): void {
    this.#contents.clear()
    this.#characters = 0
  }

  forget(seq: number): void {
    this.#characters -= this.#contents.get(seq)?.characters ?? 0
    this.#contents.delete(seq)
  }
}

class CachedContent {
  readonly sealed: Content
  readonly characters: number
  readonly #upgrade: (sealed: Content) => Content
  #content: Content | null = null
  #byRecord: ReadonlyMap<RecordId, RecordOperations> | null = null

  constructor(sealed: Content, characters: number, upgrade: (sealed: Content) => Content) {
    this.sealed = sealed
    this.characters = characters
    this.#upgrade = upgrade
  }

  get content(): Content {
    return (this.#content ??= this.#upgrade(this.sealed))
  }

  operationsOn(record: RecordId): RecordOperations | undefined {
    const { operations } = this.content
    if (operations.length < INDEXED_FROM) return operations.find((other) => other.record === record)
    this.#byRecord ??= new Map(operations.map((other) => [other.record, other]))
    return this.#byRecord.get(record)
  }
}
