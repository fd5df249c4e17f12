/**
 * When something was observed: a date of which only a part may be known, and the time of day where somebody looked at a watch. Read from
 * what people and data loggers write; a time that is not understood is said, never dropped.
 *
 *   '2021-05-03T06:40' '3.5.2021 6:40' '5/13/2021, 6:40 AM' → 2021-05-03, 06:40        '2021-05' → 2021-05, no time
 */
import { type DayOrder, readDate } from './partial-date.ts'

export type TimeReading = { readonly ok: true; readonly time: string } | { readonly ok: false; readonly reason: string }

export type MomentReading =
  { readonly ok: true; readonly date: string; readonly time: string | null } | { readonly ok: false; readonly reason: string }

/** A date, what parts it from a time, and all the rest. */
const WITH_TIME = /^(.*\d)(?:\s*[T,]\s*|\s+)(\d{1,2}[:.h].*|\d{1,2}\s*[ap]\.?m\.?.*)$/i
const TIME = /^(\d{1,2})(?:[:.h](\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|[-+−]\d{1,2}(?::?\d{2})?)?$/i

/** A date, with or without a time. */
export function readMoment(text: string, order: DayOrder = 'unknown'): MomentReading {
  const [, day = text, rest = null] = WITH_TIME.exec(text.trim()) ?? []
  const date = readDate(day, order)
  if (!date.ok || rest === null) return date.ok ? { ...date, time: null } : date
  const time = readTime(rest)
  return time.ok ? { ...date, time: time.time } : time
}

/** A time of day as a person writes it: `6:40`, `06:40:15`, `6.40 pm`, `06:40+02:00`. */
export function readTime(text: string): TimeReading {
  const [matched, hour = '', minute = '00', second, half, offset] = TIME.exec(text.trim()) ?? []
  const isClock = matched !== undefined && (half !== undefined || /[:.h]/.test(matched))
  const hours = isClock ? hoursOf(Number(hour), half) : null
  if (hours === null || Number(minute) > 59 || Number(second?.replace(',', '.') ?? 0) >= 60)
    return { ok: false, reason: `“${text.trim()}” is not a time of day; write 06:40 or 18:40` }
  const zone = offset === undefined ? '' : offsetOf(offset)
  if (zone === null) return { ok: false, reason: `“${text.trim()}”: there is no such offset from UTC` }
  return { ok: true, time: `${pad(hours)}:${minute}${second === undefined ? '' : `:${second.replace(',', '.')}`}${zone}` }
}

/** Of 24, or of twice 12. */
function hoursOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null
  if (hour < 1 || hour > 12) return null
  return (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0)
}

/** As ISO 8601 writes it. */
function offsetOf(written: string): string | null {
  const [, sign, hours = '', minutes = '00'] = /^([-+−])(\d{1,2}):?(\d{2})?$/.exec(written) ?? []
  if (sign === undefined) return 'Z'
  return Number(hours) > 23 || Number(minutes) > 59 ? null : `${sign === '+' ? '+' : '-'}${hours.padStart(2, '0')}:${minutes}`
}

const pad = (number: number): string => String(number).padStart(2, '0')
