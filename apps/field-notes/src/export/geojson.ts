/** Notes as GeoJSON (RFC 7946): a point for each, or no geometry where there is no place. */
import { EVERY_FIELD } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import type { ProjectNames } from './csv.ts'

export const GEOJSON_HEAD = '{"type":"FeatureCollection","features":[\n'
export const GEOJSON_END = '\n]}\n'

/** Features, separated by commas; the caller puts one between two pieces. */
export const geoJsonOf = (notes: readonly Note[], projectOf: ProjectNames): string =>
  notes.map((note) => JSON.stringify(featureOf(note, projectOf))).join(',\n')

export function featureOf(note: Note, projectOf: ProjectNames): object {
  const { id, place } = note
  const properties = EVERY_FIELD.map(([key, field]) => field.properties(note[key]))
  return {
    type: 'Feature',
    id,
    geometry: place === null ? null : { type: 'Point', coordinates: [place.lon, place.lat] },
    properties: Object.assign({}, ...properties, { project: projectOf(note) }) as object,
  }
}
