/**
 * Notes as CSV, with the headings that the import knows: a sheet that goes out, is corrected, and comes in again changes the same notes.
 * What is absent is an empty cell.
 */
import papaparse from 'papaparse'
import { COLUMN_WORDS } from '../import/columns.ts'
import { EVERY_COLUMN } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'

type Cell = string | number | null
export type ProjectNames = (note: Note) => string

type Written = readonly [heading: string, cell: (note: Note, projectOf: ProjectNames) => Cell]

const COLUMNS: readonly Written[] = [
  ...EVERY_COLUMN.flatMap(([, key, { heading, cell }]): readonly Written[] =>
    cell === undefined ? [] : [[heading, (note) => cell(note[key])]],
  ),
  [COLUMN_WORDS.project, (note, projectOf) => projectOf(note)],
  [COLUMN_WORDS.id, ({ id }) => id],
]

/** A line for the headings, and the mark by which spreadsheets know the encoding. */
export const csvHead = (): string => `\uFEFF${linesOf([COLUMNS.map(([heading]) => heading)])}`

export const csvOf = (notes: readonly Note[], projectOf: ProjectNames): string =>
  linesOf(notes.map((note) => COLUMNS.map(([, cell]) => cell(note, projectOf))))

// A cell that a spreadsheet would take for a formula is marked with an apostrophe; numbers are not.
const linesOf = (rows: readonly (readonly Cell[])[]): string =>
  rows.length === 0 ? '' : `${papaparse.unparse(rows as Cell[][], { escapeFormulae: true })}\r\n`
