/**
 * Text: a register of strings, each with, from its first in-place edit, a Yjs document.
 *
 * The document of a string is made from the string and a seed client id hashed from the name of the write that wrote it, so it
 * is the same everywhere; an `edit` names the write whose document it edits. A text that nobody has set yet is the document of
 * ORIGIN, an empty string that every text field begins with, so that two people may begin to type at once.
 * Yjs comes in through a port: it loads when the first text is edited, and not before.
 */
import { assert } from '../assert.ts'
import type { FieldOperation } from '../change.ts'
import type { Name } from '../ids.ts'
import { STAMP_MIN } from '../stamp.ts'
import type { Write } from './record.ts'
import { type Entry, type Known, ORIGIN, type Register } from './register.ts'

export type TextEdit = Extract<FieldOperation, { kind: 'edit' }>

/** Merging of documents. All strings named `document` and `update` are base64 of Yjs updates, version 1. */
export interface TextMerge {
  /** The document of a string that the write `name` wrote. */
  seed(text: string, name: Name): string
  /** `null` when the update needs an earlier one that is not there: it must not be merged [A15 of the model: `text.depends`]. */
  merge(document: string, update: string): { readonly document: string; readonly text: string } | null
}

export const ORIGIN_ENTRY: Entry = { name: ORIGIN, value: '', stamp: STAMP_MIN, hubStamp: STAMP_MIN, by: '', over: [] }

/**
 * Merges an edit. An edit of a string that was written over changes nothing that is shown; it is handed back as `late`, so that
 * the caller adds its words to that string's history.
 */
export function editText(register: Register, edit: TextEdit, write: Write): { readonly register: Register; readonly late: boolean } {
  assert(write.text !== null, 'an edit is merged without a TextMerge')
  const entry = entryToEdit(register, edit.of)
  const merged = entry === undefined ? null : write.text.merge(documentOf(entry, write.text), edit.update)
  if (entry === undefined || merged === null) return { register: { ...register, version: write.version }, late: true }
  const edited: Entry = { ...entry, value: merged.text, document: merged.document }
  const others = register.entries.filter((other) => other.name !== entry.name)
  const entries = [...others, edited].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { register: { kind: 'register', entries, awaited: register.awaited, version: write.version }, late: false }
}

/**
 * Would the edit stand on what is there? The hub asks before it accepts; `false` is `rejected(text.depends)`: the write that it
 * edits has not arrived, or an edit before it was refused.
 */
export function editStands(register: Register, edit: TextEdit, text: TextMerge, known: Known): boolean {
  const entry = entryToEdit(register, edit.of)
  if (entry === undefined) return edit.of === ORIGIN || known(edit.of)
  return text.merge(documentOf(entry, text), edit.update) !== null
}

export const documentOf = (entry: Entry, text: TextMerge): string => entry.document ?? text.seed(String(entry.value), entry.name)

function entryToEdit(register: Register, of: Name): Entry | undefined {
  const entry = register.entries.find((other) => other.name === of)
  return entry ?? (of === ORIGIN && !register.awaited.includes(ORIGIN) ? ORIGIN_ENTRY : undefined)
}
