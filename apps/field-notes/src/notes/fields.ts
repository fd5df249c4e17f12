/**
 * Everything that this app does with a field of a note, in one place: what it is called, which columns of a sheet it is, how it is read
 * from them and written to them, what a map gets of it, and how a corrected value is saved. Whoever deals with all fields goes through
 * these, so that a field of the schema that is forgotten here does not compile. Its input is in parts/note-inputs.tsx, under the same rule.
 */
import type { CollectionWriter } from '@tombolo/client'
import type { app } from '../schema.ts'
import type { NewNote, Note, Place } from './note.ts'
import { dateOf, showDate } from './partial-date.ts'
import { placeWords } from './place.ts'
import { showTime } from './time-words.ts'

export type FieldKey = keyof NewNote
type Writer = CollectionWriter<typeof app, 'notes'>
type Cell = string | number | null

/** A column of a sheet that has to do with a field. */
export interface Column<Value> {
  readonly heading: string
  /** What people and other apps call it, Darwin Core's terms among them; plainly: in lower case, letters and digits. */
  readonly names: readonly string[]
  /** What stands in it; without this the column is only read. */
  readonly cell?: (value: Value) => Cell
}

/** The cells of one row, by what their columns are. What does not fit is put down by `refuse`, and nothing of it is written. */
export interface Cells<Name extends string> {
  /** '' where the cell is empty. */
  readonly text: (column: Name) => string
  readonly number: (column: Name) => number | undefined
  /** Date and time, from one column or from several. */
  readonly moment: () => { readonly date?: string; readonly time?: string }
  readonly has: (column: Name) => boolean
  readonly refuse: (reason: string) => undefined
}

export interface NoteField<F extends FieldKey = FieldKey, Name extends string = string> {
  /** What it is called on the screen. */
  readonly words: string
  /** What it is while nobody has put anything in. */
  readonly empty: Note[F]
  readonly columns: Readonly<Record<Name, Column<Note[F]>>>
  /** Undefined where the row says nothing. `before`: the note that the row is about to change. */
  readonly read: (cells: Cells<Name>, before: Note | null) => NewNote[F] | undefined
  /** In a preview and in the history; without this, as it stands. */
  readonly show?: (value: NonNullable<Note[F]>) => string
  /** Properties of its feature in GeoJSON. */
  readonly properties: (value: Note[F]) => Readonly<Record<string, unknown>>
  /** Makes this of it; without this the value is written over as a whole. */
  readonly change?: (writer: Writer, note: Note, value: Note[F]) => void
  /**
   * What of it tells one observation from another; null for what people put to a note later. An import that is repeated knows by this what
   * it has brought already.
   */
  readonly identity: ((value: Note[F]) => unknown) | null
}

/** What there is to say, for each field of the schema. */
export type EveryField = { readonly [F in FieldKey]: NoteField<F, never> | NoteField<F> }

/** Takes the columns’ names from what is declared, so that `read` asks for no other. */
const field = <F extends FieldKey, Name extends string>(_: F, declared: NoteField<F, Name>): NoteField<F, Name> => declared

const asItIs = <T>(value: T): T => value

const wholeNumber = (heading: string, names: readonly string[]): Column<number | null> => ({ heading, names, cell: (value) => value })

/** In the order of a sheet's columns. */
export const NOTE_FIELDS = {
  title: field('title', {
    words: 'Title',
    empty: '',
    columns: {
      title: {
        heading: 'Title',
        names: ['title', 'name', 'species', 'scientificname', 'taxon', 'subject', 'label'],
        cell: (title) => title,
      },
    },
    read: (cells) => cells.text('title') || undefined,
    properties: (title) => ({ title }),
    identity: asItIs,
  }),
  body: field('body', {
    words: 'Note',
    empty: '',
    columns: {
      body: {
        heading: 'Note',
        names: ['note', 'notes', 'body', 'text', 'description', 'remarks', 'occurrenceremarks', 'comment', 'comments'],
        cell: (body) => body,
      },
    },
    read: (cells) => cells.text('body') || undefined,
    properties: (note) => ({ note }),
    // In place, so that what others write at the same time stays.
    change: (writer, note, to) => writer.edit(note, 'body', { from: note.body, to }),
    identity: asItIs,
  }),
  tags: field('tags', {
    words: 'Tags',
    empty: [],
    columns: { tags: { heading: 'Tags', names: ['tags', 'tag', 'keywords', 'category', 'categories'], cell: (tags) => tags.join('; ') } },
    read: (cells) => {
      const tags = tagsIn(cells.text('tags'))
      return tags.length === 0 ? undefined : tags
    },
    show: (tags) => tags.join(', '),
    properties: (tags) => ({ tags }),
    change: (writer, note, tags) => {
      for (const tag of tags) if (!note.tags.includes(tag)) writer.addTo(note, 'tags', tag)
      for (const tag of note.tags) if (!tags.includes(tag)) writer.removeFrom(note, 'tags', tag)
    },
    identity: null,
  }),
  observedAt: field('observedAt', {
    words: 'Observed',
    empty: null,
    columns: {
      observed: {
        heading: 'Observed',
        names: ['observed', 'observedat', 'observedon', 'date', 'eventdate', 'when', 'dayandtime', 'datetime', 'timestamp'],
        cell: (date) => date,
      },
      year: { heading: 'Year', names: ['year'] },
      month: { heading: 'Month', names: ['month'] },
      day: { heading: 'Day', names: ['day'] },
    },
    read: (cells) => cells.moment().date ?? dateInParts(cells),
    show: (date) => showDate(date),
    properties: (observed) => ({ observed }),
    identity: asItIs,
  }),
  observedTime: field('observedTime', {
    words: 'Time',
    empty: null,
    columns: { time: { heading: 'Time', names: ['time', 'observedtime', 'eventtime', 'timeofday', 'hour'], cell: (time) => time } },
    read: (cells) => cells.moment().time,
    show: showTime,
    properties: (time) => ({ time }),
    identity: asItIs,
  }),
  place: field('place', {
    words: 'Place',
    empty: null,
    columns: {
      lat: { heading: 'Latitude', names: ['latitude', 'lat', 'decimallatitude', 'y'], cell: (place) => place?.lat ?? null },
      lon: {
        heading: 'Longitude',
        names: ['longitude', 'lon', 'lng', 'long', 'decimallongitude', 'x'],
        cell: (place) => place?.lon ?? null,
      },
      accuracy: {
        heading: 'Accuracy (m)',
        names: ['accuracy', 'accuracym', 'positionalaccuracy', 'coordinateuncertaintyinmeters', 'uncertainty'],
        cell: (place) => place?.accuracy ?? null,
      },
    },
    read: placeIn,
    show: placeWords,
    properties: (place) => ({ accuracy: place?.accuracy ?? null }),
    identity: (place) => (place === null ? null : [place.lat, place.lon]),
  }),
  quality: field('quality', {
    words: 'Quality',
    empty: null,
    columns: { quality: { heading: 'Quality', names: ['quality'], cell: (quality) => quality } },
    read: (cells) => {
      const written = cells.text('quality').toLowerCase()
      if (written === '' || written === 'poor' || written === 'good') return written === '' ? undefined : written
      cells.refuse(`Quality “${written}” is neither poor nor good`)
      return undefined
    },
    show: (quality) => (quality === 'good' ? 'Good' : 'Poor'),
    properties: (quality) => ({ quality }),
    identity: null,
  }),
  visits: field('visits', {
    words: 'Visits',
    empty: 0,
    columns: { visits: { heading: 'Visits', names: ['visits'], cell: (visits) => visits } },
    read: (cells) => {
      const visits = cells.number('visits')
      if (visits !== undefined && visits < 0) cells.refuse(`Visits ${visits}: nobody was there less than never`)
      return visits
    },
    properties: (visits) => ({ visits }),
    // By the difference: everyone's visits count.
    change: (writer, note, visits) => writer.increment(note, 'visits', visits - note.visits),
    identity: null,
  }),
  count: field('count', {
    words: 'Count',
    empty: null,
    columns: {
      count: wholeNumber('Count', ['count', 'individualcount', 'number', 'n', 'colonies', 'abundance', 'howmany']),
    },
    read: (cells) => cells.number('count'),
    properties: (count) => ({ count }),
    identity: asItIs,
  }),
  openings: field('openings', {
    words: 'Openings',
    empty: null,
    columns: { openings: wholeNumber('Openings', ['openings']) },
    read: (cells) => cells.number('openings'),
    properties: (openings) => ({ openings }),
    identity: asItIs,
  }),
} satisfies EveryField

/** The columns that have to do with any field. */
export type FieldColumn = { [F in FieldKey]: keyof (typeof NOTE_FIELDS)[F]['columns'] & string }[FieldKey]

/** All fields, for whoever treats them alike. */
export const EVERY_FIELD = Object.entries(NOTE_FIELDS) as unknown as readonly (readonly [FieldKey, NoteField])[]

/** All columns, with the field that each has to do with. */
export const EVERY_COLUMN: readonly (readonly [column: FieldColumn, field: FieldKey, Column<Note[FieldKey]>])[] = EVERY_FIELD.flatMap(
  ([key, { columns }]) => Object.entries(columns).map(([name, column]) => [name as FieldColumn, key, column] as const),
)

/** Nothing that a person has put in: such a note is not worth keeping. */
export const isBlank = (note: Note): boolean => EVERY_FIELD.every(([key, { empty }]) => isSameValue(note[key], empty))

/** What was put into a note, as another note would be given it. */
export const contentOf = (note: Note): NewNote => {
  const given = EVERY_FIELD.filter(([key, { empty }]) => key === 'title' || !isSameValue(note[key], empty))
  return Object.fromEntries(given.map(([key]) => [key, note[key]])) as unknown as NewNote
}

/** Are these the same for a person? */
export const isSameValue = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** A value in words; '' for one that is absent. */
export function shownValue(key: FieldKey, value: unknown): string {
  if (value === undefined || value === null) return ''
  const show = EVERY_FIELD.find(([name]) => name === key)?.[1].show as ((value: unknown) => string) | undefined
  return show?.(value) ?? (typeof value === 'string' ? value : JSON.stringify(value))
}

/** What was put into a note beside its title, in a few words; a bare number says what it counts. */
export function factsOf(note: NewNote): string {
  const facts = EVERY_FIELD.flatMap(([key, { words, empty }]) => {
    const value = note[key]
    if (key === 'title' || value === undefined || isSameValue(value, empty)) return []
    return [typeof value === 'number' ? `${words} ${value}` : shownValue(key, value)]
  })
  return facts.join(' · ')
}

/** As within a sentence; `$life` is whether the note is there at all. */
export const fieldWords = (key: string): string => (key === '$life' ? 'whether it is kept' : `the ${wordsOf(key).toLowerCase()}`)

/** What a field is called. */
export const wordsOf = (key: string): string => EVERY_FIELD.find(([name]) => name === key)?.[1].words ?? key

// ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Tags as a person types several at once. */
export const tagsIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[;,|\n]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]

function dateInParts(cells: Cells<'observed' | 'year' | 'month' | 'day'>): string | undefined {
  const [year, month, day] = [cells.number('year'), cells.number('month'), cells.number('day')]
  if (cells.text('observed') !== '' || (year === undefined && month === undefined && day === undefined)) return undefined
  if (year === undefined) return cells.refuse('there is no year')
  const reading = dateOf({ year, month: month ?? null, day: day ?? null })
  return reading.ok ? reading.date : cells.refuse(reading.reason)
}

/** A place that is only confirmed keeps the accuracy with which it was measured. */
function placeIn(cells: Cells<'lat' | 'lon' | 'accuracy'>, before: Note | null): Place | undefined {
  const [lat, lon, accuracy] = [cells.number('lat'), cells.number('lon'), cells.number('accuracy')]
  if (lat !== undefined && lon !== undefined) {
    const isConfirmed = !cells.has('accuracy') && before?.place?.lat === lat && before.place.lon === lon
    return { lat, lon, accuracy: accuracy ?? (isConfirmed ? (before?.place?.accuracy ?? null) : null) }
  }
  const [hasLat, hasLon] = [cells.text('lat') !== '', cells.text('lon') !== '']
  if (hasLat !== hasLon) cells.refuse(`${hasLat ? 'Longitude' : 'Latitude'} is missing`)
  return undefined
}

/** Sets have no order, and neither have the members of a group. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => JSON.stringify(element)).toSorted()
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}
