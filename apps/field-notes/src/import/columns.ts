/**
 * Which column of a sheet becomes what of a note. A first guess is made from the headings; the person has the last word.
 * An id makes a row a correction of the note that has it, and a project says where a new one goes.
 */
import { EVERY_COLUMN, type FieldColumn } from '../notes/fields.ts'

export type SheetColumn = FieldColumn | 'project' | 'id'

/** The index of the column for each that there is. */
export type Mapping = { readonly [C in SheetColumn]?: number }

const FIELD_COLUMNS = EVERY_COLUMN.map(([name, , { heading, names }]) => ({ name, heading, names }))

interface NamedColumn {
  readonly name: SheetColumn
  readonly heading: string
  readonly names: readonly string[]
}

/** In the order in which they are offered, and in which an export writes those that it has. */
export const COLUMNS: readonly NamedColumn[] = [
  ...FIELD_COLUMNS,
  { name: 'project', heading: 'Project', names: ['project'] },
  { name: 'id', heading: 'Id', names: ['id'] },
]

export const COLUMN_WORDS = Object.fromEntries(COLUMNS.map(({ name, heading }) => [name, heading])) as Readonly<Record<SheetColumn, string>>

/** A column for each whose heading is known; a column serves once, and an earlier name counts more than a later one. */
export function guessMapping(headings: readonly string[]): Mapping {
  const plain = headings.map(plainly)
  const taken = new Set<number>()
  const mapping: { [C in SheetColumn]?: number } = {}
  for (const { name, names } of COLUMNS) {
    const column = names.map((one) => plain.indexOf(one)).find((index) => index >= 0 && !taken.has(index))
    if (column === undefined) continue
    mapping[name] = column
    taken.add(column)
  }
  return mapping
}

/** Case, spaces, underscores, units in brackets: `Latitude (°)` is `latitude`. */
const plainly = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/\(.*\)/, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
