/**
 * State shared by the parts of a local store: the database and its tables, identity, clock, and transactions.
 *
 * Memory follows the disk: after a failed transaction it is as before it, and tables are read again from the disk when they are next
 * needed. A disk that cannot be read now fails whoever needs them, instead of leaving in memory what was never saved.
 */
import {
  chainHashOf,
  type Epoch,
  err,
  mintReplicaId,
  msOfStamp,
  nextStamp,
  type RecordId,
  type RecordView,
  type Refusal,
  type ReplicaId,
  type Result,
  type SchemaDefinition,
  type Stamp,
  STAMP_AHEAD_MAX_MS,
  stampAt,
  type TextEditor,
} from '@tombolo/core'
import type { Database, Flush } from '../storage/port.ts'
import { ChangeTable } from './changes.ts'
import { addRecord, type Commit, isEmpty, newCommit } from './commit.ts'
import { newestStamp } from './newest-stamp.ts'
import { OperationLog } from './operations.ts'
import { presentContent } from './present-content.ts'
import { RecordTable, type SavedRow } from './records.ts'
import { isFull, Room } from './room.ts'
import type { StoredRecord } from './stored-record.ts'
import { sealed } from './seal.ts'
import { SpaceTable } from './spaces.ts'
import type { StorePorts } from './store-ports.ts'
import { checkTableList, noteTableList } from './table-list.ts'
import { createTables, STORE_LAYOUT } from './tables.ts'

export class StoreState {
  readonly database: Database
  readonly schema: SchemaDefinition
  readonly ports: StorePorts
  readonly room: Room
  replica: ReplicaId
  epoch: Epoch | null
  account: string
  /** The hub's time minus this device's, in milliseconds; null before the first answer. */
  clockOffsetMs: number | null
  /** Loaded when the first text is edited in place. */
  text: TextEditor | null = null
  #tables: Tables | null = null
  #lastStamp: Stamp
  #commit = newCommit()
  /** Counts the changes of this transaction that a refusal must undo. */
  #touches = 0
  #isInTransaction = false
  readonly #listeners = new Set<(commit: Commit) => void>()

  constructor(database: Database, schema: SchemaDefinition, ports: StorePorts) {
    this.database = database
    this.schema = schema
    this.ports = ports
    this.room = new Room(
      database,
      () => this.changes.unansweredCount,
      () => this.#tell(newCommit()),
    )
    database.transaction(() => {
      checkTableList(database, ports.hash)
      createTables(database, schema)
      noteTableList(database, ports.hash)
    })
    this.replica = (this.#read('replica') as ReplicaId | null) ?? this.mintReplica()
    this.epoch = this.#read('epoch') as Epoch | null
    this.account = String(this.#read('account') ?? '')
    this.clockOffsetMs = this.#read('clockOffsetMs') as number | null
    this.#lastStamp = this.#newestStamp()
    this.#tables = this.#newTables()
    this.write('layout', STORE_LAYOUT)
    if (this.#read('schema') === null) this.write('schema', schema.version)
  }

  get changes(): ChangeTable {
    return (this.#tables ??= this.#newTables()).changes
  }

  get operations(): OperationLog {
    return (this.#tables ??= this.#newTables()).operations
  }

  get spaces(): SpaceTable {
    return (this.#tables ??= this.#newTables()).spaces
  }

  get records(): RecordTable {
    return (this.#tables ??= this.#newTables()).records
  }

  /** The device's clock, corrected by the offset from the hub's. */
  nowMs(): number {
    return this.ports.nowMs() + (this.clockOffsetMs ?? 0)
  }

  /** The schema version to which the whole store was last upgraded. */
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

  /** Takes a stamp that was seen: later stamps come after it. */
  sawStamp(stamp: Stamp): void {
    if (stamp <= this.#lastStamp) return
    this.#lastStamp = stamp
    this.write('stamp', stamp)
  }

  /**
   * Keeps the stamp of a change that the hub refused, unless it would have been clamped: when the store is opened again, the device's clock may
   * be behind it.
   */
  keepStamp(stamp: Stamp): void {
    if (stamp <= this.#believed() && stamp > Number(this.#read('stamp') ?? 0)) this.write('stamp', stamp)
  }

  /** Sets the clock back, because the hub clamped a stamp from the future [C2]. */
  setClockBack(to: Stamp): void {
    this.#lastStamp = to
    this.write('stamp', to)
  }

  /** Takes what a store before this one knew of hub and clock. */
  remember({ epoch, account, clockOffsetMs }: Pick<StoreState, 'epoch' | 'account' | 'clockOffsetMs'>): void {
    this.epoch = epoch
    this.account = account
    this.clockOffsetMs = clockOffsetMs
    this.write('epoch', epoch)
    this.write('account', account)
    this.write('clockOffsetMs', clockOffsetMs)
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

  /**
   * Runs `work` in a transaction, or as part of the running one. Listeners are told after the commit. Work that does not fit on the device
   * runs again when there is room for it.
   */
  transact<T>(work: () => T, flush: Flush = 'now'): T {
    if (this.#isInTransaction) return work()
    try {
      return this.#transactOnce(work, flush)
    } catch (error) {
      if (!isFull(error)) throw error
      this.room.make()
    }
    try {
      return this.#transactOnce(work, flush)
    } catch (error) {
      if (isFull(error)) this.room.refused()
      throw error
    }
  }

  #transactOnce<T>(work: () => T, flush: Flush): T {
    this.room.begin()
    this.#commit = newCommit()
    this.#touches = 0
    this.#isInTransaction = true
    const before = this.#identity()
    let result: T
    try {
      result = this.database.transaction(work as () => never, flush)
    } catch (error) {
      this.#restore(before)
      throw error
    } finally {
      this.#isInTransaction = false
    }
    this.room.fitted()
    if (!isEmpty(this.#commit)) this.#tell(this.#commit)
    return result
  }

  #tell(commit: Commit): void {
    for (const listener of this.#listeners) listener(commit)
  }

  /**
   * Like `transact`, for work that may refuse. A refusal before the first change costs nothing more. A refusal after one rolls back the
   * outermost transaction and reads memory again from the disk.
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

  /** `shown`: the view of the record, if the caller has it. */
  saveRecord(stored: StoredRecord, shown: RecordView | undefined = this.records.shown(stored)): void {
    this.#touch(stored, this.records.save(stored, shown))
  }

  /** Saves a record after an answer of the hub. */
  saveAnswered(stored: StoredRecord): void {
    this.#touch(stored, this.records.saveAnswered(stored, this.records.shown(stored)))
  }

  /** Notes a saved row for watchers. The rows of a bulk are not listed: watchers read again. */
  #touch(stored: StoredRecord, saved: SavedRow): void {
    this.#touches++
    addRecord(this.#commit, stored, saved, this.#listeners.size > 0)
  }

  touchOutbox(): void {
    this.#touches++
    this.#commit.outbox = true
  }

  /** Notes that a change was sealed. Sealing is valid even if the rest is refused. */
  touchSealed(): void {
    this.#commit.outbox = true
  }

  touchSpaces(): void {
    this.#touches++
    this.#commit.spaces = true
  }

  #identity(): Identity {
    const { replica, epoch, account, clockOffsetMs } = this
    return { replica, epoch, account, clockOffsetMs, lastStamp: this.#lastStamp }
  }

  #restore({ lastStamp, ...identity }: Identity): void {
    Object.assign(this, identity)
    this.#lastStamp = lastStamp
    this.#tables = null
  }

  #newTables(): Tables {
    const { database, schema } = this
    const changes = this.#newChanges()
    const records = new RecordTable(database, schema, changes, () => this)
    return { changes, records, operations: new OperationLog(database), spaces: this.#newSpaces(changes) }
  }

  #newChanges(): ChangeTable {
    const { database, schema, ports } = this
    return new ChangeTable(
      database,
      (change, text) => sealed(ports.hash, change, text),
      (seq, content) => presentContent(schema, content, (collection, id) => this.records.before(seq, collection, id as RecordId)),
    )
  }

  #newSpaces(changes: ChangeTable): SpaceTable {
    return new SpaceTable(this.database, (space) => {
      const last = changes.lastLink(space)
      if (last === undefined || last.n === null || last.previous === null || last.contentHash === null) return undefined
      return { n: last.n, hash: chainHashOf(this.ports.hash, last.previous, last.n, last.attempt, last.contentHash) }
    })
  }

  #read(key: string): string | number | null {
    const value = this.database.prepare('SELECT value FROM _meta WHERE key = ?').get(key)?.['value']
    return typeof value === 'string' || typeof value === 'number' ? value : null
  }

  #newestStamp(): Stamp {
    return newestStamp(this.database, { believed: this.#believed(), kept: Number(this.#read('stamp') ?? 0) })
  }

  /** The newest stamp that the hub would not clamp, if the device's clock is right. */
  #believed(): Stamp {
    return stampAt(this.nowMs() + STAMP_AHEAD_MAX_MS)
  }

  /** How far the device's clock is behind the newest thing that it has stored [C1]. */
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

/** The tables, with what is held of them in memory. */
interface Tables {
  readonly changes: ChangeTable
  readonly operations: OperationLog
  readonly records: RecordTable
  readonly spaces: SpaceTable
}

/** What a transaction may change in memory beside the tables. */
interface Identity extends Pick<StoreState, 'replica' | 'epoch' | 'account' | 'clockOffsetMs'> {
  readonly lastStamp: Stamp
}

/** Forks are rare; a form that is saved again after this many is a new intent. */
const FORMER_REPLICAS_MAX = 20
