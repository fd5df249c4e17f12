/** Values that were written over, as far as this device has seen them, and late edits in the texts that they were made in [M3]. */
import { documentOf, type Entry, type History, type Name, type RecordId, type TextMerge, type WaitingEdit } from '@tombolo/core'
import type { Database } from '../storage/port.ts'

export interface FieldOf {
  readonly collection: string
  readonly id: RecordId
  readonly field: string
}

export class FieldHistory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  of({ collection, id, field }: FieldOf): Entry[] {
    const rows = this.#database
      .prepare('SELECT entry FROM _history WHERE collection = ? AND id = ? AND field = ?')
      .all(collection, id, field)
    return rows.map((row) => JSON.parse(String(row['entry'])) as Entry)
  }

  find({ collection, id, field }: FieldOf, name: Name): Entry | undefined {
    const row = this.#database
      .prepare('SELECT entry FROM _history WHERE collection = ? AND id = ? AND field = ? AND name = ?')
      .get(collection, id, field, name)
    return row === undefined ? undefined : (JSON.parse(String(row['entry'])) as Entry)
  }

  ofRecord(collection: string, id: RecordId): { readonly field: string; readonly entry: Entry }[] {
    const rows = this.#database.prepare('SELECT field, entry FROM _history WHERE collection = ? AND id = ?').all(collection, id)
    return rows.map((row) => ({ field: String(row['field']), entry: JSON.parse(String(row['entry'])) as Entry }))
  }

  /** `by`: the write that is over it, where one is known. What is there already stays. */
  keep({ collection, id, field }: FieldOf, entry: Entry, by: Name | null): void {
    this.#database
      .prepare('INSERT INTO _history (collection, id, field, name, entry, over_by) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(collection, id, field, entry.name, JSON.stringify(entry), by)
  }

  /** What a merge left. */
  take(collection: string, id: RecordId, left: readonly History[], text: TextMerge | null): void {
    for (const item of left) {
      const at = { collection, id, field: item.field }
      if ('edit' in item) this.#takeLate(at, item.edit, text)
      else this.keep(at, item.entry, item.by)
    }
  }

  #takeLate(at: FieldOf, { of, update }: WaitingEdit, text: TextMerge | null): void {
    const entry = this.find(at, of)
    const merged = entry && text?.merge(documentOf(entry, text), update)
    if (entry === undefined || merged === undefined || merged === null) return
    this.#database
      .prepare('UPDATE _history SET entry = ? WHERE collection = ? AND id = ? AND field = ? AND name = ?')
      .run(JSON.stringify({ ...entry, value: merged.text, document: merged.document }), at.collection, at.id, at.field, of)
  }
}
