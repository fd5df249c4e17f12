/** Lookups inside a transaction. Each reads only what is asked for, because the database is in this process. */
import type { ChainHash, Intent, Member, RecordId, ReplicaId, SpaceId, Stamp, Standing } from '@tombolo/core'
import BetterSqlite3, { type Database, type Statement } from 'better-sqlite3'
import type { Found, PositionRow, SpaceRow, VerdictRow } from '../storage.ts'
import { chunkNo, endOfChunks } from './chunk-no.ts'
import type { HeadsByDay } from './heads-by-day.ts'
import type { RecordText } from './record-text.ts'
import { bytesOfUuid } from './uuid-bytes.ts'
import type { VerdictTable } from './verdict-table.ts'

type SpaceColumns = [no: number, owner: string, head: number, hubStamp: number, logFloor: number, horizon: number]

export class SqliteFound implements Found {
  readonly #spaceRow: Statement<[string], SpaceColumns>
  readonly #standingRow: Statement<[number, string], Standing>
  readonly #memberRows: Statement<[number], Member>
  readonly #replicaRow: Statement<[string], [no: number, account: string]>
  readonly #positionRow: Statement<[number, number], [lastN: number, hash: string]>
  readonly #verdicts: VerdictTable
  readonly #recordRow: Statement<[number, string, string], string>
  readonly #goneRow: Statement<[number, Buffer, string], number>
  readonly #anyGone: Statement<[number], number>
  readonly #tagRow: Statement<[bigint, bigint], string>
  readonly #recordText: RecordText
  readonly #headsByDay: HeadsByDay
  /** The numbers of this transaction's spaces and replicas; null for one that does not exist. */
  readonly #spaceNumbers: Map<SpaceId, number | null> = new Map()
  readonly #replicaNumbers: Map<ReplicaId, number | null> = new Map()
  readonly #hasGone: Map<number, boolean> = new Map()

  constructor(db: Database, verdicts: VerdictTable, headsByDay: HeadsByDay, recordText: RecordText) {
    this.#verdicts = verdicts
    this.#headsByDay = headsByDay
    this.#recordText = recordText
    this.#spaceRow = db
      .prepare<[string], SpaceColumns>('SELECT no, owner, head, hub_stamp, log_floor, horizon FROM space WHERE space = ?')
      .raw()
    this.#standingRow = db.prepare<[number, string], Standing>('SELECT standing FROM member WHERE space = ? AND account = ?').pluck()
    this.#memberRows = db.prepare<[number], Member>('SELECT account, standing FROM member WHERE space = ?')
    this.#replicaRow = db.prepare<[string], [number, string]>('SELECT no, account FROM replica WHERE replica = ?').raw()
    this.#positionRow = db
      .prepare<[number, number], [number, string]>('SELECT last_n, hash FROM position WHERE space = ? AND replica = ?')
      .raw()
    this.#recordRow = db
      .prepare<[number, string, string], string>('SELECT state FROM record WHERE space = ? AND id = ? AND collection = ?')
      .pluck()
    this.#goneRow = db.prepare<[number, Buffer, string], number>('SELECT 1 FROM gone WHERE space = ? AND id = ? AND collection = ?').pluck()
    this.#anyGone = db.prepare<[number], number>('SELECT 1 FROM gone WHERE space = ? LIMIT 1').pluck()
    this.#tagRow = db.prepare<[bigint, bigint], string>('SELECT tag FROM chunk WHERE no >= ? AND no < ? ORDER BY no LIMIT 1').pluck()
  }

  /** Clears the cache of an earlier transaction. */
  begin(): void {
    this.#spaceNumbers.clear()
    this.#replicaNumbers.clear()
    this.#hasGone.clear()
  }

  spaceNumber(space: SpaceId): number | null {
    if (!this.#spaceNumbers.has(space)) this.space(space)
    return this.#spaceNumbers.get(space) ?? null
  }

  replicaNumber(replica: ReplicaId): number | null {
    if (!this.#replicaNumbers.has(replica)) this.account(replica)
    return this.#replicaNumbers.get(replica) ?? null
  }

  threw(error: unknown): boolean {
    return error instanceof BetterSqlite3.SqliteError
  }

  account(replica: ReplicaId): string | null {
    const row = this.#replicaRow.get(replica)
    this.#replicaNumbers.set(replica, row?.[0] ?? null)
    return row?.[1] ?? null
  }

  space(space: SpaceId): SpaceRow | null {
    const row = this.#spaceRow.get(space)
    this.#spaceNumbers.set(space, row?.[0] ?? null)
    if (row === undefined) return null
    const [, owner, head, hubStamp, logFloor, horizon] = row
    return { space, owner, head, hubStamp: hubStamp as Stamp, logFloor, horizon }
  }

  standing(space: SpaceId, account: string): Standing | null {
    const no = this.spaceNumber(space)
    return no === null ? null : (this.#standingRow.get(no, account) ?? null)
  }

  members(space: SpaceId): readonly Member[] {
    const no = this.spaceNumber(space)
    return no === null ? [] : this.#memberRows.all(no)
  }

  position(space: SpaceId, replica: ReplicaId): PositionRow | null {
    const [spaceNo, replicaNo] = [this.spaceNumber(space), this.replicaNumber(replica)]
    const row = spaceNo === null || replicaNo === null ? undefined : this.#positionRow.get(spaceNo, replicaNo)
    return row === undefined ? null : { lastN: row[0], hash: row[1] as ChainHash }
  }

  verdict(space: SpaceId, intent: Intent): VerdictRow | null {
    const no = this.spaceNumber(space)
    return no === null ? null : this.#verdicts.get(no, intent)
  }

  record(space: SpaceId, collection: string, id: RecordId): ReturnType<Found['record']> {
    const no = this.spaceNumber(space)
    const text = no === null ? undefined : this.#recordRow.get(no, id, collection)
    return text === undefined ? null : this.#recordText.decode(text)
  }

  gone(space: SpaceId, collection: string, id: RecordId): boolean {
    const no = this.spaceNumber(space)
    if (no === null) return false
    const any = this.#hasGone.get(no) ?? this.#anyGone.get(no) !== undefined
    this.#hasGone.set(no, any)
    return any && this.#goneRow.get(no, bytesOfUuid(id), collection) !== undefined
  }

  tag(space: SpaceId, version: number): string | null {
    const no = this.spaceNumber(space)
    return no === null ? null : (this.#tagRow.get(chunkNo(no, version), endOfChunks(no)) ?? null)
  }

  headBy(space: SpaceId, ms: number): number {
    const no = this.spaceNumber(space)
    return no === null ? 0 : this.#headsByDay.headBy(no, ms)
  }
}
