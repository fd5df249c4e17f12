/** The notes that a person has marked, to do one thing to all of them; null while nobody marks. */
import type { RecordId } from '@tombolo/core'
import { Cell, useCell } from '../cell.ts'

export type Selection = ReadonlySet<RecordId> | null

const selection = new Cell<Selection>(null)

export const useSelection = (): Selection => useCell(selection)

export const select = (ids: Iterable<RecordId> | null): void => selection.set(ids === null ? null : new Set(ids))

export function toggle(id: RecordId): void {
  const marked = new Set(selection.get())
  if (!marked.delete(id)) marked.add(id)
  selection.set(marked)
}
