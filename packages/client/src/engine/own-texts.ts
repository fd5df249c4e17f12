/**
 * Reconstructs a person's version of a text when their edit is not in the confirmed one: the edit was refused, or builds on an edit that
 * was refused or discarded.
 *
 * An edit is an update of a document and has no meaning without it. So the document is rebuilt from the edited string and the person's own
 * edits of it, in the order in which they were made:
 *
 *   the string ─► own edits before ─► before ─► the edit ─► after ─► own edits behind ─► left
 *
 * The string comes from the confirmed record, an own change, or the history, where a discarded string stays as long as an edit builds on
 * it. If the string is gone, only the characters that the edit inserts are known; they are appended to the present text.
 */
import {
  assert,
  documentOf,
  type Entry,
  type FieldOperation,
  type FieldState,
  type Json,
  type Name,
  ORIGIN,
  ORIGIN_ENTRY,
  type RecordState,
  STAMP_MAX,
  type TextEdit,
  type TextEditor,
} from '@tombolo/core'
import type { ChangeTable } from './changes.ts'
import type { FieldHistory } from './field-history.ts'
import type { OwnChange } from './own-change.ts'
import type { RecordContext, StoredRecord } from './stored-record.ts'

export interface EditedText {
  readonly before: string
  readonly after: string
  /** The text including the person's later edits. */
  readonly left: string
  /** The document of `after`; null if only the inserted characters are known. */
  readonly document: string | null
}

/** An operation that writes to a text. */
export type TextWrite = Extract<FieldOperation, { kind: 'set' | 'edit' }>

export class OwnTexts {
  readonly #changes: ChangeTable
  readonly #history: FieldHistory
  readonly #context: () => RecordContext

  constructor(changes: ChangeTable, history: FieldHistory, context: () => RecordContext) {
    this.#changes = changes
    this.#history = history
    this.#context = context
  }

  /** The effect of one of this device's edits, whether or not it applies to the shown text. */
  edited(stored: StoredRecord, { seq }: OwnChange, { field, of, update }: TextEdit): EditedText {
    const { text } = this.#context()
    assert(text !== null, 'a text is asked for before its editor is loaded')
    const edits = this.#editsOf(stored, field, of)
    for (const entry of this.#entriesToEdit(stored, field, of)) {
      const { edited, left } = replay(text, entry, edits, seq)
      if (edited !== null) return { ...edited, left }
    }
    const words = text.inserted(update)
    return { before: '', after: words, left: words, document: null }
  }

  /** The text as the author of this write left it; null before the editor is loaded. */
  left(stored: StoredRecord, change: OwnChange, write: TextWrite): string | null {
    const { text } = this.#context()
    if (write.kind === 'edit') return text === null ? null : this.edited(stored, change, write).left
    const entry = this.entryOf(stored, change, write)
    if (text === null || entry === null) return wordsOf(write.value)
    return replay(text, entry, this.#editsOf(stored, write.field, entry.name), null).left
  }

  /** The entry to pass to `keep` if this write is discarded; null if no edit can build on it. */
  entryOf(stored: StoredRecord, change: OwnChange, write: TextWrite): Entry | null {
    if (change.name === null) return null
    const common = { name: change.name, stamp: change.stamp, hubStamp: STAMP_MAX, by: this.#context().account }
    if (write.kind === 'set') return { ...common, value: write.value, over: write.over }
    const edited = this.edited(stored, change, write)
    if (edited.document === null) return null
    return { ...common, value: edited.after, document: edited.document, over: [write.of] }
  }

  /** Keeps the string of a discarded write in the history if an own edit builds on it and on nothing else. */
  keep(stored: StoredRecord, field: string, entry: Entry): void {
    if (!this.#ownEdits(stored, field).some(({ change, edit }) => this.edited(stored, change, edit).document === null)) return
    this.#history.keep({ collection: stored.collection.name, id: stored.id, field }, entry, null)
  }

  /**
   * Keeps the result of a late edit: the hub accepted the edit of a replaced text but refused what it builds on, so only the history can
   * hold the text.
   */
  keepLate(stored: StoredRecord, change: OwnChange, edit: TextEdit): void {
    const { name, stamp } = change
    assert(name !== null, 'what the hub took was sealed')
    const { after, document } = this.edited(stored, change, edit)
    const entry: Entry = { name, value: after, stamp, hubStamp: STAMP_MAX, by: this.#context().account, over: [edit.of] }
    const kept = document === null ? entry : { ...entry, document }
    this.#history.keep({ collection: stored.collection.name, id: stored.id, field: edit.field }, kept, null)
  }

  /** Keeps strings that vanish when a record is replaced by a newer confirmed state without the writes in between. */
  keepReplaced(stored: StoredRecord, next: RecordState): void {
    if (stored.open.length + stored.failed.length === 0) return
    for (const [field, { kind }] of Object.entries(stored.collection.fields)) {
      if (kind !== 'text') continue
      const edits = this.#ownEdits(stored, field).filter(({ edit }) => !holdsString(next.fields[field], edit.of))
      for (const of of new Set(edits.map(({ edit }) => edit.of))) this.#keepString(stored, field, of)
    }
  }

  /** Keeps a string with the edits that the hub will add to its own history. */
  #keepString(stored: StoredRecord, field: string, of: Name): void {
    const { text, account: by } = this.#context()
    const open = this.#ownEdits({ ...stored, failed: [] }, field).filter(({ edit }) => edit.of === of)
    const origin = open.map(({ change }): Entry => ({ ...ORIGIN_ENTRY, stamp: change.stamp, by })).at(-1)
    const entry = confirmedString(stored, field, of) ?? (of === ORIGIN ? origin : undefined)
    if (text === null || entry === undefined) return
    const { left, document } = replay(text, entry, open.map(toOwnEdit), null)
    this.#history.keep({ collection: stored.collection.name, id: stored.id, field }, { ...entry, value: left, document }, null)
  }

  /** The entries that an edit of the string written by `of` may apply to, the likeliest first. */
  *#entriesToEdit(stored: StoredRecord, field: string, of: Name): Iterable<Entry> {
    const confirmed = confirmedString(stored, field, of)
    if (confirmed !== undefined) yield confirmed
    const own = this.#ownString(stored, field, of)
    if (own !== undefined) yield own
    const past = this.#history.of({ collection: stored.collection.name, id: stored.id, field })
    yield* past.filter(({ name }) => name === of)
    if (of === ORIGIN) yield ORIGIN_ENTRY
    yield* past.filter(({ over, document }) => document !== undefined && over.includes(of))
  }

  #ownString(stored: StoredRecord, field: string, of: Name): Entry | undefined {
    const change = this.#changes.byName(of)
    if (change === undefined) return undefined
    const write = this.#changes.operationsOn(change.seq, stored.id)?.fields.find((other) => other.field === field)
    return write?.kind === 'set' ? (this.entryOf(stored, change, write) ?? undefined) : undefined
  }

  #editsOf(stored: StoredRecord, field: string, of: Name): OwnEdit[] {
    return this.#ownEdits(stored, field)
      .filter(({ edit }) => edit.of === of)
      .map(toOwnEdit)
  }

  #ownEdits({ open, failed, id }: StoredRecord, field: string): { readonly change: OwnChange; readonly edit: TextEdit }[] {
    return [...open, ...failed]
      .sort((a, b) => a - b)
      .flatMap((seq) => {
        const change = this.#changes.get(seq)
        const edit = change && this.#changes.operationsOn(seq, id)?.fields.find((other) => other.field === field)
        return change !== undefined && edit?.kind === 'edit' ? [{ change, edit }] : []
      })
  }
}

/** Whether a field holds the string that `of` wrote. A field without any state still holds the empty string of ORIGIN. */
const holdsString = (field: FieldState | undefined, of: Name): boolean =>
  field?.kind === 'register'
    ? field.entries.some(({ name }) => name === of) || (of === ORIGIN && !field.awaited.includes(of))
    : of === ORIGIN

const confirmedString = ({ confirmed }: StoredRecord, field: string, of: Name): Entry | undefined => {
  const register = confirmed?.fields[field]
  return register?.kind === 'register' ? register.entries.find(({ name }) => name === of) : undefined
}

const toOwnEdit = ({ change, edit }: { readonly change: OwnChange; readonly edit: TextEdit }): OwnEdit => ({
  seq: change.seq,
  update: edit.update,
})

interface OwnEdit {
  readonly seq: number
  readonly update: string
}

interface Replayed {
  /** The effect of the edit of `seq`; null if it does not apply to this entry. */
  readonly edited: Omit<EditedText, 'left'> | null
  readonly left: string
  readonly document: string
}

function replay(text: TextEditor, entry: Entry, edits: readonly OwnEdit[], seq: number | null): Replayed {
  let now = { document: documentOf(entry, text), text: wordsOf(entry.value) }
  let edited: Replayed['edited'] = null
  for (const edit of edits) {
    const merged = text.merge(now.document, edit.update)
    if (merged === null) continue
    if (edit.seq === seq) edited = { before: now.text, after: merged.text, document: merged.document }
    now = merged
  }
  return { edited, left: now.text, document: now.document }
}

const wordsOf = (value: Json): string => (typeof value === 'string' ? value : '')
