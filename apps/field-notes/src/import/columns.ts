/**
 * Which column of a sheet becomes what of a note. A first guess is made from the headings; the person has the last word.
 */
export const TARGETS = [
  'title',
  'body',
  'tags',
  'observed',
  'year',
  'month',
  'day',
  'lat',
  'lon',
  'accuracy',
  'quality',
  'visits',
  'count',
  'openings',
] as const

export type Target = (typeof TARGETS)[number]

/** The index of the column for each target that has one. */
export type Mapping = { readonly [T in Target]?: number }

export const TARGET_NAMES: Readonly<Record<Target, string>> = {
  title: 'Title',
  body: 'Note',
  tags: 'Tags',
  observed: 'Observed',
  year: 'Year',
  month: 'Month',
  day: 'Day',
  lat: 'Latitude',
  lon: 'Longitude',
  accuracy: 'Accuracy (m)',
  quality: 'Quality',
  visits: 'Visits',
  count: 'Count',
  openings: 'Openings',
}

/** What headings are called in sheets that people and other apps make; Darwin Core's terms among them. */
const HEADINGS: Readonly<Record<Target, readonly string[]>> = {
  title: ['title', 'name', 'species', 'scientificname', 'taxon', 'subject', 'label'],
  body: ['note', 'notes', 'body', 'text', 'description', 'remarks', 'occurrenceremarks', 'comment', 'comments'],
  tags: ['tags', 'tag', 'keywords', 'category', 'categories'],
  observed: ['observed', 'observedat', 'observedon', 'date', 'eventdate', 'when', 'day and time', 'datetime', 'timestamp'],
  year: ['year'],
  month: ['month'],
  day: ['day'],
  lat: ['latitude', 'lat', 'decimallatitude', 'y'],
  lon: ['longitude', 'lon', 'lng', 'long', 'decimallongitude', 'x'],
  accuracy: ['accuracy', 'accuracym', 'positionalaccuracy', 'coordinateuncertaintyinmeters', 'uncertainty'],
  quality: ['quality'],
  visits: ['visits'],
  count: ['count', 'individualcount', 'number', 'n', 'colonies', 'abundance', 'howmany'],
  openings: ['openings'],
}

/** A column for each target whose heading is known; a column serves once, and an earlier name counts more than a later one. */
export function guessMapping(headings: readonly string[]): Mapping {
  const plain = headings.map(plainly)
  const taken = new Set<number>()
  const mapping: { [T in Target]?: number } = {}
  for (const target of TARGETS) {
    const column = HEADINGS[target].map((name) => plain.indexOf(plainly(name))).find((index) => index >= 0 && !taken.has(index))
    if (column === undefined) continue
    mapping[target] = column
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
