/** Writes the effects of a batch, inside its transaction: one prepared statement for each kind of row. */
import { contentText, type ReplicaId } from '@tombolo/core'
import { assert } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { Effects, SpaceEffects } from '../storage.ts'
import { chunkNo } from './chunk-no.ts'
import type { SqliteFound } from './found.ts'
import type { HeadsByDay } from './heads-by-day.ts'
import { HistoryTable } from './history-table.ts'
import type { RecordText } from './record-text.ts'
import type { VerdictTable } from './verdict-table.ts'

export class SqliteWriter {
  readonly #found: SqliteFound
  readonly #recordText: RecordText
  readonly #claim: Statement
  readonly #createSpace: Statement
  readonly #moveSpace: Statement
  readonly #member: Statement
  readonly #position: Statement
  readonly #verdicts: VerdictTable
  readonly #headsByDay: HeadsByDay
  readonly #insertRecord: Statement
  readonly #updateRecord: Statement
  readonly #chunk: Statement
  readonly #history: HistoryTable
  readonly #sealed: Statement

  constructor(db: Database, found: SqliteFound, verdicts: VerdictTable, headsByDay: HeadsByDay, recordText: RecordText) {
    this.#verdicts = verdicts
    this.#headsByDay = headsByDay
    this.#found = found
    this.#recordText = recordText
    this.#claim = db.prepare('INSERT INTO replica (replica, account) VALUES (?, ?)')
    this.#createSpace = db.prepare('INSERT INTO space (space, owner, head, hub_stamp, log_floor, horizon) VALUES (?, ?, ?, ?, ?, ?)')
    this.#moveSpace = db.prepare('UPDATE space SET head = ?, hub_stamp = ?, log_floor = ? WHERE no = ?')
    this.#member = db.prepare('INSERT OR REPLACE INTO member (space, account, standing) VALUES (?, ?, ?)')
    this.#position = db.prepare('INSERT OR REPLACE INTO position (space, replica, last_n, hash) VALUES (?, ?, ?, ?)')
    this.#insertRecord = db.prepare('INSERT INTO record (space, collection, id, version, state) VALUES (?, ?, ?, ?, ?)')
    this.#updateRecord = db.prepare('UPDATE record SET version = ?, state = ? WHERE space = ? AND id = ? AND collection = ?')
    this.#chunk = db.prepare('INSERT INTO chunk (no, first, tag, text) VALUES (?, ?, ?, ?)')
    this.#history = new HistoryTable(db)
    this.#sealed = db.prepare('INSERT INTO sealed (space, version, content) VALUES (?, ?, ?)')
  }

  write({ nowMs, claims, spaces }: Effects): void {
    const claimed = new Map<ReplicaId, number>()
    for (const { replica, account } of claims) claimed.set(replica, Number(this.#claim.run(replica, account).lastInsertRowid))
    const numberOf = (replica: ReplicaId): number => {
      const no = claimed.get(replica) ?? this.#found.replicaNumber(replica)
      assert(no !== null, 'a replica that nobody claimed')
      return no
    }
    for (const space of spaces) this.#writeSpace(space, nowMs, numberOf)
    this.#verdicts.settle()
  }

  #writeSpace(effects: SpaceEffects, nowMs: number, numberOf: (replica: ReplicaId) => number): void {
    const no = this.#putSpace(effects)
    if (effects.tag !== null) this.#headsByDay.put(no, effects.space.head, nowMs)
    for (const { account, standing } of effects.members) this.#member.run(no, account, standing)
    for (const { replica, lastN, hash } of effects.positions) this.#position.run(no, numberOf(replica), lastN, hash)
    for (const verdict of effects.verdicts) this.#verdicts.put(no, numberOf(verdict.replica), verdict)
    for (const { collection, id, state, isNew } of effects.records) {
      const text = this.#recordText.encode(state)
      if (isNew) this.#insertRecord.run(no, collection, id, state.version, text)
      else this.#updateRecord.run(state.version, text, no, id, collection)
    }
    for (const { first, last, text } of effects.chunks) this.#chunk.run(chunkNo(no, last), first, effects.tag, text)
    for (const row of effects.history) this.#history.put(no, row)
    for (const { version, content } of effects.sealed) this.#sealed.run(no, version, contentText(content))
  }

  #putSpace({ space, created }: SpaceEffects): number {
    const { head, hubStamp, logFloor, horizon } = space
    if (created) return Number(this.#createSpace.run(space.space, space.owner, head, hubStamp, logFloor, horizon).lastInsertRowid)
    const no = this.#found.spaceNumber(space.space)
    assert(no !== null, 'a space that was there is gone')
    this.#moveSpace.run(head, hubStamp, logFloor, no)
    return no
  }
}
