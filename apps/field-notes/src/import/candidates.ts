/** The rows of a sheet, told apart: those that are notes, and those that are refused with their reasons. */
import type { NewNote } from '../notes/note.ts'
import type { DayOrder } from '../notes/partial-date.ts'
import type { Mapping } from './columns.ts'
import { readRow } from './read-row.ts'
import type { Sheet, SheetRow } from './sheet.ts'

export interface Candidate {
  readonly row: SheetRow
  readonly note: NewNote
}

export interface Refusal {
  readonly row: SheetRow
  readonly reasons: readonly string[]
}

export interface Sorted {
  readonly candidates: readonly Candidate[]
  readonly refusals: readonly Refusal[]
}

export function sortRows({ rows }: Sheet, mapping: Mapping, dayOrder: DayOrder): Sorted {
  const candidates: Candidate[] = []
  const refusals: Refusal[] = []
  for (const row of rows) {
    const reading = row.fault === null ? readRow(row.cells, { mapping, dayOrder }) : { ok: false as const, reasons: [row.fault] }
    if (reading.ok) candidates.push({ row, note: reading.note })
    else refusals.push({ row, reasons: reading.reasons })
  }
  return { candidates, refusals }
}
