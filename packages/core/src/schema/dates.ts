/**
 * Dates as text. They are compared and stored as text, never converted to instants.
 *
 *   date            ISO 8601, as precise as is known:  1977 · 1977-07 · 1977-07-04
 *   localDateTime   RFC 9557, the time of a wall clock, and its zone:
 *                   2026-11-22T17:36:00[Europe/Ljubljana] · 2026-11-22T17:36:00+01:00 · 2026-11-22T16:36:00Z
 *
 * The name of the zone is not looked up: devices with different zone tables must agree.
 */

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/
const OFFSET = String.raw`[+-](?:[01]\d|2[0-3]):[0-5]\d`
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?`
const ZONE_PART = String.raw`[A-Za-z._][A-Za-z0-9._+-]*`
const ZONE = String.raw`\[!?(?:${ZONE_PART}(?:/${ZONE_PART})*|${OFFSET})\]`
const LOCAL_DATE_TIME = new RegExp(String.raw`^(\d{4}-\d{2}-\d{2})T${TIME}(?:(?:Z|${OFFSET})(?:${ZONE})?|${ZONE})$`)

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether this is a day, month or year of the Gregorian calendar (years 0001 to 9999). */
export function isDate(text: string): boolean {
  const parts = DATE.exec(text)
  if (parts === null) return false
  const [, year = '', month = '01', day = '01'] = parts
  return year !== '0000' && Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month))
}

/** Whether this is a full date, a time to the second or finer, and an offset, a zone or both. */
export function isLocalDateTime(text: string): boolean {
  const date = LOCAL_DATE_TIME.exec(text)?.[1]
  return date !== undefined && isDate(date)
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
}
