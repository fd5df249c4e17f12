/** What the fields of a note are called on the screen. */
export const FIELD_WORDS: Readonly<Record<string, string>> = {
  title: 'Title',
  body: 'Note',
  tags: 'Tags',
  visits: 'Visits',
  observedAt: 'Observed',
  quality: 'Quality',
  place: 'Place',
  count: 'Count',
  openings: 'Openings',
}

/** As within a sentence; `$life` is whether the note is there at all. */
export const fieldWords = (field: string): string =>
  field === '$life' ? 'whether it is kept' : `the ${(FIELD_WORDS[field] ?? field).toLowerCase()}`
