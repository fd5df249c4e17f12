/**
 * What the parts of a local store share: the database and its tables, identity, clock, and the transaction that they all write in.
 *
 * Memory follows the disk: whatever a transaction that failed had changed in memory is read again from the disk.
 */
import {
  chainHashOf,
  type Epoch,
  err,
  type Hash,
  mintReplicaId,
  msOfStamp,
  nextStamp,
  type RecordId,
  type RandomBytes,
  type RecordView,
  type Refusal,
  type ReplicaId,
  type Result,
  type SchemaDefinition,
  SPACE_COLLECTION,
  type Stamp,
  type TextEditor,
} from '@tombolo/core'
import type { Database, Flush } from '../storage/port.ts'
import { ChangeTable } from './changes.ts'
import { type Commit, COMMIT_ROWS_MAX, type RowChange, rowChange } from './commit.ts'
import { OperationLog } from './operations.ts'
import { presentContent } from './present-content.ts'
import { RecordTable, type SavedRow } from './records.ts'
import type { StoredRecord } from './stored-record.ts'
import { sealed } from './seal.ts'
import { SpaceTable } from './spaces.ts'
import { createTables, STORE_LAYOUT } from './tables.ts'

/** The world as arguments. */
export interface StorePorts {
  readonly nowMs: () => number
  readonly random: RandomBytes
  readonly hash: Hash
}

export class StoreState {
  readonly database: Database
  readonly schema: SchemaDefinition
  readonly ports: StorePorts
  changes: ChangeTable
  operations: OperationLog
  records: RecordTable
  spaces: SpaceTable
  replica: ReplicaId
  epoch: Epoch | null
  account: string
  /** The hub's time minus this device's, in milliseconds; null before the first answer. */
  clockOffsetMs: number | null
  /** A live socket is open: what is sealed is sent in the same turn. */
  sendsAtOnce = false
  /** Loaded when the first text is edited in place. */
  text: TextEditor | null = null
  #lastStamp: Stamp
  #commit = newCommit()
  /** How often this transaction has changed what a refusal must leave as it was. */
  #touches = 0
  #isInTransaction = false
  readonly #listeners = new Set<(commit: Commit) => void>()

  constructor(database: Database, schema: SchemaDefinition, ports: StorePorts) {
    this.database = database
    this.schema = schema
    this.ports = ports
    database.transaction(() => createTables(database, schema))
    this.changes = this.#newChanges()
    this.operations = new OperationLog(database)
    this.spaces = this.#newSpaces()
    this.records = this.#newRecords()
    this.replica = (this.#read('replica') as ReplicaId | null) ?? this.mintReplica()
    const { epoch, account, clockOffsetMs, lastStamp } = this.#remembered()
    this.epoch = epoch
    this.account = account
    this.clockOffsetMs = clockOffsetMs
    this.#lastStamp = lastStamp
    this.write('layout', STORE_LAYOUT)
    if (this.#read('schema') === null) this.write('schema', schema.version)
  }

  /** The device's clock, corrected by what hubs have told. */
  nowMs(): number {
    return this.ports.nowMs() + (this.clockOffsetMs ?? 0)
  }

  /** The version of the schema that all of the store was last brought to. */
  get schemaVersion(): number {
    return Number(this.#read('schema') ?? this.schema.version)
  }

  get lastStamp(): Stamp {
    return this.#lastStamp
  }

  mintStamp(): Stamp {
    this.#lastStamp = nextStamp(this.#lastStamp, this.nowMs())
    return this.#lastStamp
  }

  /** Something newer was seen: what is stamped from now on is later. */
  sawStamp(stamp: Stamp): void {
    if (stamp <= this.#lastStamp) return
    this.#lastStamp = stamp
    this.write('stamp', stamp)
  }

  /** The hub clamped one of our stamps: the clock stood in the future, and goes back [C2]. */
  setClockBack(to: Stamp): void {
    this.#lastStamp = to
    this.write('stamp', to)
  }

  mintReplica(): ReplicaId {
    const former = this.#read('replica')
    if (former !== null) this.write('formerReplicas', [former, ...this.formerReplicas].slice(0, FORMER_REPLICAS_MAX).join(' '))
    this.replica = mintReplicaId(this.ports.random)
    this.write('replica', this.replica)
    return this.replica
  }

  /** The replica ids that this store had before, the newest first. */
  get formerReplicas(): readonly ReplicaId[] {
    const former = this.#read('formerReplicas')
    return typeof former === 'string' ? (former.split(' ') as ReplicaId[]) : []
  }

  write(key: string, value: string | number | null): void {
    this.database
      .prepare('INSERT INTO _meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, value)
  }

  /** Runs `work` as one transaction on disk, or as part of the one that runs already; listeners hear of it after it is there. */
  transact<T>(work: () => T, flush: Flush = 'now'): T {
    if (this.#isInTransaction) return work()
    this.#commit = newCommit()
    this.#touches = 0
    this.#isInTransaction = true
    let result: T
    try {
      result = this.database.transaction(work as () => never, flush)
    } catch (error) {
      this.#reload()
      throw error
    } finally {
      this.#isInTransaction = false
    }
    const commit = this.#commit
    if (!isEmpty(commit)) for (const listener of this.#listeners) listener(commit)
    return result
  }

  /**
   * As `transact`, for work that may refuse: a refusal leaves everything as it was. Work that judges before it changes anything costs
   * nothing more; other work is rolled back with the outermost transaction, and memory is read anew.
   */
  attempt<T>(work: () => Result<T, Refusal>): Result<T, Refusal> {
    const isOutermost = !this.#isInTransaction
    try {
      return this.transact(() => {
        const touchesBefore = this.#touches
        const result = work()
        if (!result.ok && this.#touches > touchesBefore) throw new RolledBack(result.error)
        return result
      })
    } catch (error) {
      if (isOutermost && error instanceof RolledBack) return err(error.refusal)
      throw error
    }
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** `shown`: what the person sees of it, where the caller knows. */
  saveRecord(stored: StoredRecord, shown: RecordView | undefined = this.records.shown(stored)): void {
    this.#touch(stored, this.records.save(stored, shown))
  }

  /** As the hub's answer leaves it. */
  saveAnswered(stored: StoredRecord): void {
    this.#touch(stored, this.records.saveAnswered(stored, this.records.shown(stored)))
  }

  /** A bulk makes those who watch read again, so it need not be listed. */
  #touch(stored: StoredRecord, { conflicted, row }: SavedRow): void {
    const { name } = stored.collection
    const commit = this.#commit
    this.#touches++
    commit.collections.add(name)
    if (name === SPACE_COLLECTION) commit.spaces = true
    if (commit.changes.length >= COMMIT_ROWS_MAX) commit.bulk = true
    if (commit.bulk || stored.wasConflicted || conflicted) commit.conflicts = true
    if (!commit.bulk && this.#listeners.size > 0) commit.changes.push(rowChange(name, stored.id, row))
  }

  touchOutbox(): void {
    this.#touches++
    this.#commit.outbox = true
  }

  /** A change was sealed, and stays so whatever becomes of the rest: sealing is always right. */
  touchSealed(): void {
    this.#commit.outbox = true
  }

  touchSpaces(): void {
    this.#touches++
    this.#commit.spaces = true
  }

  #reload(): void {
    this.changes = this.#newChanges()
    this.operations = new OperationLog(this.database)
    this.spaces = this.#newSpaces()
    this.records = this.#newRecords()
    this.replica = (this.#read('replica') as ReplicaId | null) ?? this.replica
    const { epoch, account, clockOffsetMs, lastStamp } = this.#remembered()
    this.epoch = epoch
    this.account = account
    this.clockOffsetMs = clockOffsetMs
    this.#lastStamp = lastStamp
  }

  #remembered(): Remembered {
    return {
      epoch: this.#read('epoch') as Epoch | null,
      account: String(this.#read('account') ?? ''),
      clockOffsetMs: this.#read('clockOffsetMs') as number | null,
      lastStamp: this.#newestStamp(),
    }
  }

  #newChanges(): ChangeTable {
    const { database, schema, ports } = this
    return new ChangeTable(
      database,
      (change, text) => sealed(ports.hash, change, text),
      (seq, content) => presentContent(schema, content, (collection, id) => this.records.before(seq, collection, id as RecordId)),
    )
  }

  #newSpaces(): SpaceTable {
    return new SpaceTable(this.database, (space) => {
      const last = this.changes.lastLink(space)
      if (last === undefined || last.n === null || last.previous === null || last.contentHash === null) return undefined
      return { n: last.n, hash: chainHashOf(this.ports.hash, last.previous, last.n, last.attempt, last.contentHash) }
    })
  }

  #newRecords(): RecordTable {
    return new RecordTable(this.database, this.schema, this.changes, () => ({ account: this.account, text: this.text }))
  }

  #read(key: string): string | number | null {
    const value = this.database.prepare('SELECT value FROM _meta WHERE key = ?').get(key)?.['value']
    return typeof value === 'string' || typeof value === 'number' ? value : null
  }

  #newestStamp(): Stamp {
    // What the hub has cut back stays cut back [C2].
    const newest = `SELECT max(CASE WHEN receipt IS NULL THEN stamp ELSE json_extract(receipt, '$.effectiveStamp') END) AS stamp FROM _change`
    const own = Number(this.database.prepare(newest).get()?.['stamp'] ?? 0)
    return Math.max(own, Number(this.#read('stamp') ?? 0)) as Stamp
  }

  /** Does the device's clock stand before the newest thing it has stored [C1]? */
  clockStandsBehindMs(): number {
    return Math.max(0, msOfStamp(this.#lastStamp) - this.nowMs())
  }
}

/** Carries a refusal out of a transaction that is rolled back. */
class RolledBack extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** What the disk says of hub and clock. */
interface Remembered {
  readonly epoch: Epoch | null
  readonly account: string
  readonly clockOffsetMs: number | null
  readonly lastStamp: Stamp
}

/** Forks are rare; a form that is saved again after this many is a new intent. */
const FORMER_REPLICAS_MAX = 20

interface CommitInProgress extends Commit {
  readonly changes: RowChange[]
  readonly collections: Set<string>
  bulk: boolean
  outbox: boolean
  conflicts: boolean
  spaces: boolean
}

const isEmpty = ({ collections, outbox, spaces }: Commit): boolean => collections.size === 0 && !outbox && !spaces

const newCommit = (): CommitInProgress => ({
  changes: [],
  collections: new Set(),
  bulk: false,
  outbox: false,
  conflicts: false,
  spaces: false,
})
