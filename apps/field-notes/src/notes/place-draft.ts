/**
 * A place while it is typed: two texts, of which half a place is none yet. What a person did not touch stays as it was measured, and only
 * another place loses the accuracy of the one before.
 */
import { checkFields } from '@tombolo/core'
import { app } from '../schema.ts'
import type { Place } from './note.ts'
import { readLatitude, readLongitude, shortDegrees } from './place.ts'

export interface PlaceDraft {
  readonly lat: string
  readonly lon: string
}

export type PlaceReading = { readonly ok: true; readonly place: Place | null } | { readonly ok: false; readonly reason: string }

export const draftOf = (place: Place | null): PlaceDraft =>
  place === null ? { lat: '', lon: '' } : { lat: shortDegrees(place.lat), lon: shortDegrees(place.lon) }

/** What the draft makes of the place that is saved: the same object where it is the same place. */
export function readPlace(draft: PlaceDraft, before: Place | null): PlaceReading {
  const untouched = draftOf(before)
  const [lat, lon] = [readLatitude(draft.lat), readLongitude(draft.lon)]
  if (!lat.ok) return { ok: false, reason: `Latitude: ${lat.reason}` }
  if (!lon.ok) return { ok: false, reason: `Longitude: ${lon.reason}` }
  if (lat.degrees === null && lon.degrees === null) return { ok: true, place: null }
  if (lat.degrees === null) return { ok: false, reason: 'the latitude is missing.' }
  if (lon.degrees === null) return { ok: false, reason: 'the longitude is missing.' }
  if (before !== null && draft.lat === untouched.lat && draft.lon === untouched.lon) return { ok: true, place: before }
  const place: Place = {
    lat: before !== null && draft.lat === untouched.lat ? before.lat : lat.degrees,
    lon: before !== null && draft.lon === untouched.lon ? before.lon : lon.degrees,
    accuracy: null,
  }
  if (place.lat === before?.lat && place.lon === before.lon) return { ok: true, place: before }
  const [fault] = checkFields(app.collections.notes, { place })
  if (fault === undefined) return { ok: true, place }
  return { ok: false, reason: `${fault.field === 'place.lat' ? 'Latitude' : 'Longitude'}: ${fault.message}` }
}
