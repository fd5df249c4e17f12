/**
 * Describes what a person looks into: the outbox, conflicts, the history of a record. Reads only, as of the last commit. Loaded when somebody
 * looks (seldom.ts); what every screen shows is in overview.ts.
 */
import {
  canRetry,
  type CollectionDefinition,
  conflictIdOf,
  describeConflict,
  type Entry,
  intentOfName,
  type Json,
  LATEST,
  LIFE_FIELD,
  msOfStamp,
  type Name,
  type RecordId,
  type RecordOperations,
  type RecordState,
  type Register,
  show,
  showLife,
  type Side,
  type SpaceId,
} from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import { columnsOf } from './columns.ts'
import { TO_REVIEW } from './overview.ts'
import type { ConflictItem, HistoryItem, OutboxItem, SideItem } from './port.ts'
import { nameInView } from './records.ts'
import type { StoredRecord } from './stored-record.ts'
import type { StoreState } from './state.ts'
import { quoted } from './sql.ts'

/** An item of the outbox names this many of its records. */
const RECORDS_NAMED_MAX = 10
/** At most this many conflicts are listed; a person decides them one by one. */
const CONFLICTS_MAX = 500

export class Describer {
  readonly #state: StoreState

  constructor(state: StoreState) {
    this.#state = state
  }

  // ── the outbox ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The waiting and failed changes, in the order in which the person acted. */
  outbox(): OutboxItem[] {
    const items = [...this.#state.changes.live].filter((change) => change.status !== 'applied').sort((a, b) => a.seq - b.seq)
    return items.map((change) => this.#outboxItem(change))
  }

  #outboxItem(change: OwnChange): OutboxItem {
    const { operations } = this.#state.changes.content(change.seq)
    return {
      seq: change.seq,
      space: change.space,
      intent: change.intent,
      lane: 'changes',
      status: change.status === 'failed' ? 'failed' : 'pending',
      label: change.label,
      records: operations.slice(0, RECORDS_NAMED_MAX).map((on) => ({ collection: on.collection, id: on.record, title: this.#titleOf(on) })),
      recordCount: operations.length,
      bytes: change.bytes,
      savedAt: change.savedAt,
      refused: change.refused,
      canRetry: canRetry(change),
      canDiscard: change.status === 'failed' || !change.offered,
    }
  }

  /** A title for the record on a screen: its first short text. */
  #titleOf(operations: RecordOperations): string | null {
    const collection = this.#state.schema.collections[operations.collection]
    const field = collection === undefined ? undefined : titleFieldOf(collection)
    if (collection === undefined || field === undefined) return null
    const row = this.#state.database
      .prepare(`SELECT ${quoted(field)} AS title FROM ${quoted(collection.name)} WHERE id = ?`)
      .get(operations.record)
    return typeof row?.['title'] === 'string' && row['title'] !== '' ? row['title'] : null
  }

  /** Everything about one change, as JSON that a person can keep. */
  exported(seq: number): string | null {
    const change = this.#state.changes.get(seq)
    if (change === undefined) return null
    const { intent, attempt, refused, savedAt, label } = change
    return JSON.stringify(
      {
        format: 'tombolo-change',
        version: 1,
        intent,
        attempt,
        label,
        savedAt: new Date(savedAt).toISOString(),
        refused,
        content: this.#state.changes.sealedContent(seq),
      },
      null,
      2,
    )
  }

  // ── conflicts and history ──────────────────────────────────────────────────────────────────────────────────────────────

  conflicts(space: SpaceId | null): ConflictItem[] {
    return Object.values(this.#state.schema.collections)
      .flatMap((collection) => this.#conflictsIn(collection, space))
      .slice(0, CONFLICTS_MAX)
  }

  #conflictsIn(collection: CollectionDefinition, space: SpaceId | null): ConflictItem[] {
    const rows = this.#state.database
      .prepare(
        `SELECT id, "$conflicts" FROM ${quoted(collection.name)} AS t WHERE ${TO_REVIEW} AND (? IS NULL OR space = ?) ORDER BY id LIMIT ${CONFLICTS_MAX}`,
      )
      .all(space, space)
    return rows.flatMap((row) => {
      const stored = this.#state.records.load(collection, row['id'] as RecordId)
      return stored === undefined
        ? []
        : (JSON.parse(String(row['$conflicts'])) as string[]).flatMap((field) => this.#conflict(stored, field))
    })
  }

  #conflict(stored: StoredRecord, field: string): ConflictItem[] {
    const view = this.#state.records.view(stored)
    const register = view === undefined ? undefined : registerOf(view, field)
    if (register === undefined) return []
    const contenders = field === '$life' ? register.entries : show(ruleOf(stored.collection, field), register).contenders
    const past = (name: Name): Side | null => this.#past(stored, field, name)
    const { mine, theirs, before } = describeConflict(this.#state.ports.hash, contenders, this.#isMine(contenders), past)
    const common = { space: stored.space, collection: stored.collection.name, record: stored.id, field }
    return [
      {
        ...common,
        id: conflictIdOf(this.#state.ports.hash, contenders),
        mine: mine.map(sideItem),
        theirs: theirs.map(sideItem),
        before: before && sideItem(before),
      },
    ]
  }

  /** Which side of a conflict is "mine": between people, the one of this account; between one person's devices, the one of this device. */
  #isMine(contenders: readonly Entry[]): (entry: Entry) => boolean {
    const { account, changes } = this.#state
    if (contenders.some((entry) => entry.by !== account)) return (entry) => entry.by === account
    return (entry) => changes.isOwn(intentOfName(entry.name))
  }

  #past(stored: StoredRecord, field: string, name: Name): Side | null {
    return this.#state.records.history.find({ collection: stored.collection.name, id: stored.id, field }, name) ?? null
  }

  /** Every value of a record that this device has seen, newest first: shown, beside it, superseded or refused. */
  history(collection: CollectionDefinition, id: RecordId): HistoryItem[] {
    const stored = this.#state.records.load(collection, id)
    if (stored === undefined) return []
    const view = this.#state.records.view(stored)
    const now = view === undefined ? [] : Object.keys(collection.fields).flatMap((field) => standingOf(collection, view, field))
    const life = view === undefined ? [] : lifeOf(collection, view)
    return [...life, ...now, ...this.#pastOf(collection, id), ...this.#refusedOf(stored)].sort(
      (a, b) => b.stamp - a.stamp || (a.name < b.name ? 1 : -1),
    )
  }

  #pastOf(collection: CollectionDefinition, id: RecordId): HistoryItem[] {
    return this.#state.records.history.ofRecord(collection.name, id).map(({ field, entry }) => historyItem(field, entry, 'past'))
  }

  #refusedOf(stored: StoredRecord): HistoryItem[] {
    return stored.failed.flatMap((seq) => {
      const change = this.#state.changes.get(seq)
      if (change === undefined) return []
      const { name, stamp, by } = { name: nameInView(change), stamp: change.stamp, by: this.#state.account }
      return Object.entries(this.#state.records.failedValues(stored, [seq]) ?? {}).map(([field, { value }]) =>
        historyItem(field, { name, stamp, by, value }, 'failed'),
      )
    })
  }
}

const titleFieldOf = (collection: CollectionDefinition): string | undefined =>
  columnsOf(collection).find(({ field }) => {
    const definition = collection.fields[field]
    return definition?.kind === 'register' && definition.value.type === 'string'
  })?.field

function ruleOf(collection: CollectionDefinition, field: string): Parameters<typeof show>[0] {
  const definition = collection.fields[field]
  return definition !== undefined && 'rule' in definition ? definition.rule : LATEST
}

function registerOf(view: RecordState, field: string): Register | undefined {
  const state = field === '$life' ? view.life : view.fields[field]
  return state?.kind === 'register' ? state : undefined
}

/** The present values of a field. For a set each element has its author; authors of removals and of counter steps are not stored. */
function standingOf(collection: CollectionDefinition, view: RecordState, field: string): HistoryItem[] {
  const state = view.fields[field]
  switch (state?.kind) {
    case 'register': {
      const shown = show(ruleOf(collection, field), state).entry
      return state.entries.map((entry) => historyItem(field, entry, entry.name === shown?.name ? 'shown' : 'beside'))
    }
    case 'set':
      return Object.values(state.elements).flatMap(({ entries }) => entries.slice(0, 1).map((entry) => historyItem(field, entry, 'shown')))
    case 'counter':
    case undefined:
      return []
  }
}

/** The deletion of a record, while it is deleted or in conflict. Other entries of its life only say that the record exists. */
function lifeOf(collection: CollectionDefinition, { life }: RecordState): HistoryItem[] {
  if (!life.entries.some(({ value }) => value === 'deleted')) return []
  const { deleted } = showLife(collection.onDelete, life)
  return life.entries.map((entry) => historyItem(LIFE_FIELD, entry, (entry.value === 'deleted') === deleted ? 'shown' : 'beside'))
}

const historyItem = (
  field: string,
  entry: Pick<Entry, 'name' | 'value' | 'by' | 'stamp'>,
  standing: HistoryItem['standing'],
): HistoryItem => ({
  field,
  stamp: entry.stamp,
  standing,
  ...sideItem(entry),
})

const sideItem = ({ name, value, by, stamp }: { name: Name; value: Json; by: string; stamp: Side['stamp'] }): SideItem => ({
  name,
  value,
  by,
  at: msOfStamp(stamp),
})
