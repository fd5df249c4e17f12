/** The table that people read, and the JSON that programs read. */
import type { Figure, Growth } from './figure.ts'

const HEAD = ['', 'work', 'ours', 'raw', 'ratio', 'goal', 'reached']

export function tableOf(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => padded(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  )
  return lines.flatMap((line, index) => withNotes(line, figures[index - 1])).join('\n')
}

const cellsOf = ({ key, work, ours, raw, ratio, unit, goal, reached }: Figure): string[] => [
  key,
  work,
  `${short(ours)} ${unit}`,
  short(raw),
  ratio.toFixed(2),
  goal,
  reached ? 'yes' : 'no',
]

/** Numbers to the right, words to the left. */
const padded = (cell: string, width: number, column: number): string =>
  column === 3 || column === 4 ? cell.padStart(width) : cell.padEnd(width)

function withNotes(line: string, figure: Figure | undefined): string[] {
  const notes = [figure?.note, figure?.growth === undefined ? undefined : growthText(figure.growth)]
  return [line, ...notes.filter((note) => note !== undefined).map((note) => `${' '.repeat(figure?.key.length ?? 0)}  ↳ ${note}`)]
}

const growthText = ({ scale, ours, raw }: Growth): string =>
  `with ${scale} × the records: ours costs ${ours.toFixed(2)} ×, raw ${raw.toFixed(2)} ×`

const short = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : value >= 100 ? value.toFixed(0) : value.toPrecision(3)

export function jsonOf(figures: readonly Figure[]): string {
  const byKey = figures.map(({ key, ours, raw, ratio, unit, goal, reached, note, growth }) => {
    const grew = growth === undefined ? undefined : { ours: rounded(growth.ours), raw: rounded(growth.raw) }
    return [key, { ours: rounded(ours), raw: rounded(raw), ratio: rounded(ratio), unit, goal, reached, note, growth: grew }] as const
  })
  return JSON.stringify(Object.fromEntries(byKey))
}

const rounded = (value: number): number => Number(value.toPrecision(4))
