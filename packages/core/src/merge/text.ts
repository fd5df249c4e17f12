/**
 * Text: a register of strings. A string gets a Yjs document at its first in-place edit.
 *
 * The document is made from the string and a client id hashed from the name of its write, so it is the same everywhere. An `edit` names the
 * write whose document it edits. A text that nobody has set is the document of ORIGIN, the empty string that every text field begins with,
 * so that two people can start typing at the same time.
 *
 *   edit ──► its string is an entry, and what it builds on is here  ──► merged
 *        ──► its string was written over                            ──► late: kept in the history, the shown text stays
 *        ──► its string, or what it builds on, has not arrived      ──► waiting, until it does
 *
 * So documents, too, are a function of the set of writes, in whatever order they arrive. A hub refuses an edit that would wait
 * (`editStands`), unless it accepted that edit before it was restored from a backup; the author of the missing write then sends it again.
 * Yjs is passed in as a port and loads only when the first text is edited.
 */
import { assert } from '../assert.ts'
import type { FieldOperation } from '../change.ts'
import type { Name } from '../ids.ts'
import { STAMP_MIN } from '../stamp.ts'
import { type Entry, type Known, ORIGIN, type Register, type WaitingEdit } from './register.ts'

/** The field operation that edits a text in place. */
export type TextEdit = Extract<FieldOperation, { kind: 'edit' }>

/** Merging of documents. All strings named `document` and `update` are base64 of Yjs updates, version 1. */
export interface TextMerge {
  /** The document of a string that the write `name` wrote. */
  seed(text: string, name: Name): string
  /** Null if the update needs an earlier one that is missing, or is not an update of a text; it must not be merged then. */
  merge(document: string, update: string): { readonly document: string; readonly text: string } | null
}

/** The entry of ORIGIN: the empty string that every text begins with. */
export const ORIGIN_ENTRY: Entry = { name: ORIGIN, value: '', stamp: STAMP_MIN, hubStamp: STAMP_MIN, by: '', over: [] }

/** The write that an edit belongs to, as far as merging needs it. */
export interface EditContext {
  readonly name: Name
  readonly version: number
  readonly known: Known
  readonly text: TextMerge | null
}

/** A register after merging edits. `late` lists edits of strings that were superseded. */
export interface Edited {
  readonly register: Register
  readonly late: readonly WaitingEdit[]
}

/** Merges an edit, and the edits that waited for it. */
export function editText(register: Register, { of, update }: TextEdit, write: EditContext): Edited {
  const edit: WaitingEdit = { name: write.name, of, update }
  const waiting = register.waiting ?? []
  const before = { ...register, version: write.version }
  const merged = mergeEdit(before, edit, write)
  if (merged === 'late') return { register: before, late: [edit] }
  if (merged === 'waits') return { register: withWaiting(before, [...waiting, edit]), late: NONE }
  return waiting.length === 0 ? { register: merged, late: NONE } : settleEdits(merged, waiting, write)
}

const NONE: readonly WaitingEdit[] = []

/** Whether merging this operation needs Yjs. */
export const editsText = (operation: FieldOperation, state: Register | undefined): boolean =>
  operation.kind === 'edit' || (operation.kind === 'set' && state?.waiting !== undefined)

/**
 * Whether everything the edit builds on is here. The hub checks this before it accepts; false means `rejected(text.depends)`: the write
 * that it edits has not arrived, or an earlier edit was refused.
 */
export function editStands(register: Register, edit: Pick<TextEdit, 'of' | 'update'>, text: TextMerge, known: Known): boolean {
  const entry = entryToEdit(register, edit.of)
  if (entry === undefined) return edit.of === ORIGIN || known(edit.of)
  return text.merge(documentOf(entry, text), edit.update) !== null
}

/** The Yjs document of a text in base64: the edited document, or one seeded from the string, which is the same on every device. */
export const documentOf = (entry: Entry, text: TextMerge): string =>
  entry.document ?? text.seed(typeof entry.value === 'string' ? entry.value : '', entry.name)

/**
 * Merges every edit that can be merged, repeatedly, because one edit may be what another waits for. After a `set`, edits that waited for
 * its string are merged, and edits of strings that it supersedes become late.
 */
export function settleEdits(register: Register, edits: readonly WaitingEdit[], write: EditContext): Edited {
  let now = register
  let waiting = edits
  const late: WaitingEdit[] = []
  for (let isMoving = true; isMoving;) {
    isMoving = false
    const still: WaitingEdit[] = []
    for (const edit of waiting) {
      const merged = mergeEdit(now, edit, write)
      if (merged === 'late') late.push(edit)
      else if (merged === 'waits') still.push(edit)
      else [now, isMoving] = [merged, true]
    }
    waiting = still
  }
  return { register: withWaiting(now, waiting), late }
}

function mergeEdit(register: Register, { of, update }: WaitingEdit, write: EditContext): Register | 'late' | 'waits' {
  const entry = entryToEdit(register, of)
  if (entry === undefined) return register.awaited.includes(of) || write.known(of) ? 'late' : 'waits'
  assert(write.text !== null, 'an edit is merged without a TextMerge')
  const merged = write.text.merge(documentOf(entry, write.text), update)
  if (merged === null) return 'waits'
  const edited: Entry = { ...entry, value: merged.text, document: merged.document }
  const others = register.entries.filter((other) => other.name !== of)
  return { ...register, entries: [...others, edited].sort(byName) }
}

function withWaiting({ kind, entries, awaited, version }: Register, waiting: readonly WaitingEdit[]): Register {
  if (waiting.length === 0) return { kind, entries, awaited, version }
  return { kind, entries, awaited, waiting: waiting.toSorted(byName), version }
}

const byName = (a: { readonly name: Name }, b: { readonly name: Name }): number => (a.name < b.name ? -1 : 1)

function entryToEdit(register: Register, of: Name): Entry | undefined {
  const entry = register.entries.find((other) => other.name === of)
  return entry ?? (of === ORIGIN && !register.awaited.includes(ORIGIN) ? ORIGIN_ENTRY : undefined)
}
