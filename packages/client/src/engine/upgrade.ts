/**
 * Upgrades an outdated store to the app's schema [M7] before anyone reads it: rows with their columns and full-text index, history, and records of
 * collections that the app did not know before. Changes in the outbox keep their bytes (present-content.ts).
 *
 *   open ─► set aside old tables ─► move 1,000 rows a transaction … ─► recompute views with open changes ─► reads
 *
 * It works in steps, because 200,000 rows take seconds, many on a phone, and a single transaction would need a log as large as the store,
 * and would start over if the tab were closed. Each step is final; the next opening continues after it. Collections that no upgrade alters
 * and that are declared as before are skipped.
 */
import {
  EMPTY_RECORD,
  EMPTY_REGISTER,
  type Entry,
  type RecordId,
  type RecordOperations,
  type RecordState,
  type SchemaDefinition,
  type SpaceId,
  upgradeRecordState,
} from '@tombolo/core'
import type { SqlRow } from '../storage/port.ts'
import { columnsIn } from './columns.ts'
import { dropOutdated, type OutdatedTable, outdatedTables } from './outdated-tables.ts'
import type { StoredRecord } from './stored-record.ts'
import { quoted } from './sql.ts'
import { Sender } from './sender.ts'
import type { StoreState } from './state.ts'
import { storedRow } from './stored-row.ts'
import { UnknownRecords } from './unknown-records.ts'

const ROWS_A_STEP = 1000

/** Texts that were edited in place need the store to have its text editor. */
export function upgradeStore(state: StoreState, seal: (space: SpaceId) => void): void {
  for (const table of outdatedTables(state.database, state.schema)) inSteps(state, () => bringOverSome(state, table))
  for (const collection of Object.keys(state.schema.collections)) inSteps(state, () => takeUpSome(state, collection))
  state.transact(() => finish(state, seal))
}

/** Repeats `step`, each in a transaction, until it returns false. */
function inSteps(state: StoreState, step: () => boolean): void {
  let isMore = true
  while (isMore) isMore = state.transact(step)
}

function bringOverSome(state: StoreState, outdated: OutdatedTable): boolean {
  const { database } = state
  const table = quoted(outdated.table)
  const rows = database.prepare(`SELECT rowid AS "$row", * FROM ${table} ORDER BY rowid LIMIT ${ROWS_A_STEP}`).all()
  const last = rows.at(-1)
  if (last === undefined) dropOutdated(database, outdated)
  else database.prepare(`DELETE FROM ${table} WHERE rowid <= ?`).run(last['$row'] ?? null)
  const columns = columnsIn(outdated.layout)
  for (const row of rows) bringOver(state, outdated, row['id'] as RecordId, storedRow(row, columns))
  upgradeHistory(state, outdated, rows)
  return last !== undefined
}

function bringOver(
  state: StoreState,
  { collection: name, version }: OutdatedTable,
  id: RecordId,
  stored: Omit<StoredRecord, 'collection' | 'id' | 'exists'>,
): void {
  const collection = state.schema.collections[name]
  const { space, confirmed } = stored
  if (collection === undefined) {
    if (confirmed !== undefined) new UnknownRecords(state.database).put({ space, collection: name, id, record: confirmed, version })
    return
  }
  const record = confirmed && upgradedRecord(state, version, space, name, confirmed)
  state.saveRecord({ ...stored, collection, id, confirmed: record, exists: false, wasConflicted: false })
}

/**
 * Upgrades a record of this store, except parts that a newer hub sent in its schema. With several versions in between that may be wrong for the middle
 * ones; reading the space again corrects them.
 */
export function upgradedRecord(state: StoreState, from: number, space: SpaceId, collection: string, record: RecordState): RecordState {
  const { newerSince } = state.spaces.get(space)
  if (newerSince === null || record.version <= newerSince) return upgradeRecordState(state.schema, from, collection, record)
  const fields = Object.entries(record.fields)
  const own = Object.fromEntries(fields.filter(([, { version }]) => version <= newerSince))
  const newer = fields.filter(([, { version }]) => version > newerSince)
  const { fields: upgradedFields, ...rest } = upgradeRecordState(state.schema, from, collection, { ...record, fields: own })
  return { ...rest, fields: { ...upgradedFields, ...Object.fromEntries(newer) } }
}

/** Upgrades superseded values as if they were in their fields. */
function upgradeHistory({ database, schema }: StoreState, { collection, version }: OutdatedTable, rows: readonly SqlRow[]): void {
  if (database.prepare('SELECT 1 FROM _history WHERE collection = ? LIMIT 1').get(collection) === undefined) return
  const put = database.prepare(
    // A write may stand under both names: read in the words of a newer hub, and upgraded from the old ones.
    'INSERT INTO _history (collection, id, field, name, entry, over_by, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  for (const { id = null } of rows) {
    const past = database.prepare('SELECT field, entry, over_by, kept_at FROM _history WHERE collection = ? AND id = ?').all(collection, id)
    if (past.length === 0) continue
    database.prepare('DELETE FROM _history WHERE collection = ? AND id = ?').run(collection, id)
    for (const { field, entry: text, over_by: by = null, kept_at: at = null } of past) {
      const entry = JSON.parse(String(text)) as Entry
      for (const { field: name, entry: item } of upgradedEntry(schema, version, collection, String(field), entry))
        put.run(collection, id, name, item.name, JSON.stringify(item), by, at)
    }
  }
}

/** A superseded value in the words of the present schema: none if the field is gone, several if it was split. */
export function upgradedEntry(
  schema: SchemaDefinition,
  from: number,
  collection: string,
  field: string,
  entry: Entry,
): { readonly field: string; readonly entry: Entry }[] {
  const record: RecordState = { ...EMPTY_RECORD, fields: { [field]: { ...EMPTY_REGISTER, entries: [entry] } } }
  return Object.entries(upgradeRecordState(schema, from, collection, record).fields).flatMap(([name, state]) =>
    state.kind === 'register' ? state.entries.map((item) => ({ field: name, entry: item })) : [],
  )
}

/** Moves some records of a newly known collection to its table. */
function takeUpSome(state: StoreState, name: string): boolean {
  const taken = new UnknownRecords(state.database).take(name, ROWS_A_STEP)
  const collection = state.records.collection(name)
  for (const { space, id, record, version } of taken) {
    const stored = state.records.load(collection, id) ?? state.records.fresh(collection, id, space)
    const confirmed = version === null ? record : upgradeRecordState(state.schema, version, name, record)
    state.saveRecord({ ...stored, confirmed })
  }
  return taken.length > 0
}

/**
 * Finishes an upgrade: seals unsealed changes, which keep the schema that they were written in, and reads again spaces with content from a
 * newer hub or with an incomplete pull.
 */
function finish(state: StoreState, seal: (space: SpaceId) => void): void {
  const staged = new Set(
    state.database
      .prepare('SELECT DISTINCT space FROM _staged')
      .all()
      .map((row) => row['space']),
  )
  const sender = new Sender(state, seal)
  for (const space of state.spaces.all()) {
    seal(space.id)
    if (space.newerSince === null && !staged.has(space.id)) continue
    sender.readAnew(space.id)
    state.spaces.save({ ...state.spaces.get(space.id), newerSince: null })
  }
  showOpenAnew(state)
  state.write('schema', state.schema.version)
}

/**
 * Recomputes views with open changes, and which changes these are: while rows were being moved, the upgrade of a change could not see
 * records that were not moved yet, and a collection that an older version of the app lacked had no rows to list them.
 */
function showOpenAnew(state: StoreState): void {
  state.changes.forgetContents()
  for (const { operations, space, open, failed } of liveByRecord(state)) {
    const collection = state.records.collection(operations.collection)
    const stored = state.records.load(collection, operations.record) ?? state.records.fresh(collection, operations.record, space)
    state.saveRecord({ ...stored, open, failed })
  }
}

interface LiveOnRecord {
  readonly operations: Pick<RecordOperations, 'collection' | 'record'>
  readonly space: SpaceId
  readonly open: number[]
  readonly failed: number[]
}

/** The live changes of each record, in the order in which the person acted. */
function liveByRecord({ changes }: StoreState): Iterable<LiveOnRecord> {
  const records = new Map<string, LiveOnRecord>()
  for (const { seq, space, status } of [...changes.live].toSorted((a, b) => a.seq - b.seq)) {
    for (const operations of changes.content(seq).operations) {
      const key = operations.collection + operations.record
      const on = records.get(key) ?? { operations, space, open: [], failed: [] }
      records.set(key, on)
      if (status === 'failed') on.failed.push(seq)
      else on.open.push(seq)
    }
  }
  return records.values()
}
