/**
 * The sample's counts as notes: what was counted in words, the stake's surveyed place, the date as far as it was written down.
 * What is blank in the original stays absent; sample-data/README.md says what that concerns.
 */
import type { NewNote } from '../notes/note.ts'

/** As sample-data/build.mjs writes it. */
export interface AntSample {
  /** Genus and species by code. */
  readonly species: Readonly<Record<string, readonly [genus: string, species: string]>>
  /** What a flag means, by number. */
  readonly flags: Readonly<Record<string, string>>
  /** Latitude and longitude by plot and stake: `1-11`. */
  readonly places: Readonly<Record<string, readonly [lat: number, lon: number]>>
  /** The counts, as a CSV with the columns of AntCount. */
  readonly counts: string
}

/** A row of `counts`; what is not known is ''. */
export interface AntCount {
  readonly day: string
  readonly month: string
  readonly year: string
  readonly plot: string
  readonly stake: string
  readonly species: string
  readonly colonies: string
  readonly openings: string
  readonly flag: string
}

export const ANT_COUNTS = 34_931
export const ANT_PROJECT = 'Portal Project: ant colonies'

export function antNote(count: AntCount, sample: AntSample): NewNote {
  const { plot, stake, species, colonies, openings } = count
  const place = sample.places[`${plot}-${stake}`]
  const genus = sample.species[species]?.[0]
  return {
    title: titleOf(count, sample),
    body: bodyOf(count, sample),
    observedAt: dateOf(count),
    count: Number(colonies),
    ...(genus === undefined || genus === 'unknown' ? {} : { tags: [genus] }),
    ...(openings === '' ? {} : { openings: Number(openings) }),
    ...(place === undefined ? {} : { place: { lat: place[0], lon: place[1] } }),
  }
}

function titleOf({ species, plot, stake }: AntCount, sample: AntSample): string {
  const [genus, name] = sample.species[species] ?? ['unknown', species]
  const what = genus === 'unknown' ? 'Unknown species' : `${genus} ${name}`
  return [what, `plot ${plot}`, ...(stake === '' ? [] : [`stake ${stake}`])].join(' · ')
}

function bodyOf({ colonies, openings, flag }: AntCount, { flags }: AntSample): string {
  const counted = `${counts(colonies, 'colony', 'colonies')}, ${openings === '' ? 'openings not counted' : counts(openings, 'opening', 'openings')}.`
  return flag === '' ? counted : `${counted} Flag ${flag}: ${flags[flag] ?? 'not explained'}.`
}

const counts = (number: string, one: string, many: string): string => `${number} ${number === '1' ? one : many}`

const dateOf = ({ year, month, day }: AntCount): string =>
  [year, month, day]
    .filter((part) => part !== '')
    .map(padded)
    .join('-')

const padded = (part: string): string => part.padStart(2, '0')
