/**
 * A row of a sheet as a note, or the reasons why it cannot be one. Nothing is guessed and nothing is dropped silently: a cell that does not
 * fit its field refuses the row, and an empty one stays absent.
 */
import type { NewNote, Place, Quality } from '../notes/note.ts'
import { dateOf, type DayOrder, readDate } from '../notes/partial-date.ts'
import { type Mapping, type Target, TARGET_NAMES } from './columns.ts'

export type RowReading = { readonly ok: true; readonly note: NewNote } | { readonly ok: false; readonly reasons: readonly string[] }

export interface ReadOptions {
  readonly mapping: Mapping
  readonly dayOrder: DayOrder
}

export function readRow(cells: readonly string[], options: ReadOptions): RowReading {
  const row = new Row(cells, options)
  const note = row.note()
  const reasons = [...new Set(row.reasons)]
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, note }
}

/** How many degrees there are in each direction. */
const LAT_MAX = 90
const LON_MAX = 180

class Row {
  readonly reasons: string[] = []
  readonly #cells: readonly string[]
  readonly #options: ReadOptions

  constructor(cells: readonly string[], options: ReadOptions) {
    this.#cells = cells
    this.#options = options
  }

  note(): NewNote {
    const title = this.#text('title')
    const body = this.#text('body')
    if (title === '' && body === '') this.reasons.push('there is neither a title nor a note')
    return {
      title,
      ...optional('body', body === '' ? undefined : body),
      ...optional('tags', this.#tags()),
      ...optional('observedAt', this.#date()),
      ...optional('place', this.#place()),
      ...optional('quality', this.#quality()),
      ...optional('visits', this.#whole('visits')),
      ...optional('count', this.#whole('count')),
      ...optional('openings', this.#whole('openings')),
    }
  }

  #text(target: Target): string {
    const column = this.#options.mapping[target]
    const cell = column === undefined ? '' : (this.#cells[column] ?? '').trim()
    // What an export marked so that no spreadsheet takes it for a formula.
    return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell
  }

  #tags(): readonly string[] | undefined {
    const tags = this.#text('tags')
      .split(/[;,|]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '')
    return tags.length === 0 ? undefined : [...new Set(tags)]
  }

  #date(): string | undefined {
    const written = this.#text('observed')
    const reading = written === '' ? this.#dateInParts() : readDate(written, this.#options.dayOrder)
    if (reading === undefined) return undefined
    if (reading.ok) return reading.date
    this.reasons.push(reading.reason)
    return undefined
  }

  #dateInParts(): ReturnType<typeof dateOf> | undefined {
    const [year, month, day] = [this.#whole('year'), this.#whole('month'), this.#whole('day')]
    if (year === undefined) return month === undefined && day === undefined ? undefined : { ok: false, reason: 'there is no year' }
    return dateOf({ year, month: month ?? null, day: day ?? null })
  }

  #place(): Place | undefined {
    const [lat, lon] = [this.#degrees('lat', LAT_MAX), this.#degrees('lon', LON_MAX)]
    const accuracy = this.#number('accuracy') ?? null
    if (lat !== undefined && lon !== undefined) return { lat, lon, accuracy }
    const [hasLat, hasLon] = [this.#text('lat') !== '', this.#text('lon') !== '']
    if (hasLat !== hasLon) this.reasons.push(`${TARGET_NAMES[hasLat ? 'lon' : 'lat']} is missing`)
    return undefined
  }

  #degrees(target: 'lat' | 'lon', max: number): number | undefined {
    const degrees = this.#number(target)
    if (degrees === undefined || Math.abs(degrees) <= max) return degrees
    this.reasons.push(`${TARGET_NAMES[target]} ${degrees} is beyond ${max}°`)
    return undefined
  }

  #quality(): Quality | undefined {
    const written = this.#text('quality').toLowerCase()
    if (written === '' || written === 'poor' || written === 'good') return written === '' ? undefined : written
    this.reasons.push(`Quality “${written}” is neither poor nor good`)
    return undefined
  }

  #whole(target: Target): number | undefined {
    const number = this.#number(target)
    if (number === undefined || (Number.isSafeInteger(number) && number >= 0)) return number
    this.reasons.push(`${TARGET_NAMES[target]} ${number} is not a whole number from 0`)
    return undefined
  }

  #number(target: Target): number | undefined {
    const written = this.#text(target)
    if (written === '') return undefined
    // A comma is a decimal point in much of the world; with both it is anybody's guess.
    const plain = /^[+-]?\d+,\d+$/.test(written) ? written.replace(',', '.') : written
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain)
    this.reasons.push(`${TARGET_NAMES[target]} “${written}” is not a number`)
    return undefined
  }
}

const optional = <K extends keyof NewNote>(key: K, value: NewNote[K] | undefined): Partial<Record<K, NewNote[K]>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, NewNote[K]>>)
