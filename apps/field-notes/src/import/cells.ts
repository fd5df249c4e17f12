/** The cells of one row of a sheet, as the fields of a note ask for them. */
import { type Cells, type FieldColumn } from '../notes/fields.ts'
import { readMoment, readTime } from '../notes/moment.ts'
import type { DayOrder } from '../notes/partial-date.ts'
import { COLUMN_WORDS, type Mapping, type SheetColumn } from './columns.ts'

export interface CellsOptions {
  readonly mapping: Mapping
  readonly dayOrder: DayOrder
}

type Moment = ReturnType<Cells<FieldColumn>['moment']>

export class RowCells implements Cells<SheetColumn> {
  readonly #cells: readonly string[]
  readonly #options: CellsOptions
  readonly #reasons = new Set<string>()
  #moment: Moment | null = null

  constructor(cells: readonly string[], options: CellsOptions) {
    this.#cells = cells
    this.#options = options
  }

  /** Why this row cannot be taken; empty where it can. */
  get reasons(): readonly string[] {
    return [...this.#reasons]
  }

  readonly refuse = (reason: string): undefined => void this.#reasons.add(reason)

  readonly has = (column: SheetColumn): boolean => this.#options.mapping[column] !== undefined

  readonly text = (column: SheetColumn): string => {
    const index = this.#options.mapping[column]
    const cell = index === undefined ? '' : (this.#cells[index] ?? '').trim()
    // What an export marked so that no spreadsheet takes it for a formula.
    return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell
  }

  readonly number = (column: SheetColumn): number | undefined => {
    const written = this.text(column)
    if (written === '') return undefined
    // A comma is a decimal point in much of the world; with both it is anybody's guess.
    const plain = /^[+-]?\d+,\d+$/.test(written) ? written.replace(',', '.') : written
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain)
    this.refuse(`${COLUMN_WORDS[column]} “${written}” is not a number`)
    return undefined
  }

  readonly moment = (): Moment => (this.#moment ??= this.#readMoment())

  #readMoment(): Moment {
    const [written, apart] = [this.text('observed'), this.text('time')]
    const date = written === '' ? null : readMoment(written, this.#options.dayOrder)
    const time = apart === '' ? null : readTime(apart)
    if (date?.ok === false) this.refuse(date.reason)
    if (time?.ok === false) this.refuse(time.reason)
    const times = [date?.ok === true ? date.time : null, time?.ok === true ? time.time : null].filter((one) => one !== null)
    if (new Set(times).size > 1) this.refuse(`there are two times, ${times.join(' and ')}`)
    return { ...(date?.ok === true ? { date: date.date } : {}), ...(times[0] === undefined ? {} : { time: times[0] }) }
  }
}
