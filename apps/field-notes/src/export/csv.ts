/** Notes as CSV: headings that the import knows, so that what goes out comes in again; what is absent is an empty cell. */
import papaparse from 'papaparse'
import type { Note } from '../notes/note.ts'

type Cell = string | number | null
export type ProjectNames = (note: Note) => string

const COLUMNS: Readonly<Record<string, (note: Note, projectOf: ProjectNames) => Cell>> = {
  Title: ({ title }) => title,
  Note: ({ body }) => body,
  Tags: ({ tags }) => tags.join('; '),
  Observed: ({ observedAt }) => observedAt,
  Latitude: ({ place }) => place?.lat ?? null,
  Longitude: ({ place }) => place?.lon ?? null,
  'Accuracy (m)': ({ place }) => place?.accuracy ?? null,
  Quality: ({ quality }) => quality,
  Visits: ({ visits }) => visits,
  Count: ({ count }) => count,
  Openings: ({ openings }) => openings,
  Project: (note, projectOf) => projectOf(note),
  Id: ({ id }) => id,
}

/** A line for the headings, and the mark by which spreadsheets know the encoding. */
export const csvHead = (): string => `\uFEFF${linesOf([Object.keys(COLUMNS)])}`

export const csvOf = (notes: readonly Note[], projectOf: ProjectNames): string =>
  linesOf(notes.map((note) => Object.values(COLUMNS).map((cell) => cell(note, projectOf))))

// A cell that a spreadsheet would take for a formula is marked with an apostrophe; numbers are not.
const linesOf = (rows: readonly (readonly Cell[])[]): string =>
  rows.length === 0 ? '' : `${papaparse.unparse(rows as Cell[][], { escapeFormulae: true })}\r\n`
