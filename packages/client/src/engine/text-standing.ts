/**
 * Finds out which of this device's text edits apply. An edit needs the string that it edits and the edits that it builds on. In a view, an
 * edit that does not apply is among the waiting ones.
 */
import { type FieldState, isUnanswered, type Name, ORIGIN, type Register, type TextEdit } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import { nameInView } from './records.ts'
import type { StoredRecord } from './stored-record.ts'
import type { StoreState } from './state.ts'

/** Whether the changes, applied one after the other to the view, leave no edit waiting. */
export function wouldStand(state: StoreState, together: readonly OwnChange[]): boolean {
  const seqs = together.map(({ seq }) => seq)
  return together.every((change) =>
    editsOf(state, change).every(({ stored, edit }) => {
      const view = state.records.view({ ...stored, open: [...stored.open.filter((seq) => !seqs.includes(seq)), ...seqs] })
      return isIn(view?.fields[edit.field], edit.of, nameInView(change))
    }),
  )
}

/** A change, preceded by the failed changes that its edits build on. */
export function withWhatItStandsOn(state: StoreState, change: OwnChange): readonly OwnChange[] {
  if (wouldStand(state, [change])) return [change]
  const edits = editsOf(state, change)
  const isUnder = (other: OwnChange): boolean => edits.some(({ stored, edit }) => writesUnder(state, other, stored, edit))
  const before = [...state.changes.inSpace(change.space).failed.values()].filter((other) => other.seq < change.seq && isUnder(other))
  return [...before.sort((a, b) => a.seq - b.seq), change]
}

/** Changes that were never offered and that the hub would refuse, because their edits build on the write `gone`. */
export function leftWithout(state: StoreState, stored: StoredRecord, gone: Name | null): readonly OwnChange[] {
  const fields = Object.values(state.records.view(stored)?.fields ?? {})
  const waiting = fields.flatMap((field) => (field.kind === 'register' ? waitingWithout(field, gone) : NONE))
  if (waiting.length === 0) return NO_CHANGES
  return stored.open
    .map((seq) => state.changes.get(seq))
    .filter((change) => change !== undefined)
    .filter((change) => isUnanswered(change) && !change.offered && waiting.includes(nameInView(change)))
}

const NONE: readonly Name[] = []
const NO_CHANGES: readonly OwnChange[] = []

/**
 * The names of waiting edits whose string is `gone` or still an entry. Edits of a superseded string are left out: the hub adds them to its
 * history.
 */
const waitingWithout = ({ entries, waiting = [] }: Register, gone: Name | null): readonly Name[] =>
  waiting.filter(({ of }) => of === gone || of === ORIGIN || entries.some((entry) => entry.name === of)).map(({ name }) => name)

const isIn = (field: FieldState | undefined, of: Name, name: Name): boolean =>
  field?.kind === 'register' &&
  field.entries.some((entry) => entry.name === of) &&
  field.waiting?.some((edit) => edit.name === name) !== true

const writesUnder = (state: StoreState, other: OwnChange, { id }: StoredRecord, { field, of }: TextEdit): boolean =>
  state.changes.operationsOn(other.seq, id)?.fields.some((write) => {
    if (write.field !== field) return false
    return write.kind === 'edit' ? write.of === of : write.kind === 'set' && other.name === of
  }) === true

function editsOf(state: StoreState, { seq, space }: OwnChange): { readonly stored: StoredRecord; readonly edit: TextEdit }[] {
  return state.changes.content(seq).operations.flatMap(({ collection: name, record, fields }) => {
    const edits = fields.filter((operation) => operation.kind === 'edit')
    if (edits.length === 0) return []
    const collection = state.records.collection(name)
    const stored = state.records.load(collection, record) ?? state.records.fresh(collection, record, space)
    return edits.map((edit) => ({ stored, edit }))
  })
}
