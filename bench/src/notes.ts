/**
 * The notes that everything here writes: about 400 bytes of JSON each, the same for the same number.
 * Ids are made by who writes them: that is part of the work.
 */
export interface Note {
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly at: number
  readonly site: string
  readonly place: { readonly lat: number; readonly lon: number }
}

/** One of three fields: a text, a set, a group. */
export type Sighting = Pick<Note, 'body' | 'tags' | 'place'>

/** Notes are spread over this many sites, so that also a small store has a hundred of each. */
export const SITES = 100
const FIRST_AT_MS = 1_700_000_000_000

const PROSE =
  'Grey heron near the weir below the old mill, on one leg for a long while before it flew off over the reeds to the lake. '.repeat(5)

export function noteOf(number: number): Note {
  const start = number % 100
  return {
    title: `Note ${number}`,
    body: PROSE.slice(start, start + 210),
    tags: ['bird', `tag ${number % 50}`],
    at: FIRST_AT_MS + number * 1000,
    site: siteOf(number),
    place: { lat: 46.05 + (number % 1000) / 1e5, lon: 14.5 },
  }
}

export function sightingOf(number: number): Sighting {
  const start = number % 100
  return {
    body: PROSE.slice(start, start + 300),
    tags: ['bird', `tag ${number % 50}`],
    place: { lat: 46.05 + (number % 1000) / 1e5, lon: 14.5 },
  }
}

export const siteOf = (number: number): string => `site ${number % SITES}`

/** `count` of them from `start`. */
export const listOf = <T>(of: (number: number) => T, start: number, count: number): T[] =>
  Array.from({ length: count }, (_, index) => of(start + index))
