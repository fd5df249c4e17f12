/**
 * The rows of a sheet, told apart: those that are new notes, those that correct a note that is here, those that say what a note says
 * already, and those that are refused with their reasons.
 */
import type { RecordId } from '@tombolo/core'
import type { NewNote, Note } from '../notes/note.ts'
import type { CellsOptions } from './cells.ts'
import { type Correction, idIn, projectIn, readCorrection, readNote } from './read-row.ts'
import type { Sheet, SheetRow } from './sheet.ts'

export interface Candidate {
  readonly row: SheetRow
  readonly note: NewNote
  /** The name of the project that the row wants; null where it says none. */
  readonly project: string | null
}

export interface Corrected {
  readonly row: SheetRow
  /** As it was when the sheet was looked at. */
  readonly note: Note
  readonly correction: Correction
}

export interface Refusal {
  readonly row: SheetRow
  readonly reasons: readonly string[]
}

export interface Sorted {
  readonly candidates: readonly Candidate[]
  readonly corrected: readonly Corrected[]
  readonly refusals: readonly Refusal[]
  /** Rows that say just what their note says. */
  readonly unchanged: number
  /** Rows with an id that no note here has: they are among the candidates. */
  readonly strangers: number
}

/** The notes that the ids of a sheet name. */
export interface KnownIds {
  readonly notes: ReadonlyMap<RecordId, Note>
  readonly deleted: ReadonlySet<RecordId>
}

export const NO_IDS: KnownIds = { notes: new Map(), deleted: new Set() }

export function sortRows({ rows }: Sheet, options: CellsOptions, known: KnownIds): Sorted {
  const sorter = new Sorter(options, known)
  for (const row of rows) sorter.take(row)
  return sorter
}

class Sorter implements Sorted {
  readonly candidates: Candidate[] = []
  readonly corrected: Corrected[] = []
  readonly refusals: Refusal[] = []
  unchanged = 0
  strangers = 0
  readonly #options: CellsOptions
  readonly #known: KnownIds
  readonly #seen = new Set<RecordId>()

  constructor(options: CellsOptions, known: KnownIds) {
    this.#options = options
    this.#known = known
  }

  take(row: SheetRow): void {
    if (row.fault !== null) return this.#refuse(row, [row.fault])
    const id = idIn(row.cells, this.#options.mapping)
    if (id === null) return this.#add(row)
    const note = this.#known.notes.get(id)
    if (note !== undefined) return this.#correct(row, note)
    if (this.#known.deleted.has(id)) return this.#refuse(row, ['the note with this Id was deleted; restore it first'])
    this.strangers++
    return this.#add(row)
  }

  #add(row: SheetRow): void {
    const reading = readNote(row.cells, this.#options)
    if (reading.ok) this.candidates.push({ row, note: reading.is, project: projectIn(row.cells, this.#options) })
    else this.#refuse(row, reading.reasons)
  }

  #correct(row: SheetRow, note: Note): void {
    if (this.#seen.has(note.id)) return this.#refuse(row, ['another row has the same Id'])
    this.#seen.add(note.id)
    const reading = readCorrection(row.cells, this.#options, note)
    if (!reading.ok) this.#refuse(row, reading.reasons)
    else if (Object.keys(reading.is).length === 0) this.unchanged++
    else this.corrected.push({ row, note, correction: reading.is })
  }

  #refuse(row: SheetRow, reasons: readonly string[]): void {
    this.refusals.push({ row, reasons })
  }
}
