/**
 * Records on the device: the state that the hub confirmed, and the view with this device's open changes on top.
 *
 *   view = confirmed + open changes that are not yet in the confirmed record, in the order in which the person acted
 *
 * The typed columns always show the view. A failed change is never part of it; a record that exists only by a failed change is shown as
 * that change wrote it, with the status `failed`: nothing a person wrote leaves their screen without their consent.
 */
import {
  assert,
  type CollectionDefinition,
  EMPTY_RECORD,
  type FieldOperation,
  isCovered,
  isUnanswered,
  isWhole,
  type Json,
  mergeOperations,
  type Name,
  type RecordId,
  type RecordOperations,
  type RecordState,
  type RecordView,
  type SchemaDefinition,
  type SpaceId,
  STAMP_MAX,
  keyOf,
  LIFE_FIELD,
  viewAdded,
  viewRecord,
} from '@tombolo/core'
import type { Database, SqlValue } from '../storage/port.ts'
import type { ChangeTable } from './changes.ts'
import type { OwnChange } from './own-change.ts'
import { columnsOf } from './columns.ts'
import { FieldHistory } from './field-history.ts'
import { encodeMeta } from './meta.ts'
import { OwnTexts } from './own-texts.ts'
import type { FailedValue, RecordStatus, Row } from './port.ts'
import { fitting } from './present-content.ts'
import { rowOf } from './row.ts'
import { type KeyedWrite, type SeenRecord, SeenRecords } from './seen-records.ts'
import { quoted } from './sql.ts'
import type { RecordContext, StoredRecord } from './stored-record.ts'
import { NONE, storedRow } from './stored-row.ts'

/** The result of writing a row. */
export interface SavedRow {
  readonly conflicted: boolean
  /** The row for pages; null if nothing is left to show. */
  readonly row: () => Row | null
}

/** The name of a change in the view. Before sealing it is a placeholder, which never leaves the device and is never in an `over`. */
export const nameInView = (change: OwnChange): Name => change.name ?? (`${change.intent}--------` as Name)

export class RecordTable {
  readonly history: FieldHistory
  readonly texts: OwnTexts
  readonly #database: Database
  readonly #schema: SchemaDefinition
  readonly #changes: ChangeTable
  readonly #context: () => RecordContext
  readonly #newestIds = new Map<string, string>()
  readonly #seen = new SeenRecords()

  constructor(database: Database, schema: SchemaDefinition, changes: ChangeTable, context: () => RecordContext) {
    this.#database = database
    this.#schema = schema
    this.#changes = changes
    this.#context = context
    this.history = new FieldHistory(database, () => context().nowMs() + context().clockStandsBehindMs())
    this.texts = new OwnTexts(changes, this.history, context)
  }

  collection(name: string): CollectionDefinition {
    const collection = this.#schema.collections[name]
    assert(collection !== undefined, `a collection that was checked is in the schema: ${name}`)
    return collection
  }

  load(collection: CollectionDefinition, id: RecordId): StoredRecord | undefined {
    if (id > this.#newest(collection)) return undefined
    const row = this.#database.prepare(statementsOf(collection).load).get(id)
    if (row === undefined) return undefined
    return { collection, id, exists: true, ...storedRow(row, columnsOf(collection)) }
  }

  /** The greatest id in a collection. Ids ascend with time, so a greater one needs no look-up: its record is not here. */
  #newest({ name }: CollectionDefinition): string {
    const known = this.#newestIds.get(name)
    if (known !== undefined) return known
    const newest = String(this.#database.prepare(`SELECT max(id) AS id FROM ${quoted(name)}`).get()?.['id'] ?? '')
    this.#newestIds.set(name, newest)
    return newest
  }

  fresh(collection: CollectionDefinition, id: RecordId, space: SpaceId): StoredRecord {
    return { collection, id, space, confirmed: undefined, open: NONE, failed: NONE, edited: 0, wasConflicted: false, exists: false }
  }

  /** The record as the person sees it. */
  view(stored: StoredRecord): RecordState | undefined {
    let view = stored.confirmed
    for (const change of this.#uncovered(stored)) view = this.#onTop(view, change, stored.id)
    return view
  }

  /**
   * A record that was just loaded, as the person sees it who is about to write to it. `without`: leaves out the unsealed change, which is
   * rewritten.
   */
  seen(stored: StoredRecord, without: number | null): SeenRecord {
    return this.#seen.look(stored, this.#uncovered(stored), this.#resolve(stored.failed), without, {
      onTop: (below, change) => this.#onTop(below, change, stored.id),
      writesOf: (change) => this.#writesOf(change, stored.id),
    })
  }

  /** The record as one of this device's changes found it: with earlier own changes, without later ones. */
  before(seq: number, collectionName: string, id: RecordId): RecordState | undefined {
    const collection = this.#schema.collections[collectionName]
    const stored = collection === undefined ? undefined : this.load(collection, id)
    return stored === undefined ? undefined : this.view({ ...stored, open: stored.open.filter((other) => other < seq) })
  }

  /** A record whose creation was refused, as its author wrote it, including later writes. Undefined for any other record. */
  asWritten(stored: StoredRecord, without: number | null = null): RecordState | undefined {
    if (!isOfFailed(stored)) return undefined
    let view: RecordState | undefined
    const own = [...this.#resolve(stored.failed), ...this.#uncovered(stored)].sort((a, b) => a.seq - b.seq)
    for (const change of own) if (change.seq !== without) view = this.#onTop(view, change, stored.id)
    return view
  }

  /**
   * The view of a record; undefined if nothing is left of it. Of a record that exists only by refused changes no row is shown if they lack
   * what every record has, such as a count on a record that is gone: an empty title would be no one's.
   */
  shown(stored: StoredRecord): RecordView | undefined {
    const { collection } = stored
    const written = this.asWritten(stored)
    if (written !== undefined) return { ...viewRecord(collection, written), ...(isWhole(collection, written) ? {} : { deleted: true }) }
    const view = this.view(stored)
    return view === undefined ? undefined : viewRecord(collection, view)
  }

  /** The view after one more change, which `stored` already lists, computed from the state that the person saw. */
  shownWith(stored: StoredRecord, seen: RecordState | undefined, change: OwnChange, operations: RecordOperations): RecordView | undefined {
    const { collection } = stored
    if (isOfFailed(stored)) return this.shown(stored)
    const added = seen === undefined ? viewAdded(collection, operations) : null
    return added ?? viewRecord(collection, this.#merged(seen, change, operations))
  }

  /** Writes the row that `stored` describes, with what it shows. */
  save(stored: StoredRecord, shown: RecordView | undefined): SavedRow {
    const { insert, update, remove } = statementsOf(stored.collection)
    this.#seen.saving(stored)
    if (shown === undefined) {
      this.#database.prepare(remove).run(stored.id)
      return GONE
    }
    if (!stored.exists && stored.id > this.#newest(stored.collection)) this.#newestIds.set(stored.collection.name, stored.id)
    this.#database.prepare(stored.exists ? update : insert).run(...this.#parametersOf(stored, shown))
    return this.#saved(stored, shown)
  }

  /** Like `save`, after an answer of the hub. Such an answer seldom changes the view; if it does not, no index is touched. */
  saveAnswered(stored: StoredRecord, shown: RecordView | undefined): SavedRow {
    if (!stored.exists || shown === undefined) return this.save(stored, shown)
    this.#seen.saving(stored)
    const parameters = this.#parametersOf(stored, shown)
    const { answer, update } = statementsOf(stored.collection)
    const isShownAlready = this.#database.prepare(answer).run(...inOrderOfAnswer(parameters)) > 0
    if (!isShownAlready) this.#database.prepare(update).run(...parameters)
    return this.#saved(stored, shown)
  }

  #saved(stored: StoredRecord, shown: RecordView): SavedRow {
    return shown.deleted ? GONE : { conflicted: shown.conflicts.length > 0, row: () => this.#rowOf(stored, shown) }
  }

  /** The values that refused changes would have written, by field. */
  failedValues(stored: StoredRecord, failed: readonly number[] = stored.failed): Readonly<Record<string, FailedValue>> | null {
    if (failed.length === 0) return null
    const values: Record<string, FailedValue> = {}
    // In the order of writing: a retry that is refused again is listed last, and is not the author's last word.
    for (const change of this.#resolve(failed.toSorted((a, b) => a - b))) {
      const { code, message } = change.refused ?? { code: 'unknown', message: '' }
      for (const operation of this.#changes.operationsOn(change.seq, stored.id)?.fields ?? [])
        values[operation.field] = { value: this.#failedValue(stored, change, operation), code, message }
    }
    return values
  }

  #failedValue(stored: StoredRecord, change: OwnChange, operation: FieldOperation): Json {
    switch (operation.kind) {
      case 'set':
        return stored.collection.fields[operation.field]?.kind === 'text' ? this.texts.left(stored, change, operation) : operation.value
      case 'edit':
        return this.texts.left(stored, change, operation)
      case 'addTo':
      case 'removeFrom':
        return operation.element
      case 'increment':
        return operation.by
    }
  }

  #parametersOf(stored: StoredRecord, shown: RecordView): SqlValue[] {
    const parameters: SqlValue[] = [stored.space]
    for (const field of columnsOf(stored.collection)) field.write(shown.values[field.field] ?? null, parameters)
    parameters.push(
      this.#statusOf(stored, shown.conflicts),
      stored.confirmed?.version ?? 0,
      stored.edited,
      this.#metaOf(stored, shown),
      seqText(stored.open),
      seqText(stored.failed),
      shown.conflicts.length === 0 ? null : JSON.stringify(shown.conflicts),
      shown.deleted ? 1 : 0,
      stored.id,
    )
    return parameters
  }

  #metaOf(stored: StoredRecord, shown: RecordView): string | null {
    if (stored.confirmed === undefined) return null
    if (stored.open.length > 0) return encodeMeta(stored.confirmed)
    const fields = new Map(columnsOf(stored.collection).map((field) => [field.field, field]))
    return encodeMeta(stored.confirmed, (field) => {
      const value = shown.values[field]
      return value !== undefined && fields.get(field)?.holds(value) === true ? value : undefined
    })
  }

  #rowOf(stored: StoredRecord, shown: RecordView): Row {
    return rowOf({
      collection: stored.collection.name,
      id: stored.id,
      space: stored.space,
      values: shown.values,
      state: this.#statusOf(stored, shown.conflicts),
      version: stored.confirmed?.version ?? 0,
      edited: stored.edited,
      conflicts: shown.conflicts,
      failed: this.failedValues(stored),
    })
  }

  #statusOf(stored: StoredRecord, conflicts: readonly string[]): RecordStatus {
    if (conflicts.length > 0) return 'conflicted'
    if (stored.failed.length > 0) return 'failed'
    return this.#isUnsent(stored) ? 'pending' : 'synced'
  }

  #isUnsent(stored: StoredRecord): boolean {
    return this.#resolve(stored.open).some(isUnanswered)
  }

  #uncovered(stored: StoredRecord): OwnChange[] {
    if (stored.open.length === 0) return []
    const version = stored.confirmed?.version ?? 0
    return this.#resolve(stored.open).filter((change) => !isCovered(change, version))
  }

  #resolve(open: readonly number[]): OwnChange[] {
    return open.map((seq) => this.#changes.get(seq)).filter((change) => change !== undefined)
  }

  #onTop(below: RecordState | undefined, change: OwnChange, id: RecordId): RecordState | undefined {
    const operations = this.#changes.operationsOn(change.seq, id)
    return operations === undefined ? below : this.#merged(below, change, fitting(below, operations))
  }

  #merged(view: RecordState | undefined, change: OwnChange, operations: RecordOperations): RecordState {
    const { account, text } = this.#context()
    const write = {
      name: nameInView(change),
      // A change that the hub accepted once keeps the times of its receipt.
      stamp: change.receipt?.effectiveStamp ?? change.stamp,
      hubStamp: change.receipt?.hubStamp ?? STAMP_MAX,
      by: account,
      version: 0,
      unverified: false,
      known: nothingElse,
      text,
    }
    const { record } = mergeOperations(view ?? EMPTY_RECORD, operations, write)
    return { ...record, version: view?.version ?? 0 }
  }

  *#writesOf({ seq, name }: OwnChange, id: RecordId): Iterable<KeyedWrite> {
    const operations = this.#changes.operationsOn(seq, id)
    if (operations === undefined || name === null) return
    yield [LIFE_FIELD, { name, over: operations.lifeOver }]
    for (const operation of operations.fields) if ('over' in operation) yield [keyOf(operation), { name, over: operation.over }]
  }
}

/** Whether a record exists only by refused changes; it is then shown as its author wrote it. */
const isOfFailed = ({ confirmed, failed }: StoredRecord): boolean => confirmed === undefined && failed.length > 0
const GONE: SavedRow = { conflicted: false, row: () => null }

/** The `known` of a view, without a look-up: names that are not entries become awaited, which a view never shows. */
const nothingElse = (): boolean => false

const seqText = (list: readonly number[]): string | null => (list.length === 0 ? null : `[${list.join(',')}]`)

interface Statements {
  readonly load: string
  readonly insert: string
  readonly update: string
  /** Updates the columns that are not shown, if the shown ones are unchanged. */
  readonly answer: string
  readonly remove: string
}

/** The columns about a record beside its fields. */
const STANDING = ['$state', '$version', '$edited', '$meta', '$open', '$failed'].map(quoted)
const SHOWN_LAST = ['$conflicts', '$deleted'].map(quoted)

/** Reorders the parameters for `answer`, which sets the columns that are not shown and compares the shown ones. */
function inOrderOfAnswer(parameters: readonly SqlValue[]): SqlValue[] {
  const last = parameters.length - 1 - SHOWN_LAST.length
  const first = last - STANDING.length
  return [...parameters.slice(first, last), parameters.at(-1) ?? null, ...parameters.slice(0, first), ...parameters.slice(last, -1)]
}

const statements = new WeakMap<CollectionDefinition, Statements>()

function statementsOf(collection: CollectionDefinition): Statements {
  const made = statements.get(collection)
  if (made !== undefined) return made
  const table = quoted(collection.name)
  const fields = columnsOf(collection).flatMap((field) => field.columns.map((column) => quoted(column.name)))
  const columns = ['space', ...fields, ...STANDING, ...SHOWN_LAST]
  const shown = ['space', ...fields, ...SHOWN_LAST]
  const built: Statements = {
    load: `SELECT space, "$edited", "$meta", "$open", "$failed", "$conflicts"${fields.map((field) => `, ${field}`).join('')} FROM ${table} WHERE id = ?`,
    insert: `INSERT INTO ${table} (${columns.join(', ')}, id) VALUES (${columns.map(() => '?').join(', ')}, ?)`,
    update: `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
    answer: `UPDATE ${table} SET ${STANDING.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND (${shown.join(', ')}) IS (${shown.map(() => '?').join(', ')})`,
    remove: `DELETE FROM ${table} WHERE id = ?`,
  }
  statements.set(collection, built)
  return built
}
