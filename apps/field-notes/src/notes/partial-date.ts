/**
 * Dates of which only a part may be known: `1977`, `1977-07`, `1977-07-04`. Read from what people write, taken apart for a form, and
 * shown in words.
 *
 *   '4.7.1977' '1977/7/4' → 1977-07-04        '07/04/1977' is two days until somebody says which
 */
export interface DateParts {
  readonly year: number
  readonly month: number | null
  readonly day: number | null
}

/** What `3/4/1977` means. */
export type DayOrder = 'day-first' | 'month-first' | 'unknown'

export type DateReading = { readonly ok: true; readonly date: string } | { readonly ok: false; readonly reason: string }

const ISO = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/
const DOTTED = /^(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*(\d{4})$/
const SLASHED = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/

/** A date as a person writes it. One with a time is for `readMoment`. */
export function readDate(text: string, order: DayOrder = 'unknown'): DateReading {
  const written = text.trim()
  const iso = ISO.exec(written)
  if (iso !== null) return joined(iso[1], iso[2], iso[3], written)
  const dotted = DOTTED.exec(written)
  if (dotted !== null) return joined(dotted[3], dotted[2], dotted[1], written)
  const slashed = SLASHED.exec(written)
  if (slashed !== null) return readSlashed(slashed[1] ?? '', slashed[2] ?? '', slashed[3] ?? '', order, written)
  return { ok: false, reason: `“${written}” is not a date; write 2026-11-22, 2026-11 or 2026` }
}

function readSlashed(first: string, second: string, year: string, order: DayOrder, written: string): DateReading {
  const isDayFirst = Number(first) > 12 || first === second || (Number(second) <= 12 && order === 'day-first')
  if (isDayFirst) return joined(year, second, first, written)
  if (Number(second) > 12 || order === 'month-first') return joined(year, first, second, written)
  const [one, other] = [
    `${year}-${pad(Number(second), 2)}-${pad(Number(first), 2)}`,
    `${year}-${pad(Number(first), 2)}-${pad(Number(second), 2)}`,
  ]
  return { ok: false, reason: `“${written}” may be day or month first; write ${one} or ${other}` }
}

const joined = (year: string | undefined, month: string | undefined, day: string | undefined, written: string): DateReading =>
  dateOf({ year: Number(year), month: month === undefined ? null : Number(month), day: day === undefined ? null : Number(day) }, written)

/** Parts as one date, if there was such a day. */
export function dateOf({ year, month, day }: DateParts, written: string = [year, month ?? '?', day ?? '?'].join('-')): DateReading {
  if (!Number.isInteger(year) || year < 1 || year > 9999) return { ok: false, reason: `“${written}”: there is no such year` }
  if (month === null) return day === null ? { ok: true, date: pad(year, 4) } : { ok: false, reason: `“${written}”: a day needs its month` }
  if (!Number.isInteger(month) || month < 1 || month > 12) return { ok: false, reason: `“${written}”: there is no such month` }
  if (day === null) return { ok: true, date: `${pad(year, 4)}-${pad(month, 2)}` }
  if (!Number.isInteger(day) || day < 1 || day > daysIn(year, month)) return { ok: false, reason: `“${written}”: there is no such day` }
  return { ok: true, date: `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` }
}

export function partsOf(date: string): DateParts {
  const [year, month, day] = date.split('-').map(Number)
  return { year: year ?? 0, month: month ?? null, day: day ?? null }
}

/** In words of the reader's language: '4 July 1977', 'July 1977', '1977'. */
export function showDate(date: string, locale?: string): string {
  const { year, month, day } = partsOf(date)
  const options: Intl.DateTimeFormatOptions = {
    timeZone: 'UTC',
    year: 'numeric',
    ...(month === null ? {} : { month: 'short' }),
    ...(day === null ? {} : { day: 'numeric' }),
  }
  return new Intl.DateTimeFormat(locale, options).format(utc(year, month ?? 1, day ?? 1))
}

/** The day that it is where this person stands. */
export const dayOf = (now: Date): string => `${pad(now.getFullYear(), 4)}-${pad(now.getMonth() + 1, 2)}-${pad(now.getDate(), 2)}`

const daysIn = (year: number, month: number): number => utc(year, month + 1, 0).getUTCDate()

/** `Date.UTC` takes the years before 100 for those of the last century. */
function utc(year: number, month: number, day: number): Date {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date
}

const pad = (number: number, digits: number): string => String(number).padStart(digits, '0')
