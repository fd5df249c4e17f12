/**
 * A device of the tests: it keeps a chain of changes and can say them to a hub, honestly or not. It does not merge: what a test
 * wants to know about data it asks of the hub.
 */
import {
  CHAIN_START,
  type ChainHash,
  chainHashOf,
  type Content,
  type ContentHash,
  contentHashOf,
  contentText,
  type FieldOperation,
  type Intent,
  mintIntent,
  mintRecordId,
  mintReplicaId,
  mintSpaceId,
  type Name,
  nameOf,
  type PullRequest,
  type PushedChange,
  type PushRequest,
  type RandomBytes,
  type RecordId,
  type RecordOperations,
  type ReplicaId,
  type SchemaIdentity,
  type SpaceId,
  stampAt,
} from '@tombolo/core'
import { sha256 } from '../crypto/keys.ts'

export interface DeviceOptions {
  readonly schema: SchemaIdentity
  readonly random: RandomBytes
  readonly clock: () => number
  readonly space?: SpaceId
}

export interface WrittenChange {
  readonly change: PushedChange
  readonly contentHash: ContentHash
  readonly link: ChainHash
  readonly name: Name
}

export class Device {
  readonly #options: DeviceOptions
  readonly schema: SchemaIdentity
  readonly space: SpaceId
  replica: ReplicaId
  epoch: string | null = null
  cursor: string | null = null
  /** Everything that this device has written, in order of n. */
  written: WrittenChange[] = []

  constructor(options: DeviceOptions) {
    this.#options = options
    this.schema = options.schema
    this.replica = mintReplicaId(options.random)
    this.space = options.space ?? mintSpaceId(options.clock(), options.random)
  }

  record(): RecordId {
    return mintRecordId(this.#options.clock(), this.#options.random)
  }

  content(operations: readonly RecordOperations[], over: Partial<Content> = {}): Content {
    const { random, clock } = this.#options
    const { space, schema } = this
    return { intent: mintIntent(random), stamp: stampAt(clock()), space, schemaVersion: schema.version, label: null, operations, ...over }
  }

  /** Adds a change to the chain. */
  write(content: Content, envelope: Partial<PushedChange> = {}): WrittenChange {
    const contentHash = contentHashOf(sha256, contentText(content))
    const last = this.written.at(-1)
    const change: PushedChange = { n: (last?.change.n ?? 0) + 1, attempt: 0, park: false, receipt: null, ...envelope, content }
    const link = chainHashOf(sha256, last?.link ?? CHAIN_START, change.n, change.attempt, contentHash)
    const written = { change, contentHash, link, name: nameOf(content.intent, contentHash) }
    this.written.push(written)
    return written
  }

  note(fields: readonly FieldOperation[], record: RecordId = this.record()): WrittenChange {
    return this.write(this.content([notes(record, fields)]))
  }

  /** What is to be said from `start` on, counted from 0. */
  push(start: number = 0, end: number = this.written.length, over: Partial<PushRequest> = {}): PushRequest {
    const before = this.written[start - 1]
    return {
      epoch: this.epoch,
      replica: this.replica,
      space: this.space,
      create: true,
      schema: this.schema,
      cursor: this.cursor,
      base: before === undefined ? { n: 0, hash: CHAIN_START } : { n: before.change.n, hash: before.link },
      changes: this.written.slice(start, end).map(({ change }) => change),
      ...over,
    }
  }

  pull(over: Partial<PullRequest> = {}): PullRequest {
    const { epoch, replica, space, schema, cursor } = this
    return { epoch, replica, space, schema, cursor, waiting: [], bytesMax: 1024 * 1024, ...over }
  }

  intents(): readonly Intent[] {
    return this.written.map(({ change }) => change.content.intent)
  }
}

export const notes = (record: RecordId, fields: readonly FieldOperation[], lifeOver: readonly Name[] = []): RecordOperations => ({
  collection: 'notes',
  record,
  life: 'alive',
  lifeOver,
  fields,
})

export const setTitle = (value: string, over: readonly Name[] = []): FieldOperation => ({ kind: 'set', field: 'title', value, over })
