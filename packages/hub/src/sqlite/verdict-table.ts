/**
 * Verdicts, found by intent. Intents are random, so an index by intent would be written at a random place for every change, which for large
 * tables costs more than the rest of a commit. So verdicts are appended, and the newest are indexed in memory:
 *
 *   verdict   rows in the order in which they were judged             appended with each commit
 *   tail      (space, intent) → row, of the rows after `indexed`      in memory; rebuilt when the hub starts
 *   intent    hash of (space, intent) → row, of the others            written for thousands of rows at once, sorted
 *
 * Several intents may have one hash: the row tells them apart, and each further one gets the next free key. The hash is keyed by a salt of
 * this database, so that nobody can choose intents that collide.
 */
import { assert } from '@tombolo/core'
import type { ChainHash, ContentHash, Intent, ReplicaId, Stamp } from '@tombolo/core'
import type { Database, Statement } from 'better-sqlite3'
import type { Outcome, VerdictRow } from '../storage.ts'

type Columns = [
  no: number,
  space: number,
  intent: string,
  contentHash: string,
  attempt: number,
  n: number,
  link: string,
  version: number,
  effectiveStamp: number,
  hubStamp: number,
  unverified: number,
  code: string | null,
  message: string | null,
  field: string | null,
  replica: string,
  account: string,
]

/** Rows in memory, about 2 MB; also how many are written to the index at once. */
export const TAIL_MAX = 16_384

const SELECT = `SELECT v.no, v.space, v.intent, v.content_hash, v.attempt, v.n, v.link, v.version, v.effective_stamp, v.hub_stamp, v.unverified, v.code,
  v.message, v.field, r.replica, r.account FROM verdict v JOIN replica r ON r.no = v.replica WHERE v.no = ?`
const INSERT = `INSERT INTO verdict (no, space, intent, content_hash, attempt, replica, n, link, version, effective_stamp, hub_stamp, unverified,
  code, message, field) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const UPDATE = `UPDATE verdict SET content_hash = ?, attempt = ?, replica = ?, n = ?, link = ?, version = ?, effective_stamp = ?, hub_stamp = ?,
  unverified = ?, code = ?, message = ?, field = ? WHERE no = ?`

export class VerdictTable {
  readonly #salt: number
  readonly #tailMax: number
  readonly #row: Statement<[number], Columns>
  readonly #insert: Statement
  readonly #update: Statement
  readonly #indexed: Statement<[number], number>
  readonly #index: Statement<[number, number]>
  readonly #remember: Statement<[number]>
  /** The committed rows and those of this transaction. */
  readonly #tail: Map<string, number> = new Map()
  readonly #added: Map<string, number> = new Map()
  #lastNo: number
  #addedNo: number
  #isFlushed = false

  constructor(db: Database, tailMax: number) {
    this.#tailMax = tailMax
    const hub = db.prepare<[], [salt: number, indexed: number]>('SELECT salt, indexed FROM hub').raw().get() ?? [0, 0]
    this.#salt = hub[0]
    this.#row = db.prepare<[number], Columns>(SELECT).raw()
    this.#insert = db.prepare(INSERT)
    this.#update = db.prepare(UPDATE)
    this.#indexed = db.prepare<[number], number>('SELECT verdict FROM intent WHERE key = ?').pluck()
    this.#index = db.prepare('INSERT OR IGNORE INTO intent (key, verdict) VALUES (?, ?)')
    this.#remember = db.prepare('UPDATE hub SET indexed = ?')
    this.#lastNo = hub[1]
    const newer = db.prepare<[number], [number, number, string]>('SELECT no, space, intent FROM verdict WHERE no > ? ORDER BY no').raw()
    for (const [no, space, intent] of newer.iterate(hub[1])) this.#tail.set(keyOf(space, intent), (this.#lastNo = no))
    this.#addedNo = this.#lastNo
  }

  get(space: number, intent: Intent): VerdictRow | null {
    const row = this.#find(space, intent)
    return row === null ? null : verdictOf(row)
  }

  /** Within a transaction, which ends with `committed` or `dropped`. */
  put(space: number, replica: number, row: VerdictRow): void {
    if (row.isStored) return this.#replace(space, replica, row)
    const { intent, contentHash, attempt, n, link, outcome } = row
    const no = ++this.#addedNo
    this.#added.set(keyOf(space, intent), no)
    this.#insert.run(no, space, intent, contentHash, attempt, replica, n, link, ...outcomeColumns(outcome))
  }

  /** Indexes the tail on disk once it is full, in the transaction that filled it. */
  settle(): void {
    if (this.#tail.size + this.#added.size <= this.#tailMax) return
    const rows = [...this.#tail, ...this.#added].map(([key, no]) => ({ key: hashOf(key, this.#salt), no }))
    for (const { key, no } of rows.sort((a, b) => a.key - b.key)) this.#putIndex(key, no)
    this.#remember.run(this.#addedNo)
    this.#isFlushed = true
  }

  committed(): void {
    if (this.#isFlushed) this.#tail.clear()
    else for (const [key, no] of this.#added) this.#tail.set(key, no)
    this.#lastNo = this.#addedNo
    this.#clear()
  }

  dropped(): void {
    this.#addedNo = this.#lastNo
    this.#clear()
  }

  #replace(space: number, replica: number, { intent, contentHash, attempt, n, link, outcome }: VerdictRow): void {
    const before = this.#find(space, intent)
    assert(before !== null, 'a verdict that was stored is gone')
    this.#update.run(contentHash, attempt, replica, n, link, ...outcomeColumns(outcome), before[0])
  }

  #clear(): void {
    this.#added.clear()
    this.#isFlushed = false
  }

  #putIndex(key: number, no: number): void {
    let free = key
    while (this.#index.run(free, no).changes === 0) free++
  }

  #find(space: number, intent: Intent): Columns | null {
    const key = keyOf(space, intent)
    const recent = this.#tail.get(key) ?? this.#added.get(key)
    if (recent !== undefined) return this.#row.get(recent) ?? null
    for (let at = hashOf(key, this.#salt); ; at++) {
      const no = this.#indexed.get(at)
      if (no === undefined) return null
      const row = this.#row.get(no)
      if (row !== undefined && row[1] === space && row[2] === intent) return row
    }
  }
}

const keyOf = (space: number, intent: string): string => intent + space

/** 26 bits of each of two polynomials over 32 bits, whose odd bases are secret: 52 bits, which a number holds exactly. */
function hashOf(key: string, salt: number): number {
  const [first, second] = [(salt << 1) | 1, (Math.floor(salt / HALF) << 1) | 1]
  let high = 0
  let low = 0
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at)
    high = (Math.imul(high, first) + code) | 0
    low = (Math.imul(low, second) + code) | 0
  }
  return (high >>> 6) * 2 ** 26 + (low >>> 6)
}

/** The salt has 48 bits, a half for each. */
const HALF = 2 ** 24

function outcomeColumns(outcome: Outcome): readonly (string | number | null)[] {
  if (outcome.type === 'rejected') return [0, 0, 0, 0, outcome.code, outcome.message, outcome.field ?? null]
  return [outcome.version, outcome.effectiveStamp, outcome.hubStamp, outcome.unverified ? 1 : 0, null, null, null]
}

function verdictOf(row: Columns): VerdictRow {
  const [, , intent, contentHash, attempt, n, link, version, effectiveStamp, hubStamp, unverified, code, message, field, replica, account] =
    row
  const outcome: Outcome =
    code === null
      ? { type: 'applied', version, effectiveStamp: effectiveStamp as Stamp, hubStamp: hubStamp as Stamp, unverified: unverified === 1 }
      : { type: 'rejected', code, message: message ?? '', ...(field === null ? {} : { field }) }
  return {
    intent: intent as Intent,
    contentHash: contentHash as ContentHash,
    attempt,
    account,
    replica: replica as ReplicaId,
    n,
    link: link as ChainHash,
    outcome,
    isStored: true,
  }
}
