/** A table in Markdown (GitHub Flavored Markdown §4.10), whose columns line up. */

/** The first row holds the headings; all rows have as many cells as it has. */
export function tableOf([headings = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(cellOf))
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)))
  const lineOf = (row: readonly string[]): string => `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`
  const [first = [], ...others] = cells
  return [lineOf(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others.map(lineOf)].join('\n')
}

/** What would end a cell or a row, or be read as Markdown; an underscore is, at the edge of a word. */
const MARKS = /[\\|<*`[]|\b_|_\b/g

const cellOf = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(MARKS, String.raw`\$&`)
