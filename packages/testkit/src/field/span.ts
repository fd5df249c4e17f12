/** Lengths of time as people say them: `'3 days'`. */

const UNITS_MS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const

/** A unit of time. */
export type Unit = keyof typeof UNITS_MS

/** A length of time: `'90 seconds'`, `'1 week'`, or milliseconds. */
export type Span = number | `${number} ${Unit | `${Unit}s`}`

/** How far a clock is ahead (`'+3 days'`, `'3 days'`) or behind (`'-2 hours'`). */
export type Shift = Span | `+${number} ${Unit | `${Unit}s`}`

/** @throws RangeError for anything but a number and a unit. */
export function msOf(span: Shift): number {
  if (typeof span === 'number') return span
  const [, count, unit] = /^([+-]?\d+(?:\.\d+)?) (second|minute|hour|day|week)s?$/.exec(span) ?? []
  if (count === undefined) throw new RangeError(`'${span}' is no length of time: say '3 days', '-2 hours', or milliseconds`)
  return Number(count) * UNITS_MS[unit as Unit]
}
