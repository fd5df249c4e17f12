/** A file of comma-separated values as rows of cells. The first row names the columns; the delimiter is found out. */
import papaparse from 'papaparse'

export interface Sheet {
  readonly headings: readonly string[]
  readonly rows: readonly SheetRow[]
}

export interface SheetRow {
  /** As a spreadsheet counts: the headings are row 1. */
  readonly number: number
  readonly cells: readonly string[]
  /** Why the file's text does not make a row here. */
  readonly fault: string | null
}

/** More than this is no field sheet; a browser would be slow with it. */
export const SHEET_BYTES_MAX = 50 * 1024 * 1024

/** Text of a file, whichever of the two usual ways it is encoded: old spreadsheets know no UTF-8. */
export async function textOf(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

export function readSheet(text: string): Sheet {
  const { data, errors } = papaparse.parse<string[]>(text.replace(/^\uFEFF/, ''), { skipEmptyLines: 'greedy' })
  const faults = new Map(
    errors.flatMap(({ row, message, type }) => (row === undefined || type !== 'Quotes' ? [] : [[row, message] as const])),
  )
  const [headings = [], ...rows] = data
  return {
    headings: headings.map((heading, index) => heading.trim() || `Column ${index + 1}`),
    rows: rows.map((cells, index) => ({
      number: index + 2,
      cells,
      fault: faults.get(index + 1) ?? tooMany(cells, headings),
    })),
  }
}

/** Fewer cells are how spreadsheets write empty ones at the end; more mean that something was cut wrongly. */
const tooMany = (cells: readonly string[], headings: readonly string[]): string | null =>
  cells.length > headings.length ? `there are ${cells.length} cells, but ${headings.length} headings` : null
