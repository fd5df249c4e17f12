/** The history of fields: superseded values that this device has seen, and late edits, merged into the texts that they edited [M3]. */
import { documentOf, type Entry, type History, type Name, type RecordId, type TextMerge, type WaitingEdit } from '@tombolo/core'
import type { Database } from '../storage/port.ts'
import { storedJson } from './stored-json.ts'

/** What a device keeps of one field [M9]: an autosaved text has a value for each pause of its author. */
const ENTRIES_MAX = 200

export interface FieldOf {
  readonly collection: string
  readonly id: RecordId
  readonly field: string
}

export class FieldHistory {
  readonly #database: Database
  readonly #nowMs: () => number

  constructor(database: Database, nowMs: () => number) {
    this.#database = database
    this.#nowMs = nowMs
  }

  of({ collection, id, field }: FieldOf): Entry[] {
    const rows = this.#database
      .prepare('SELECT entry FROM _history WHERE collection = ? AND id = ? AND field = ?')
      .all(collection, id, field)
    return rows.map((row) => storedJson(String(row['entry'])) as Entry)
  }

  find({ collection, id, field }: FieldOf, name: Name): Entry | undefined {
    const row = this.#database
      .prepare('SELECT entry FROM _history WHERE collection = ? AND id = ? AND field = ? AND name = ?')
      .get(collection, id, field, name)
    return row === undefined ? undefined : (storedJson(String(row['entry'])) as Entry)
  }

  ofRecord(collection: string, id: RecordId): { readonly field: string; readonly entry: Entry }[] {
    const rows = this.#database.prepare('SELECT field, entry FROM _history WHERE collection = ? AND id = ?').all(collection, id)
    return rows.map((row) => ({ field: String(row['field']), entry: storedJson(String(row['entry'])) as Entry }))
  }

  /** Stores a superseded entry unless it is stored already. `by` is the write that supersedes it, if known. */
  keep({ collection, id, field }: FieldOf, entry: Entry, by: Name | null): void {
    const isNew = this.#database
      .prepare(
        'INSERT INTO _history (collection, id, field, name, entry, over_by, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(collection, id, field, entry.name, JSON.stringify(entry), by, this.#nowMs())
    if (isNew > 0) this.#trim({ collection, id, field })
  }

  /** Forgets the oldest entries of a field that has too many. */
  #trim({ collection, id, field }: FieldOf): void {
    const of = 'FROM _history WHERE collection = ? AND id = ? AND field = ?'
    const count = Number(this.#database.prepare(`SELECT count(*) AS n ${of}`).get(collection, id, field)?.['n'] ?? 0)
    if (count <= ENTRIES_MAX) return
    const oldest = `SELECT name ${of} ORDER BY json_extract(entry, '$.hubStamp') LIMIT ?`
    this.#database.prepare(`DELETE ${of} AND name IN (${oldest})`).run(collection, id, field, collection, id, field, count - ENTRIES_MAX)
  }

  /** Stores the history of a merge. @returns late edits of texts that this device does not know. */
  take(collection: string, id: RecordId, left: readonly History[], text: TextMerge | null): readonly LateEdit[] {
    return left.filter((item): item is LateEdit => {
      const at = { collection, id, field: item.field }
      if ('edit' in item) return !this.#takeLate(at, item.edit, text)
      this.keep(at, item.entry, item.by)
      return false
    })
  }

  #takeLate(at: FieldOf, { of, update }: WaitingEdit, text: TextMerge | null): boolean {
    const entry = this.find(at, of)
    const merged = entry && text?.merge(documentOf(entry, text), update)
    if (entry === undefined || merged === undefined || merged === null) return false
    this.#database
      .prepare('UPDATE _history SET entry = ? WHERE collection = ? AND id = ? AND field = ? AND name = ?')
      .run(JSON.stringify({ ...entry, value: merged.text, document: merged.document }), at.collection, at.id, at.field, of)
    return true
  }
}

/** An edit of a superseded text. */
export type LateEdit = Extract<History, { readonly edit: WaitingEdit }>
