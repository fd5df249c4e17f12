/**
 * Reads what a person would lose out of a damaged database, row by row, so that one unreadable page costs what is on it and no more.
 *
 *   _change      what is unanswered, refused or retained, if its content has the hash under which it was sealed
 *   _meta        who this device is: account, epoch, replica ids, clock, discarded intents
 *   _operation   batches that a page may ask for again
 *
 * Everything else the hub has.
 */
import { contentHashOf, decodeContent, type Hash, type Intent } from '@tombolo/core'
import { type Database, StorageError, type SqlRow, type SqlValue } from '../storage/port.ts'
import { changeOf, COLUMNS } from './change-rows.ts'
import type { OwnChange } from './own-change.ts'
import type { KeptOperation } from './operations.ts'
import type { KeptChange } from './kept-change.ts'
import { scanRows } from './page-scan.ts'
import { storedJson } from './stored-json.ts'
import { CHANGE_COLUMNS } from './tables.ts'

export interface RescuedChange extends KeptChange {
  readonly intent: Intent
  /** Set for a retained change: the version at which the hub applied it. */
  readonly version: number | null
}

export interface Rescued {
  readonly changes: readonly RescuedChange[]
  readonly operations: readonly KeptOperation[]
  /** The values of `_meta` that a new store goes on with. */
  readonly meta: ReadonlyMap<string, string | number>
  /** Changes that are there and cannot be read; null: nobody can tell how many. */
  readonly unreadable: number | null
}

/** What a new store takes over from `_meta`. */
const META_KEYS = ['account', 'epoch', 'replica', 'formerReplicas', 'clockOffsetMs', 'stamp', 'discarded']

/** Rows are looked for by their number this far behind the last one that was found: the list of them may be damaged itself. */
const BEYOND = 1000

/** `bytes`: the file itself, for rows that SQLite does not find any more. `database`: null if it cannot even be opened. */
export function rescue(database: Database | null, bytes: Uint8Array, hash: Hash): Rescued {
  const found = database === null ? NOTHING : readableIn(database, hash)
  return found.unreadable === 0 ? found : withScanned(found, bytes, hash)
}

const NOTHING: Rescued = { changes: [], operations: [], meta: new Map(), unreadable: null }

function readableIn(database: Database, hash: Hash): Rescued {
  // Where the list of tables is damaged, the first statement fails, and those after it see the tables that stand before the damage.
  row(database, 'SELECT 1 FROM sqlite_schema WHERE name = ?', '_change')
  const created = new Set(
    keysOf(database, '_space', 'id').filter((id) => row(database, 'SELECT created FROM _space WHERE id = ?', id)?.['created'] === 1),
  )
  const read = seqsIn(database).map((seq) => changeIn(database, seq, hash))
  const changes = read.filter((change) => typeof change !== 'string' && change !== null)
  // Nobody knows how many rows there were behind the last one that was found.
  const last = read.findLastIndex((change) => change !== 'unknown')
  return {
    changes: changes.map(({ kept, space }) => ({ ...kept, createsSpace: created.has(space) })),
    operations: keysOf(database, '_operation', 'id').flatMap((id) => operationIn(database, id)),
    meta: new Map(META_KEYS.flatMap((key) => metaIn(database, key))),
    unreadable: last < read.length - 1 ? null : read.filter((change) => typeof change === 'string').length,
  }
}

// ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Found {
  readonly kept: Omit<RescuedChange, 'createsSpace'>
  readonly space: string
}

/** Null: there is no such change, or the hub has it and nothing of it has to be kept. */
function changeIn(database: Database, seq: number, hash: Hash): Found | 'unreadable' | 'unknown' | null {
  const found = row(database, `SELECT ${COLUMNS}, covered, content FROM _change WHERE seq = ?`, seq)
  if (found === undefined) return null
  return found === UNREADABLE ? 'unknown' : changeOfRow(found, hash)
}

function changeOfRow(found: SqlRow, hash: Hash): Found | 'unreadable' | null {
  try {
    const change = changeOf({ ...found, receipt: jsonOrNull(found['receipt']), refused: jsonOrNull(found['refused']) })
    return isWhole(change, String(found['content']), hash) ? keptOf(change, found) : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/**
 * Adds the changes whose rows are in the file and not found any more. What their author discarded stays away; what the hub has applied long
 * ago it answers again with its first verdict.
 */
function withScanned(found: Rescued, bytes: Uint8Array, hash: Hash): Rescued {
  const discarded = String(found.meta.get('discarded') ?? '').split(' ')
  const known = new Set([...found.changes.map(({ intent }) => intent), ...discarded])
  const scanned = new Map<string, RescuedChange>()
  for (const { rowid, values } of scanRows(bytes, CHANGE_COLUMNS.length)) {
    const columns = Object.fromEntries(CHANGE_COLUMNS.map((column, at) => [column, column === 'seq' ? rowid : (values[at] ?? null)]))
    const change = changeOfRow(columns, hash)
    if (change === null || change === 'unreadable' || known.has(change.kept.intent)) continue
    // Its space may have been made on this device: saying so does no harm if the hub has it.
    scanned.set(change.kept.intent, { ...change.kept, createsSpace: true })
  }
  const unreadable = found.unreadable === null ? null : Math.max(0, found.unreadable - scanned.size)
  return { ...found, changes: [...found.changes, ...scanned.values()], unreadable }
}

/** A change that was never sealed has no hash; that its content can be read is all that can be known of it. */
function isWhole({ contentHash, intent, space }: OwnChange, text: string, hash: Hash): boolean {
  const content = decodeContent(text)
  if (!content.ok || content.value.intent !== intent || content.value.space !== space) return false
  return contentHash === null || contentHashOf(hash, text) === contentHash
}

function keptOf(change: OwnChange, { covered, content }: SqlRow): Found | null {
  const { seq: order, intent, status, refused, attempt, receipt, form, label, savedAt, version, asked, space } = change
  const isRetained = status === 'applied' || covered === 1
  if (isRetained && (version === null || receipt === null)) return null
  const kept = {
    intent,
    order,
    content: String(content),
    refused,
    attempt,
    receipt,
    form,
    label,
    savedAt,
    asked,
    version: isRetained ? version : null,
  }
  // A refused change whose reason cannot be read is sent again, and refused again with its reason.
  return { kept: { ...kept, status: status === 'failed' && refused !== null ? 'failed' : 'queued' }, space }
}

/** The text if it can be read; otherwise null: a receipt is only needed where the hub has lost the change. */
function jsonOrNull(text: SqlValue | undefined): string | null {
  try {
    storedJson(String(text))
    return String(text)
  } catch {
    return null
  }
}

/** The numbers of the changes, and of those that may be there: where the list cannot be read further, numbers are tried one by one. */
function seqsIn(database: Database): readonly number[] {
  const seqs: number[] = []
  let after = 0
  let tried = 0
  while (tried < BEYOND) {
    const next = row(database, 'SELECT seq FROM _change WHERE seq > ? ORDER BY seq LIMIT 1', after)
    if (next === undefined) return seqs
    // Rows that are out of order would be found again and again.
    if (next === UNREADABLE || !(Number(next['seq']) > after)) {
      after += 1
      tried += 1
      if (row(database, 'SELECT seq FROM _change WHERE seq = ?', after) !== undefined) seqs.push(after)
    } else {
      after = Number(next['seq'])
      tried = 0
      seqs.push(after)
    }
  }
  return seqs
}

// ── the rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function operationIn(database: Database, id: string): readonly KeptOperation[] {
  const found = row(database, 'SELECT answer, at FROM _operation WHERE id = ?', id)
  if (found === undefined || found === UNREADABLE) return []
  try {
    return [{ id, answer: storedJson(String(found['answer'])) as KeptOperation['answer'], at: Number(found['at']) }]
  } catch {
    return []
  }
}

function metaIn(database: Database, key: string): readonly (readonly [string, string | number])[] {
  const found = row(database, 'SELECT value FROM _meta WHERE key = ?', key)
  const value = found === undefined || found === UNREADABLE ? null : found['value']
  return typeof value === 'string' || typeof value === 'number' ? [[key, value]] : []
}

/** The keys of a table, as far as they can be read: texts in their order. */
function keysOf(database: Database, table: string, key: string): readonly string[] {
  const keys: string[] = []
  for (let after = ''; ;) {
    const next = row(database, `SELECT ${key} AS key FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT 1`, after)?.['key']
    if (typeof next !== 'string' || next <= after) return keys
    after = next
    keys.push(after)
  }
}

const UNREADABLE: SqlRow = {}

/** The first row; undefined if there is none, `UNREADABLE` if it cannot be read. */
function row(database: Database, sql: string, param: SqlValue): SqlRow | undefined {
  try {
    return database.prepare(sql).get(param)
  } catch (error) {
    // A table that cannot be found is in a part of the file that is damaged.
    if (error instanceof StorageError || (error instanceof Error && 'code' in error)) return UNREADABLE
    throw error
  }
}
