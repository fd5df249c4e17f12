/**
 * What FieldNotes keeps, how it merges, and what it refuses. Imported by the page, the store worker and the hub.
 *
 * A project is a space. A note's title goes to whoever wrote last; its text merges character by character; two judgements of its
 * quality are put before a person; its place is one decision, latitude and longitude together.
 *
 * What a value may be is said here and nowhere else: screens and imports show the words of these checks, and the hub refuses the same.
 * Visits are a counter and have no check: each step is one person's, and only their sum could be judged.
 */
import { collection, counter, date, group, integer, number, oneOf, schema, set, string, text, unchanged, type Schema } from '@tombolo/core'

/** 06:40, as a watch said it, with seconds and the offset from UTC where they were written down. */
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/

const isTimeOfDay = (time: string): string | null =>
  TIME_OF_DAY.test(time) ? null : 'A time such as 06:40, 06:40:15 or 06:40+02:00 is wanted here.'

const between =
  (min: number, max: number) =>
  (value: number): string | null =>
    value >= min && value <= max ? null : `A number from ${min} to ${max} is wanted here.`

const atLeast =
  (min: number) =>
  (value: number): string | null =>
    value >= min ? null : `A number from ${min} up is wanted here.`

const notes = collection(
  {
    title: string(),
    body: text(),
    tags: set(string()).check((tag) => (tag.trim() === '' ? 'A tag has at least one letter.' : null)),
    visits: counter(),
    /** May be partial: a year, or a month, where the day was never written down. */
    observedAt: date().optional(),
    /** Apart from the date, for either may be known without the other. */
    observedTime: string().check(isTimeOfDay).optional(),
    quality: oneOf('poor', 'good').optional().review(),
    /** Degrees, WGS 84. `accuracy` in metres, where the device measured the place. */
    place: group({
      lat: number().check(between(-90, 90)),
      lon: number().check(between(-180, 180)),
      accuracy: number().check(atLeast(0)).optional(),
    }).optional(),
    /** What was counted, and how many openings it had, where somebody counted. */
    count: integer().check(atLeast(0)).optional(),
    openings: integer().check(atLeast(0)).optional(),
  },
  { onDelete: 'edit-wins', search: ['title', 'body'], indexes: [['observedAt', 'observedTime'], ['title']] },
)

/** Version 2 added the time of an observation, and the checks. Nothing that was written before has to change. */
export const app: Schema<{ notes: typeof notes }> = schema({ version: 2, collections: { notes }, upgrades: { 1: unchanged } })
