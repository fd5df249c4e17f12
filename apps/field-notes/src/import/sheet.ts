/** A file of comma-separated values as rows of cells. The first row names the columns; the delimiter is found out. */
import papaparse from 'papaparse'

export interface Sheet {
  readonly headings: readonly string[]
  readonly rows: readonly SheetRow[]
}

export interface SheetRow {
  /** As a spreadsheet counts, empty rows too: the headings are row 1, unless empty ones stand before them. */
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
  const { data, faults } = parsed(text.replace(/^\uFEFF/, ''))
  const rows = data.map((cells, index) => ({ number: index + 1, cells, fault: faults.get(index) ?? null })).filter((row) => !isEmpty(row))
  const [{ cells: headings } = { cells: [] }, ...others] = rows
  return {
    headings: headings.map((heading, index) => heading.trim() || `Column ${index + 1}`),
    rows: others.map((row) => ({ ...row, fault: row.fault ?? tooMany(row.cells, headings) })),
  }
}

interface Parsed {
  readonly data: readonly (readonly string[])[]
  /** By the index of the row. */
  readonly faults: ReadonlyMap<number, string>
}

/** Empty lines count as rows here, for faults are told by their row; to find out the delimiter they only confuse. */
function parsed(text: string): Parsed {
  const { delimiter } = papaparse.parse<string[]>(text, { skipEmptyLines: 'greedy', preview: 100 }).meta
  const { data, errors } = papaparse.parse<string[]>(text, { delimiter })
  const faults = errors.flatMap(({ row, message, type }) => (row === undefined || type !== 'Quotes' ? [] : [[row, message] as const]))
  return { data, faults: new Map(faults) }
}

const isEmpty = ({ cells, fault }: SheetRow): boolean => fault === null && cells.every((cell) => cell.trim() === '')

/** Fewer cells are how spreadsheets write empty ones at the end; more mean that something was cut wrongly. */
const tooMany = (cells: readonly string[], headings: readonly string[]): string | null =>
  cells.length > headings.length ? `there are ${cells.length} cells, but ${headings.length} headings` : null
