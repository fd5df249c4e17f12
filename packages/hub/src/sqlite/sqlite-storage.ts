/** The storage port on an open SQLite database. */
import { randomInt } from 'node:crypto'
import type { ReplicaId, Standing } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import { HubError } from '../hub-error.ts'
import type { Effects, Found, Gone, ReadRequest, Snapshot, SpaceRow, Storage } from '../storage.ts'
import { SqliteFound } from './found.ts'
import { Forgetting } from './forgetting.ts'
import { HeadsByDay } from './heads-by-day.ts'
import { migrate } from './migrate.ts'
import { RangeReader } from './range-reader.ts'
import { SqliteReader } from './read.ts'
import { recordText } from './record-text.ts'
import { STORAGE_VERSION, TABLES } from './schema.ts'
import { VerdictTable } from './verdict-table.ts'
import { SqliteWriter } from './write.ts'

/** @throws HubError `storage.newer` or `storage.older` if another version of the hub wrote it. */
export function sqliteStorage(db: Database, mintEpoch: () => string, verdictsInMemory: number): Storage {
  prepareFile(db, mintEpoch)
  return new SqliteStorage(db, verdictsInMemory)
}

/** The limit of `randomInt`. */
const SALT_MAX = 2 ** 48 - 1

function prepareFile(db: Database, mintEpoch: () => string): void {
  db.transaction(() => {
    const present = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'hub'").get()
    if (present === undefined) {
      db.exec(TABLES)
      db.prepare('INSERT INTO hub (one, epoch, storage_version, salt) VALUES (1, ?, ?, ?)').run(
        mintEpoch(),
        STORAGE_VERSION,
        randomInt(SALT_MAX),
      )
    }
    checkVersion(db.prepare<[], number>('SELECT storage_version FROM hub').pluck().get() ?? 0)
  }).immediate()
}

/** Refuses a database of another version. Before its first release the hub does not migrate databases between its versions. */
function checkVersion(version: number): void {
  if (version > STORAGE_VERSION) throw new HubError('storage.newer', 'a newer hub wrote this database: update this one')
  if (version < STORAGE_VERSION)
    throw new HubError('storage.older', 'an older hub wrote this database: move its directory away, and start anew')
}

const OF_SPACE = 'space.space, owner, head, hub_stamp AS hubStamp, log_floor AS logFloor, horizon'

class SqliteStorage implements Storage {
  readonly #db: Database
  readonly #found: SqliteFound
  readonly #headsByDay: HeadsByDay
  readonly #reader: SqliteReader
  readonly #ranges: RangeReader
  readonly #forgetting: Forgetting
  /** Each hello runs these two, and compiling one costs more than running it. */
  readonly #spacesOf: Statement<[string], SpaceRow & { readonly no: number; readonly standing: Standing }>
  readonly #claim: Statement<[ReplicaId, string]>
  readonly #transact: (decide: (found: Found) => Effects) => void

  constructor(db: Database, verdictsInMemory: number) {
    this.#db = db
    const verdicts = new VerdictTable(db, verdictsInMemory)
    this.#headsByDay = new HeadsByDay(db)
    this.#spacesOf = db.prepare(
      `SELECT no, ${OF_SPACE}, member.standing FROM member JOIN space ON space.no = member.space WHERE member.account = ? ORDER BY no`,
    )
    this.#claim = db.prepare('INSERT INTO replica (replica, account) VALUES (?, ?) ON CONFLICT (replica) DO NOTHING')
    this.#found = new SqliteFound(db, verdicts, this.#headsByDay, recordText)
    this.#reader = new SqliteReader(db, this.#found, recordText)
    this.#ranges = new RangeReader(db, this.#found, recordText)
    this.#forgetting = new Forgetting(db, this.#headsByDay, recordText)
    const writer = new SqliteWriter(db, this.#found, verdicts, this.#headsByDay, recordText)
    const transaction = db.transaction((decide: (found: Found) => Effects) => {
      this.#found.begin()
      writer.write(decide(this.#found))
    })
    this.#transact = (decide) => {
      try {
        transaction.immediate(decide)
        verdicts.committed()
      } catch (error) {
        verdicts.dropped()
        throw error
      }
    }
  }

  async epoch(): Promise<string> {
    return this.#db.prepare<[], string>('SELECT epoch FROM hub').pluck().get() ?? ''
  }

  async renewEpoch(from: string, to: string, nowMs: number): Promise<string> {
    const renew = this.#db.transaction(() => {
      const { changes } = this.#db.prepare('UPDATE hub SET epoch = ? WHERE epoch = ?').run(to, from)
      if (changes > 0) this.#headsByDay.beginAnew(nowMs)
    })
    renew.immediate()
    return this.epoch()
  }

  async transact(_touch: unknown, decide: (found: Found) => Effects): Promise<void> {
    this.#transact(decide)
  }

  async read(request: ReadRequest): Promise<Snapshot | null> {
    return this.#reader.read(request)
  }

  async countRange(...[space, range]: Parameters<Storage['countRange']>): Promise<number> {
    return this.#ranges.count(space, range)
  }

  async readRange(...[request]: Parameters<Storage['readRange']>): ReturnType<Storage['readRange']> {
    return this.#ranges.read(request)
  }

  async spacesOf(...[account, headByMs]: Parameters<Storage['spacesOf']>): ReturnType<Storage['spacesOf']> {
    return this.#spacesOf.all(account).map(({ no, ...row }) => ({ ...row, headBy: this.#headsByDay.headBy(no, headByMs) }))
  }

  async claim(replica: ReplicaId, account: string): Promise<string> {
    this.#claim.run(replica, account)
    this.#found.begin()
    return this.#found.account(replica) ?? account
  }

  async spacesAfter(...[space, count, headByMs]: Parameters<Storage['spacesAfter']>): ReturnType<Storage['spacesAfter']> {
    const rows = this.#db
      .prepare<[string | null, number], SpaceRow & { readonly no: number }>(
        `SELECT no, ${OF_SPACE} FROM space WHERE no > coalesce((SELECT no FROM space WHERE space = ?), 0) ORDER BY no LIMIT ?`,
      )
      .all(space, count)
    return rows.map(({ no, ...row }) => ({ space: row, headsBy: headByMs.map((ms) => this.#headsByDay.headBy(no, ms)) }))
  }

  async forget(...[space, bounds, rowsMax, note]: Parameters<Storage['forget']>): Promise<boolean> {
    return this.#forgetting.forget(space, bounds, rowsMax, note)
  }

  async forgetHistory(beforeMs: number, rowsMax: number): Promise<boolean> {
    return this.#forgetting.forgetHistory(beforeMs, rowsMax)
  }

  async noted(): Promise<number> {
    return this.#db.prepare<[], number>('SELECT noted FROM hub').pluck().get() ?? 0
  }

  async repeat(gone: Gone | null, noted: number): Promise<boolean> {
    return this.#forgetting.repeat(gone, noted)
  }

  async migrate(...[schemaVersion, upgrade]: Parameters<Storage['migrate']>): Promise<void> {
    migrate(this.#db, schemaVersion, upgrade)
  }

  async close(): Promise<void> {
    this.#db.close()
  }
}
